"""The pages over the record. The only part of audit that knows people and patients; nothing
imports it but urls.py."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render

from audit import queries
from audit.actions import record_look
from audit.forms import FilterForm
from audit.sentences import about, changes, sentence
from patients.models import Patient
from patients.queries import get_patient_for
from teams.permissions import Permission, can
from teams.routes import route

PER_PAGE = 50


@route(Permission.READ_AUDIT, methods=("GET", "HEAD"))
def events(request):
    form = FilterForm(request.GET or None)
    found = queries.events_of_organisation(request.user.organisation_id, patients_of(request.user))
    status = 200
    if form.is_bound:
        if form.is_valid():
            found = queries.narrowed(found, **form.cleaned_data)
        else:
            found, status = found.none(), 422
    page = page_of(found, request)
    return render(request, "audit/events.html", {"form": form, "page": page}, status=status)


@route(Permission.SIGNED_IN, methods=("GET", "HEAD"))
def of_patient(request, uuid):
    """Who looked and what changed: for the privacy officer and for the patient's own team."""
    patient = patient_for(request.user, uuid)
    record_look(patient=patient, by=request.user, what="audit")
    only = request.GET.get("only", "")
    found = (
        queries.who_looked_at(patient) if only == "seen" else queries.history_of_patient(patient)
    )
    if only == "changed":
        found = found.exclude(outcome="seen")
    context = {
        "patient": patient,
        "page": page_of(found, request),
        "only": only,
        "zone": patient.care_team.site.zone,
        "on_team": can(request.user, Permission.SEE_CHART),
    }
    return render(request, "audit/of_patient.html", context)


def patient_for(user, uuid) -> Patient:
    if can(user, Permission.SEE_CHART):
        return get_patient_for(user, uuid)
    if not can(user, Permission.READ_AUDIT):
        raise PermissionDenied
    rows = Patient.objects.select_related("care_team__site")
    patient = rows.filter(uuid=uuid, organisation=user.organisation_id).first()
    if patient is None:
        raise Http404
    return patient


def patients_of(user) -> list[str]:
    uuids = Patient.objects.filter(organisation=user.organisation_id).values_list("uuid", flat=True)
    return [str(uuid) for uuid in uuids]


def page_of(found, request):
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page.lines = [
        {
            "event": event,
            "sentence": sentence(event),
            "about": about(event),
            "changes": changes(event),
        }
        for event in page
    ]
    return page
