"""Correcting an entry with a reason; the first words stay visible."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from patients import actions, queries
from patients.forms import (
    CorrectAllergyForm,
    CorrectIdentifierForm,
    CorrectMeasurementForm,
    CorrectProblemForm,
)
from patients.models import Allergy, Identifier, Measurement, Problem
from teams.permissions import Permission
from teams.routes import route


def correction(request, *, row, form, effect, back):
    """The one page of a correction: `effect(**values)` writes, then back to the list."""
    patient = row.patient

    def page(*, form, stops=(), status=200):
        context = {"form": form, "stops": stops, "patient": patient, "row": row, "back": back}
        return render(request, "patients/correct.html", context, status=status)

    if request.method != "POST":
        record_look(patient=patient, by=request.user, what="patients:correct")
        return page(form=form)

    def run(version, **values):
        effect(by=request.user, at=now(), **values)
        return back

    return perform(
        request,
        form=form,
        effect=run,
        page=page,
        verb="corrected",
        subject=row,
        patient=patient,
        said=_("Corrected. The first entry stays visible."),
    )


@route(Permission.MEASURE)
def correct_measurement(request, uuid):
    row = queries.entry_for(request.user, Measurement, uuid)
    form = CorrectMeasurementForm(
        request.POST or None,
        zone=row.patient.care_team.site.zone,
        kind=row.kind,
        initial={"measured_at": row.measured_at},
    )
    return correction(
        request,
        row=row,
        form=form,
        effect=lambda **v: actions.correct_measurement(measurement=row, **v),
        back=reverse("patients:measure", args=[row.patient.uuid]),
    )


@route(Permission.MEASURE)
def correct_allergy(request, uuid):
    row = queries.entry_for(request.user, Allergy, uuid)
    given = {"substance": row.substance, "reaction": row.reaction}
    return correction(
        request,
        row=row,
        form=CorrectAllergyForm(request.POST or None, initial=given),
        effect=lambda **v: actions.correct_allergy(allergy=row, **v),
        back=reverse("patients:allergies", args=[row.patient.uuid]),
    )


@route(Permission.ENROL)
def correct_identifier(request, pk):
    row = queries.entry_for(request.user, Identifier, pk, key="pk")
    return correction(
        request,
        row=row,
        form=CorrectIdentifierForm(request.POST or None, initial={"value": row.value}),
        effect=lambda **v: actions.correct_identifier(identifier=row, **v),
        back=reverse("patients:edit", args=[row.patient.uuid]),
    )


@route(Permission.MEASURE)
def correct_problem(request, uuid):
    row = queries.entry_for(request.user, Problem, uuid)
    return correction(
        request,
        row=row,
        form=CorrectProblemForm(
            request.POST or None, initial={"text": row.text, "onset": row.onset}
        ),
        effect=lambda **v: actions.correct_problem(problem=row, **v),
        back=reverse("patients:problems", args=[row.patient.uuid]),
    )
