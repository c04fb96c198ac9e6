"""The pages over the record. The only part of audit that knows people and patients; nothing
imports it but urls.py."""

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render

from audit import queries
from audit.actions import record_look
from audit.forms import FilterForm
from audit.models import Event
from audit.sentences import changes, sentence
from patients.models import Patient
from patients.queries import get_patient_for
from teams.models import User
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
    names = names_for(list(page), request.user.organisation_id)
    page.lines = [
        {
            "event": event,
            "sentence": sentence(event),
            "about": about(event, names),
            "changes": changes(event),
        }
        for event in page
    ]
    return page


def kind_of(event: Event) -> str:
    """ "infusions.pumpprogram:9f…" -> "pump program"; an app that is gone keeps its own word."""
    label = event.subject.partition(":")[0]
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label.rpartition(".")[2]


def names_for(events, organisation_id) -> dict[str, str]:
    """The patient or the account each event is about, by its number. Two queries."""
    patients = {event.patient_ref for event in events if event.patient_ref}
    accounts = {number for kind, number in map(parts_of, events) if kind == "teams.user"}
    own = {"organisation": organisation_id}
    found = Patient.objects.filter(uuid__in=patients, **own)
    people = User.objects.filter(uuid__in=accounts, **own)
    return {str(row.uuid): str(row) for row in (*found, *people)}


def parts_of(event: Event) -> tuple[str, str]:
    kind, _colon, number = event.subject.partition(":")
    return kind, number


def about(event: Event, names: dict[str, str]) -> dict[str, str]:
    """`kind` and `whose` ("" when it belongs to no patient and is no account)."""
    return {
        "kind": kind_of(event),
        "whose": names.get(event.patient_ref) or names.get(parts_of(event)[1], ""),
    }
