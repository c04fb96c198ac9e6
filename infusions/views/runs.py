"""Pages that change a run. Stopping has its own path: see stops.py."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions import queries, values
from infusions.actions import gates, reports, restart, runs
from infusions.forms import runs as forms
from infusions.run_lists import END, RESTART, context_of
from infusions.views.stops import interrupt, report_stop
from protocol.stability import hang_overrun
from teams.permissions import Permission
from teams.routes import route

__all__ = ["change_bag", "close_report", "end", "interrupt", "report_stop", "resume", "start"]


def zone_of(patient) -> str:
    return patient.care_team.site.zone


def chart_of(patient) -> str:
    return reverse("dashboards:chart", args=[patient.uuid])


def page_for(request, template: str, cycle, patient, **more):
    """The `page` callable that perform and the first GET share."""
    more = {"cycle": cycle, "patient": patient, "zone": zone_of(patient), **more}

    def page(*, form, stops=(), status=200):
        if request.method == "GET":
            record_look(patient=patient, by=request.user, what=template)
        context = {"form": form, "stops": stops, **more}
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
        **_hang_facts(cycle, "cycle_start"),
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
        **_hang_facts(cycle, "step"),
    )


def _hang_form(request, cycle):
    return forms.HangForm(request.POST or None, version=cycle.version, zone=zone_of(cycle.patient))


def _hang_facts(cycle, event: str) -> dict:
    """Bags that may hang now, with the overrun, and the premedication that is due."""
    ready = cycle.bags.filter(state="released").select_related("planned").order_by("planned__n")
    at = now()
    bags = [
        (bag, hang_overrun(values.discard_after_if_hung(bag, at), at, bag.bag_hours))
        for bag in ready
    ]
    due = gates.premedication_due(cycle, event, at)
    if event == "step" and all(bag.dose_mcg_per_day == cycle.dose_mcg_per_day for bag in ready):
        due = None  # the dose stays: nothing is given before this bag
    return {"bags": bags, "premedication": due, "given": gates.given_before(cycle, event, at)}


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
