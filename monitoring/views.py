from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions.queries import get_cycle_for
from monitoring import flowsheet as charts
from monitoring import forms, queries
from monitoring.actions.alerts import take_on_alerts
from monitoring.actions.neuro import correct_neuro as correct_neuro_row
from monitoring.actions.neuro import record_neuro
from monitoring.actions.vitals import correct_vitals as correct_vitals_row
from monitoring.actions.vitals import record_vitals
from monitoring.actions.watches import set_watch
from monitoring.alerts import alerts_of
from monitoring.models import NeuroCheck, VitalSigns
from monitoring.periods import cycles_of_patient, period_of
from monitoring.queries import found_of
from teams.permissions import Permission, can
from teams.routes import route


def zone_of(cycle) -> str:
    return cycle.patient.care_team.site.zone


def fill_in(request, cycle, *, form, action, title, said, verb, subject=None, then="flowsheet"):
    """The shape all pages here share: one form about one cycle, one action, then the flowsheet."""
    goes_to = reverse(f"monitoring:{then}", args=[cycle.uuid])

    def page(*, form, stops=(), status=200):
        context = {
            "form": form,
            "stops": stops,
            "title": title,
            "cycle": cycle,
            "patient": cycle.patient,
            "zone": zone_of(cycle),
            "due": queries.due_observations(cycle, now()),
            "watches": queries.watches_of(cycle) if then == "watch" else (),
        }
        return render(request, "monitoring/form.html", context, status=status)

    if request.method != "POST":
        record_look(patient=cycle.patient, by=request.user, what=verb)
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=lambda **values: (action(**values), goes_to)[1],
        page=page,
        verb=verb,
        subject=subject or cycle,
        patient=cycle.patient,
        said=said,
    )


@route(Permission.OBSERVE)
def vitals(request, uuid):
    cycle = get_cycle_for(request.user, uuid)
    return fill_in(
        request,
        cycle,
        form=forms.VitalsForm(request.POST or None, zone=zone_of(cycle)),
        action=lambda **v: record_vitals(cycle=cycle, by=request.user, at=now(), **v),
        title=_("Vital signs"),
        said=_("Vital signs saved."),
        verb="recorded_vitals",
    )


@route(Permission.OBSERVE)
def neuro(request, uuid):
    cycle = get_cycle_for(request.user, uuid)
    return fill_in(
        request,
        cycle,
        form=forms.NeuroForm(request.POST or None, zone=zone_of(cycle)),
        action=lambda **v: record_neuro(cycle=cycle, by=request.user, at=now(), **v),
        title=_("Neuro check"),
        said=_("Neuro check saved."),
        verb="recorded_neuro",
    )


@route(Permission.OBSERVE)
def watch(request, uuid):
    cycle = get_cycle_for(request.user, uuid)
    return fill_in(
        request,
        cycle,
        form=forms.WatchForm(request.POST or None, zone=zone_of(cycle)),
        action=lambda **v: set_watch(cycle=cycle, by=request.user, at=now(), **v),
        title=_("How often to observe"),
        said=_("Saved."),
        verb="set_watch",
        then="watch",
    )


@route(Permission.OBSERVE)
def correct_vitals(request, uuid):
    row = queries.get_row_for(request.user, VitalSigns, uuid)
    return correct(
        request, row, forms.CorrectVitalsForm, lambda **v: correct_vitals_row(vitals=row, **v)
    )


@route(Permission.OBSERVE)
def correct_neuro(request, uuid):
    row = queries.get_row_for(request.user, NeuroCheck, uuid)
    return correct(
        request, row, forms.CorrectNeuroForm, lambda **v: correct_neuro_row(check=row, **v)
    )


def correct(request, row, form_class, action):
    """The old figures are shown to be changed; what was first recorded stays on the flowsheet."""
    form = form_class(request.POST or None, zone=zone_of(row.cycle))
    for name, field in form.fields.items():
        if hasattr(row, name) and name != "correction_reason":
            field.initial = getattr(row, name)
    return fill_in(
        request,
        row.cycle,
        form=form,
        action=lambda *, correction_reason, **v: action(
            by=request.user, reason=correction_reason, at=now(), **v
        ),
        title=_("Correct an observation"),
        said=_("Corrected. The first entry stays visible."),
        verb="corrected",
        subject=row,
    )


def marked(row) -> dict:
    """A reading with what was found in it, by figure; a corrected one is only struck through."""
    found = {} if hasattr(row, "corrected_by") else {one.field: one for one in found_of(row)}
    return {"row": row, "found": found}


@route(Permission.OBSERVE, methods=("POST",))
def take_on(request, uuid):
    """Somebody looks after every alert of this patient that waits."""
    cycle = get_cycle_for(request.user, uuid)
    goes_to = reverse("dashboards:chart", args=[cycle.patient.uuid])

    def effect(**_values):
        take_on_alerts(cycle=cycle, by=request.user, at=now())
        return goes_to

    return perform(
        request,
        form=forms.TakeOnForm(request.POST),
        effect=effect,
        page=lambda **_page: redirect(goes_to),
        verb="acknowledged_reminder",
        subject=cycle,
        patient=cycle.patient,
        said=_("You have taken this on. Nobody else is reminded."),
    )


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def flowsheet(request, uuid):
    cycle = get_cycle_for(request.user, uuid)
    at, zone = now(), zone_of(cycle)
    period = period_of(cycle, request.GET, at=at, zone=zone)
    rows = list(queries.every_vitals(cycle, period.since).filter(measured_at__lt=period.until))
    checks = queries.every_neuro(cycle, period.since).filter(checked_at__lt=period.until)
    counting = [row for row in rows if not hasattr(row, "corrected_by")]
    record_look(patient=cycle.patient, by=request.user, what="flowsheet")
    context = {
        "cycle": cycle,
        "patient": cycle.patient,
        "zone": zone,
        "period": period,
        "cycles": cycles_of_patient(cycle),
        "chart": charts.chart_of(
            counting[::-1],
            at=period.until,
            zone=zone,
            hours=period.hours,
            age_years=cycle.patient.age_years(at.date()),
        ),
        "vitals": [marked(row) for row in rows],
        "checks": [{"row": row, "changed": queries.is_changed(row)} for row in checks],
        "alerts": alerts_of(cycle),
        "may_take_on": can(request.user, Permission.OBSERVE),
        "take_on": forms.TakeOnForm(),
        "due": queries.due_observations(cycle, at),
    }
    return render(request, "monitoring/flowsheet.html", context)
