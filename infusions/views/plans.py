"""The plan of a cycle: what is in force, what if, and accepting. A what-if writes nothing."""

from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions import queries
from infusions.actions.plans import accept_plan as accept_plan_action
from infusions.forms.plans import AcceptPlanForm, WhatIfForm
from infusions.plans import planner, proposals
from infusions.plans.page import (
    facts_of,
    move_links,
    move_url,
    page_of,
    plan_url,
    said_of,
)
from infusions.plans.proposals import Proposal
from infusions.plans.wishes import move_of, what_if_of
from infusions.plans.words import moment_of
from protocol.stops import HardStop
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def plan(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    record_look(patient=cycle.patient, by=request.user, what="infusions:plan")
    try:
        shown = shown_for(cycle, request.GET)
        move = move_of(request.GET)
    except HardStop as refusal:
        return page(request, fallback(cycle), stops=refusal.stops, status=422)
    if move is None:
        return page(request, shown)
    try:
        moved = proposals.moved(shown, *move, at=now())
    except HardStop as refusal:
        return page(request, shown, stops=refusal.stops, status=422)
    return go_to(request, moved)


def shown_for(cycle, data) -> Proposal:
    return proposals.shown_of(cycle, what_if_of(data, cycle.patient.care_team.site.zone), now())


def fallback(cycle) -> Proposal:
    """A wish that cannot be met leaves the plan in force on the page."""
    row = queries.plan_of(cycle)
    if row is None:
        raise Http404
    return proposals.in_force(cycle, row)


def go_to(request, moved: Proposal):
    """The address of what came out, so that it can be linked, compared and gone back from."""
    if not request.htmx:
        return redirect(plan_url(moved))
    response = page(request, moved)
    response["HX-Push-Url"] = plan_url(moved)
    return response


def page(request, shown: Proposal, *, form=None, stops=(), status=200):
    at, user = now(), request.user
    context = page_of(shown, at)
    context |= {
        **planner.course_facts(shown.cycle),
        "stops": stops,
        "form": form or accept_form(shown),
        # Nothing typed is lost by a refusal.
        "wish": WhatIfForm(shown=context["rest"] or shown, typed=request.GET if stops else {}),
        "lines": with_moves(shown, context),
        "move_url": move_url(shown),
        "statement": statement_of(shown),
        "accept_url": accept_url(shown),
        "said": "" if stops else said_of(shown, context["rows"]),
        "may_make": can(user, Permission.COMPOUND),
        "may_sign": can(user, Permission.SIGN_ORDER),
        "may_accept": can(user, Permission.ACCEPT_PLAN),
        "role": user.get_role_display(),
    }
    response = render(request, "infusions/plan.html", context, status=status)
    if status != 200:
        response["HX-Push-Url"] = "false"
    return response


def with_moves(shown: Proposal, context: dict) -> list[dict]:
    """Each bag with the addresses that move its end, where it may be moved."""
    links = move_links(shown, context["rows"]) if context["steps_left"] else {}
    return [{"row": row, "move": links.get(row.n)} for row in context["rows"]]


def accept_form(shown: Proposal, data=None) -> AcceptPlanForm:
    initial = {"digest": shown.digest}
    return AcceptPlanForm(data, version=shown.cycle.version, initial=initial)


def accept_url(shown: Proposal) -> str:
    query = shown.what_if.query(shown.zone)
    path = reverse("infusions:accept_plan", args=[shown.cycle.uuid])
    return f"{path}?{query}" if query else path


def statement_of(shown: Proposal) -> str:
    cost = shown.choice.cost
    words = _(
        "I have looked at this bag plan for %(patient)s, cycle %(n)s: %(bags)s bags, %(home)s "
        "attendances at home, %(outside)s changes outside their window.%(next)s I accept it."
    )
    return words % {
        "patient": shown.cycle.patient,
        "n": shown.cycle.number,
        "bags": cost["bags"],
        "home": cost["home_attendances"],
        "outside": cost["outside_window"],
        "next": next_words(shown),
    }


def next_words(shown: Proposal) -> str:
    """What the person who accepts it has asked of the next bag."""
    if shown.what_if.hang is None:
        return ""
    first = shown.choice.bags[0]
    words = _(" The next bag, %(hours)s h, hangs on %(at)s.")
    return words % {"hours": first.bag_hours, "at": moment_of(first.hangs_at)}


@route(Permission.SEE_CHART, methods=("POST",))
def accept_plan(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    try:
        shown = shown_for(cycle, request.GET)
    except HardStop as refusal:
        return page(request, fallback(cycle), stops=refusal.stops, status=422)

    def again(*, form, stops=(), status=200):
        return page(request, shown, form=form, stops=stops, status=status)

    def effect(**values):
        accept_plan_action(
            cycle=cycle,
            what_if=shown.what_if,
            statement=statement_of(shown),
            by=request.user,
            at=now(),
            **values,
        )
        return reverse("infusions:plan", args=[cycle.uuid])

    return perform(
        request,
        form=accept_form(shown, request.POST),
        effect=effect,
        page=again,
        verb="accepted_plan",
        subject=cycle,
        patient=cycle.patient,
        said=_("Accepted. The plan is in force."),
    )


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def compare_plans(request, uuid):
    """Two plans side by side; an empty address means the plan in force."""
    cycle = queries.get_cycle_for(request.user, uuid)
    record_look(patient=cycle.patient, by=request.user, what="infusions:compare_plans")
    sides, stops = [], []
    for name in ("a", "b"):
        try:
            shown = shown_for(cycle, QueryDict(request.GET.get(name, "")))
        except HardStop as refusal:
            stops += refusal.stops
            shown = fallback(cycle)
        rest = proposals.rest_of(shown) or shown  # while one runs, what is left is compared
        facts = facts_of(rest, now(), key=f"plan-{name}", movable=False)
        own = {"plan": shown.plan, "name": name.upper(), "url": plan_url(shown)}
        sides.append({**facts, **own})
    context = {
        **planner.course_facts(cycle),
        "sides": sides,
        "lines": side_by_side(sides),
        "stops": stops,
        "swap": urlencode({"a": request.GET.get("b", ""), "b": request.GET.get("a", "")}),
    }
    return render(request, "infusions/compare_plans.html", context, status=422 if stops else 200)


def side_by_side(sides: list[dict]) -> list[dict]:
    """One line a goal and one for vials and end, with whether the two differ."""
    one, other = sides
    other_by_goal = {row["goal"]: row for row in other["figures"]}
    lines = [
        {"name": row["name"], "a": row["value"], "b": other_by_goal[row["goal"]]["value"]}
        for row in one["figures"]
    ]
    slack = [str(len(side["no_slack"])) for side in sides]
    lines.append({"name": _("Vials"), "a": str(one["vials"]), "b": str(other["vials"])})
    lines.append({"name": _("Bags with no slack"), "a": slack[0], "b": slack[1]})
    return [{**line, "differs": line["a"] != line["b"]} for line in lines]


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def old_plan(request, uuid):
    """A plan as it was, for the screen and for paper, marked when another took its place."""
    row = queries.get_plan_for(request.user, uuid)
    record_look(patient=row.cycle.patient, by=request.user, what="infusions:old_plan")
    shown = proposals.in_force(row.cycle, row)
    facts = facts_of(shown, now(), movable=False)
    newer = row.superseded_by if hasattr(row, "superseded_by") else None
    context = {**planner.course_facts(row.cycle), **facts, "newer": newer}
    return render(request, "infusions/old_plan.html", context)
