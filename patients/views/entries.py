"""Weights, heights, allergies and problems: pages to add one."""

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from patients import actions, queries
from patients.forms import AllergiesForm, MeasureForm, ProblemForm
from patients.views.people import chart_of
from protocol.units import plain
from teams.permissions import Permission
from teams.routes import route


def zone_of(patient) -> str:
    return patient.care_team.site.zone


def entry_page(request, *, template, patient, rows):
    """Renders one of the three pages; `rows` keep their struck-through originals."""

    def page(*, form, stops=(), status=200):
        context = {
            "form": form,
            "stops": stops,
            "patient": patient,
            "rows": queries.with_originals(rows),
            "zone": zone_of(patient),
        }
        return render(request, template, context, status=status)

    return page


@route(Permission.MEASURE)
def measure(request, uuid):
    patient = queries.get_patient_for(request.user, uuid)
    form = MeasureForm(
        request.POST or None,
        zone=zone_of(patient),
        version=patient.version,
        initial={"measured_at": now()},
    )
    page = entry_page(
        request, template="patients/measure.html", patient=patient, rows=patient.measurements
    )
    if request.method != "POST":
        record_look(patient=patient, by=request.user, what="patients:measure")
        return page(form=form)

    def effect(**values):
        actions.measure(patient=patient, by=request.user, at=now(), **values)
        warn_of_dose_review(request, patient, values["weight_kg"])
        return chart_of(patient)

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="measured",
        subject=patient,
        patient=patient,
        said=_("Measurement saved."),
    )


def warn_of_dose_review(request, patient, weight_kg) -> None:
    """A new weight changes no dose by itself; whether it should is the prescriber's decision."""
    planned = queries.planned_weight_kg(patient)
    if weight_kg is not None and planned is not None and planned != weight_kg:
        words = {"planned": plain(planned), "new": plain(weight_kg)}
        messages.warning(
            request,
            _(
                "The open cycle was planned with %(planned)s kg, not %(new)s kg. The dose does "
                "not change by itself: ask the oncologist to review it."
            )
            % words,
        )


@route(Permission.MEASURE)
def allergies(request, uuid):
    patient = queries.get_patient_for(request.user, uuid)
    form = AllergiesForm(
        request.POST or None,
        version=patient.version,
        initial={"status": patient.allergy_status},
    )
    page = entry_page(
        request, template="patients/allergies.html", patient=patient, rows=patient.allergies
    )
    if request.method != "POST":
        record_look(patient=patient, by=request.user, what="patients:allergies")
        return page(form=form)

    def effect(**values):
        actions.set_allergies(patient=patient, by=request.user, at=now(), **values)
        return chart_of(patient)

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="stated_allergies",
        subject=patient,
        patient=patient,
        said=_("Allergies saved."),
    )


@route(Permission.MEASURE)
def problems(request, uuid):
    patient = queries.get_patient_for(request.user, uuid)
    form = ProblemForm(request.POST or None, version=patient.version)
    page = entry_page(
        request, template="patients/problems.html", patient=patient, rows=patient.problems
    )
    if request.method != "POST":
        record_look(patient=patient, by=request.user, what="patients:problems")
        return page(form=form)

    def effect(**values):
        actions.add_problem(patient=patient, by=request.user, at=now(), **values)
        return reverse("patients:problems", args=[patient.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="noted_problem",
        subject=patient,
        patient=patient,
        said=_("Added to the list."),
    )
