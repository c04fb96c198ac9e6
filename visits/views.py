"""Visits: the list, scheduling one, and the page of one with its next steps."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from display.live import page_or_part
from infusions import queries as infusions
from infusions.visit_line import line_at_visit
from teams.models import User
from teams.permissions import Permission, can
from teams.routes import route
from visits import actions, queries
from visits.corrections import correct_visit
from visits.forms import ArriveForm, CorrectVisitForm, NoteForm, ReasonForm, ScheduleForm, StepForm

# name -> (form, action, button, states, permission)
STEPS = {
    "accept": (StepForm, actions.accept_visit, gettext_noop("Accept"), ("planned",), "nurse"),
    "set_out": (
        StepForm,
        actions.set_out,
        gettext_noop("I am on the way"),
        ("accepted",),
        "nurse",
    ),
    "arrive": (
        ArriveForm,
        actions.arrive,
        gettext_noop("I have arrived"),
        ("planned", "accepted", "on_the_way"),
        "nurse",
    ),
    "done": (NoteForm, actions.finish_visit, gettext_noop("Visit done"), ("arrived",), "nurse"),
    "decline": (
        ReasonForm,
        actions.decline_visit,
        gettext_noop("Decline"),
        ("planned", "accepted"),
        "nurse",
    ),
    "missed": (
        ReasonForm,
        actions.miss_visit,
        gettext_noop("Missed"),
        ("planned", "accepted", "on_the_way"),
        "either",
    ),
    "cancel": (
        ReasonForm,
        actions.cancel_visit,
        gettext_noop("Cancel the visit"),
        queries.OPEN,
        "scheduler",
    ),
}
AFTERWARDS = ("arrive", "missed", "cancel")


@route(Permission.SEE_BOARD, methods=("GET", "HEAD"))
def visit_list(request):
    context = {
        "visits": queries.visits_for(request.user),
        "is_mine": can(request.user, Permission.DO_VISIT),
    }
    return page_or_part(
        request,
        page="visits/list.html",
        part="visits/_rows.html",
        context=context,
        at=now(),
    )


@route(Permission.SCHEDULE_VISIT)
def schedule(request, uuid):
    cycle = infusions.get_cycle_for(request.user, uuid)
    zone = cycle.patient.care_team.site.zone
    at = now()
    form = ScheduleForm(
        request.POST or None,
        version=cycle.version,
        nurses=queries.home_nurses(cycle.patient.care_team_id, at),
        zone=zone,
    )

    def page(*, form, stops=(), status=200):
        changes = [one for one in infusions.planned_changes(cycle, at) if one.state != "done"]
        context = {
            "form": form,
            "stops": stops,
            "cycle": cycle,
            "patient": cycle.patient,
            "zone": zone,
            "changes": changes[:8],
        }
        return render(request, "visits/schedule.html", context, status=status)

    if request.method != "POST":
        record_look(patient=cycle.patient, by=request.user, what="visit_schedule")
        return page(form=form)

    def effect(**values):
        visit = actions.schedule_visit(cycle=cycle, by=request.user, at=now(), **values)
        return reverse("visits:visit", args=[visit.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="scheduled_visit",
        subject=cycle,
        patient=cycle.patient,
        said=_("Scheduled. The nurse is asked to accept."),
    )


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def visit(request, uuid):
    row = queries.get_visit_for(request.user, uuid)
    record_look(patient=row.patient, by=request.user, what="visit")
    return visit_page(request, row)


def visit_page(request, row, *, stops=(), status=200, bound=None):
    context = {
        "visit": row,
        "patient": row.patient,
        "cycle": row.cycle,
        "zone": row.patient.care_team.site.zone,
        "stops": stops,
        "steps": _steps(request.user, row, bound or {}),
        "originals": queries.originals_of(row),
        "line": line_at_visit(row.cycle, row.window_from, row.window_to, now()),
        "may_correct": not row.is_corrected and may_correct(request.user, row),
    }
    return render(request, "visits/visit.html", context, status=status)


def may_correct(user, row) -> bool:
    own = row.nurse_id == user.pk and can(user, Permission.DO_VISIT)
    return own or can(user, Permission.SCHEDULE_VISIT)


def _steps(user, row, bound: dict) -> list[dict]:
    who = {
        "nurse": row.nurse_id == user.pk and can(user, Permission.DO_VISIT),
        "scheduler": can(user, Permission.SCHEDULE_VISIT),
    }
    who["either"] = who["nurse"] or who["scheduler"]
    return [
        {
            "name": name,
            "button": button_of(name, button, row),
            "form": bound.get(name) or form_of(name, row, version=row.version),
            "url": reverse("visits:step", args=[row.uuid, name]),
        }
        for name, (_make, _action, button, states, kind) in STEPS.items()
        if row.state in states and not row.is_corrected and who[kind] and is_possible(name, row)
    ]


def is_possible(name: str, row) -> bool:
    """After the end of the infusion a visit took place, was missed, or is not needed."""
    if name == "arrive" and row.state == "planned":
        return row.outlives_infusion or row.window_to < now()
    return not row.outlives_infusion or name in AFTERWARDS


def button_of(name: str, button: str, row) -> str:
    if name == "cancel" and row.outlives_infusion:
        return _("Not needed")
    return _(button)


def form_of(name: str, row, data=None, version=None):
    make, extra = STEPS[name][0], {}
    if name == "arrive":
        zone = row.patient.care_team.site.zone
        extra = {"zone": zone, "is_late": row.window_to < now()}
    return make(data, version=version, auto_id=f"{name}_%s", **extra)


@route(Permission.SEE_CHART, methods=("POST",))
def step(request, uuid, name):
    if name not in STEPS:
        raise Http404
    action = STEPS[name][1]
    row = queries.get_visit_for(request.user, uuid)

    def effect(**values):
        action(visit=row, by=request.user, at=now(), **values)
        return reverse("visits:visit", args=[row.uuid])

    def page(*, form, stops=(), status=200):
        fresh = queries.get_visit_for(request.user, uuid)
        return visit_page(request, fresh, stops=stops, status=status, bound={name: form})

    return perform(
        request,
        form=form_of(name, row, request.POST),
        effect=effect,
        page=page,
        verb=f"{name}_visit",
        subject=row,
        patient=row.patient,
        said=_("Saved."),
    )


CORRECTED = ("purpose", "window_from", "window_to", "nurse", "note", "arrived_at")


@route(Permission.SEE_CHART)
def correct(request, uuid):
    """The case manager puts any part right; the nurse of the visit what they wrote themselves."""
    row = queries.get_visit_for(request.user, uuid)
    if row.is_corrected or not may_correct(request.user, row):
        raise Http404
    nurses = queries.home_nurses(row.patient.care_team_id, now())
    form = CorrectVisitForm(
        request.POST or None,
        version=row.version,
        visit=row,
        nurses=nurses | User.objects.filter(pk=row.nurse_id).distinct(),
        zone=row.patient.care_team.site.zone,
        initial={name: getattr(row, name) for name in CORRECTED},
    )

    def page(*, form, stops=(), status=200):
        context = {"visit": row, "patient": row.patient, "cycle": row.cycle}
        context |= {"form": form, "stops": stops}
        return render(request, "visits/correct.html", context, status=status)

    if request.method != "POST":
        record_look(patient=row.patient, by=request.user, what="visit")
        return page(form=form)

    def effect(**values):
        fresh = correct_visit(visit=row, by=request.user, at=now(), **values)
        return reverse("visits:visit", args=[fresh.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="corrected",
        subject=row,
        patient=row.patient,
        said=_("Corrected. The first entry stays visible."),
    )
