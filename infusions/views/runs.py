"""Pages that change a run. Stopping has its own path: see stops.py."""

from datetime import timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from display.refusals import refusals
from infusions import queries, values
from infusions.actions import reports, restart, runs
from infusions.bedside import DONE, steps_before
from infusions.forms import runs as forms
from infusions.refused import grouped
from infusions.run_lists import END, RESTART, context_of
from infusions.views.stops import interrupt, report_stop
from protocol.stability import hang_overrun
from teams.permissions import Permission
from teams.routes import route

__all__ = ["change_bag", "close_report", "end", "interrupt", "report_stop", "resume", "start"]
MINUTE = timedelta(minutes=1)


def zone_of(patient) -> str:
    return patient.care_team.site.zone


def chart_of(patient) -> str:
    return reverse("dashboards:chart", args=[patient.uuid])


def page_for(request, template: str, cycle, patient, grouping=None, **more):
    """The `page` callable that perform and the first GET share. `grouping(refusals)`: the page
    says why it refuses in groups."""
    more = {"cycle": cycle, "patient": patient, "zone": zone_of(patient), **more}

    def page(*, form, stops=(), status=200):
        if request.method == "GET":
            record_look(patient=patient, by=request.user, what=template)
        context = {"form": form, "stops": stops, **more}
        if grouping:
            context["groups"] = grouping(refusals(form, stops))
        return render(request, f"infusions/{template}.html", context, status=status)

    return page


def act(request, cycle, *, template: str, form, action, verb: str, said: str, **more):
    """Fetch is done: bind, one action, the chart."""
    page = page_for(request, template, cycle, cycle.patient, **more)
    if request.method != "POST":
        return page(form=form)

    def effect(**values):
        action(cycle=cycle, by=request.user, at=now(), **values)
        return chart_of(cycle.patient)

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb=verb,
        subject=cycle,
        patient=cycle.patient,
        said=said,
    )


@route(Permission.RUN_INFUSION)
def start(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    return act(
        request,
        cycle,
        template="start",
        form=_hang_form(request, cycle),
        action=runs.start_infusion,
        verb="started_infusion",
        said=_("The infusion is running."),
        **_hang_facts(request, cycle),
    )


@route(Permission.RUN_INFUSION)
def change_bag(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    return act(
        request,
        cycle,
        template="change_bag",
        form=_hang_form(request, cycle),
        action=runs.change_bag,
        verb="changed_bag",
        said=_("The new bag is running."),
        **_hang_facts(request, cycle),
    )


def _hang_form(request, cycle):
    return forms.HangForm(request.POST or None, version=cycle.version, zone=zone_of(cycle.patient))


def _hang_facts(request, cycle) -> dict:
    """The bag of the plan that is to hang, with its overrun, and how its steps stand. Never its
    code: that is read from the bag."""
    at, user = now(), request.user
    coming = queries.next_to_hang(queries.planned_changes(cycle, at))
    bag = coming.bag if coming and coming.bag and coming.bag.state == "released" else None
    steps = steps_before(cycle, coming.planned, coming.bag, user, at) if coming else []
    return {
        "bag": bag,
        **(_overrun(bag, at) if bag else {}),
        "steps": steps,
        "ready": bag is not None and all(step["state"] == DONE for step in steps),
        "grouping": lambda found: grouped(cycle, _typed(request, cycle) or bag, found, user),
    }


def _overrun(bag, at) -> dict:
    """How far short of its length the bag would end, and when; less than a minute is nothing."""
    expires_at = values.discard_after_if_hung(bag, at)
    overrun = hang_overrun(expires_at, at, bag.bag_hours)
    return {"overrun": overrun, "runs_until": expires_at} if overrun >= MINUTE else {}


def _typed(request, cycle):
    """The bag whose code was sent, if it is one of this cycle."""
    code = request.POST.get("bag_code", "").strip()
    return cycle.bags.filter(code__iexact=code).first() if code else None


@route(Permission.RUN_INFUSION)
def resume(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    run = queries.run_state(cycle, now())
    stopped = run.state == "interrupted"
    return act(
        request,
        cycle,
        template="resume",
        form=forms.ResumeForm(
            request.POST or None, version=cycle.version, zone=zone_of(cycle.patient)
        ),
        action=runs.resume_infusion,
        verb="resumed_infusion",
        said=_("The infusion is running again."),
        found=restart.consequences(cycle, run, now()) if stopped else None,
        grouping=lambda found: grouped(
            cycle, _typed(request, cycle) or cycle.current_bag, found, request.user
        ),
        **context_of(request.user, cycle, RESTART, now()),
    )


@route(Permission.STOP_INFUSION)
def end(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    return act(
        request,
        cycle,
        template="end",
        form=forms.EndForm(
            request.POST or None, version=cycle.version, zone=zone_of(cycle.patient)
        ),
        action=runs.end_infusion,
        verb="ended_infusion",
        said=_("The end is recorded."),
        elapsed=queries.elapsed_at(cycle, now()),
        **context_of(request.user, cycle, END, now()),
        next_cycle_at=queries.next_cycle_not_before(cycle, now()),
    )


@route(Permission.STOP_INFUSION)
def close_report(request, uuid):
    report = queries.get_report_for(request.user, uuid)
    patient = report.patient
    page = page_for(request, "close_report", report.cycle, patient, report=report)
    form = forms.CloseReportForm(request.POST or None)
    if request.method != "POST":
        return page(form=form)

    def effect(**values):
        reports.close_report(report=report, by=request.user, at=now(), **values)
        return chart_of(patient)

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="answered_stop_report",
        subject=report,
        patient=patient,
        said=_("The report is answered."),
    )
