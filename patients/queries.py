"""Fetching is authorising: whoever may not see a patient gets 404."""

from django.db.models import Q
from django.http import Http404

from clock.now import now
from patients.models import Measurement, Patient
from teams.models import Role


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


def newest_measurement(patient, kind: str) -> Measurement | None:
    return (
        patient.measurements.filter(kind=kind, corrected_by=None)
        .order_by("-measured_at", "-id")
        .first()
    )
