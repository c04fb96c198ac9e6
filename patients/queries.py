"""Fetching is authorising: whoever may not see a patient gets 404."""

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from clock.now import now
from patients.models import Measurement, Patient, Problem
from teams.models import CareTeam, Role, User


def visible_to(user):
    """Patients of the care teams this person is on now, in their own organisation."""
    at = now()
    if user.role in (Role.PATIENT, Role.CAREGIVER):
        return Patient.objects.filter(
            Q(accesses__to_at=None) | Q(accesses__to_at__gt=at),
            accesses__user=user,
            accesses__from_at__lte=at,
        )
    return Patient.objects.filter(
        Q(care_team__memberships__to_at=None) | Q(care_team__memberships__to_at__gt=at),
        organisation=user.organisation_id,
        care_team__memberships__user=user,
        care_team__memberships__from_at__lte=at,
    )


def get_patient_for(user, uuid) -> Patient:
    patient = (
        visible_to(user)
        .filter(uuid=uuid)
        .select_related("care_team__site__organisation", "organisation")
        .first()
    )
    if patient is None:
        raise Http404
    return patient


def zone_at(uuid) -> str:
    """The zone of the site of a patient, or of a cycle, named in an address; for a page shown to
    somebody who has to sign in first. It tells nothing but how that site reads its clock."""
    rows = Patient.objects.filter(Q(uuid=uuid) | Q(cycles__uuid=uuid))
    return rows.values_list("care_team__site__zone", flat=True).first() or "UTC"


def newest_measurement(patient, kind: str) -> Measurement | None:
    return (
        patient.measurements.filter(kind=kind, corrected_by=None)
        .order_by("-measured_at", "-id")
        .first()
    )


def planned_weight_kg(patient):
    """The weight the open cycle was planned with, or None. Read through the patient: cycles belong
    to an app above this one."""
    return patient.cycles.filter(ended_at=None).values_list("weight_kg", flat=True).first()


def entry_for(user, model, uuid, *, key: str = "uuid"):
    """A measurement, allergy, problem or number of a patient this person may see; else 404."""
    row = (
        model.objects.filter(patient__in=visible_to(user).values("pk"), **{key: uuid})
        .select_related("patient__care_team__site__organisation")
        .first()
    )
    if row is None:
        raise Http404
    return row


def current(rows):
    """Allergies or problems as they stand: not corrected, not withdrawn."""
    return rows.filter(corrected_by=None, is_withdrawn=False).order_by("id")


def with_originals(rows):
    """Every row, newest first, with who wrote it and what corrected it: nothing is hidden."""
    return rows.select_related("recorded_by", "corrected_by").order_by("-recorded_at", "-id")


def accesses_of(patient):
    """Accounts of the patient and of caregivers, also those that ended: the newest first."""
    return patient.accesses.select_related("user").order_by("-from_at", "-pk")


def accounts_to_add(patient):
    """Open accounts of patients and caregivers here that do not see this patient now."""
    seeing = patient.accesses.filter(to_at=None).values("user")
    return (
        User.objects.filter(
            organisation=patient.organisation_id,
            is_active=True,
            role__in=[Role.PATIENT, Role.CAREGIVER],
        )
        .exclude(pk__in=seeing)
        .order_by("last_name", "first_name", "username")
    )


def teams_of(user):
    """Care teams this person is on now: the only ones they may enrol into."""
    at = now()
    return (
        CareTeam.objects.filter(
            Q(memberships__to_at=None) | Q(memberships__to_at__gt=at),
            memberships__user=user,
            memberships__from_at__lte=at,
            site__organisation=user.organisation_id,
        )
        .select_related("site")
        .order_by("site__name", "name")
        .distinct()
    )


def list_for(user, text: str = ""):
    """The patient list, by name, found by part of a name or of a record number."""
    seizures = Problem.objects.filter(
        patient=OuterRef("pk"), is_seizure=True, corrected_by=None, is_withdrawn=False
    )
    found = visible_to(user).select_related("care_team__site").annotate(seizures=Exists(seizures))
    for word in text.replace(",", " ").split():
        found = found.filter(
            Q(family_name__icontains=word)
            | Q(given_name__icontains=word)
            | Q(record_number__icontains=word)
        )
    return found.order_by("family_name", "given_name", "pk").distinct()
