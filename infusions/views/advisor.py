"""The start advisor: each request works out one day and asks for the next, until Stop."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from audit.actions import record_look
from clock.now import now
from infusions import queries
from infusions.plans.advisor import DAYS, HOURS, Advisor, Cell
from infusions.plans.proposals import NOT_STARTED
from infusions.plans.wishes import moment_in
from protocol.stops import HardStop
from teams.permissions import Permission
from teams.routes import route


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def start_advisor(request, uuid):
    """`?days=14` works out that many days at once, for a browser without script."""
    cycle = queries.get_cycle_for(request.user, uuid)
    record_look(patient=cycle.patient, by=request.user, what="infusions:start_advisor")
    if cycle.state not in NOT_STARTED:
        return redirect("infusions:plan", uuid=cycle.uuid)
    asked = request.GET.get("days", "0")
    many = min(int(asked), DAYS) if asked.isascii() and asked.isdigit() else 0
    advisor, rows, stops = Advisor(cycle, now()), [], ()
    try:
        rows = [advisor.day(n) for n in range(many)]
        best = advisor.better(None, [cell for row in rows for cell in row["cells"]])
    except HardStop as refusal:
        best, stops = None, refusal.stops
    context = state_of(cycle, many, best, runs=not many and not stops)
    context |= {"rows": rows, "stops": stops, "hours": HOURS, "patient": cycle.patient}
    return render(request, "infusions/start_advisor.html", context, status=422 if stops else 200)


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def advisor_day(request, uuid, n):
    """One day as a row of the table, and the state that asks for the next."""
    cycle = queries.get_cycle_for(request.user, uuid)
    record_look(patient=cycle.patient, by=request.user, what="infusions:start_advisor")
    if n >= DAYS or cycle.state not in NOT_STARTED:
        raise Http404
    advisor = Advisor(cycle, now())
    row = advisor.day(n)
    best = advisor.better(best_before(advisor, request.GET), row["cells"])
    context = state_of(cycle, n + 1, best, runs=True)
    return render(request, "infusions/_advisor_day.html", {**context, "row": row})


def best_before(advisor: Advisor, data) -> Cell | None:
    """The best start of the days before, which the page sends along."""
    start = moment_in(data, "best", advisor.zone.key)
    return advisor.at_start(start.astimezone(advisor.zone)) if start else None


def state_of(cycle, done: int, best: Cell | None, *, runs: bool) -> dict:
    url = reverse("infusions:advisor_day", args=[cycle.uuid, done]) if done < DAYS else ""
    return {
        "cycle": cycle,
        "zone": cycle.patient.care_team.site.zone,
        "done": done,
        "days": DAYS,
        "best": best,
        "best_sent": best.query_start if best else "",
        "next_url": url if runs else "",
        "plan_url": reverse("infusions:plan", args=[cycle.uuid]),
    }
