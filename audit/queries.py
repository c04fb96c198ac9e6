from datetime import datetime

from audit.actions import subject_of
from audit.models import Event


def refusals_since(*, actor, reason: str, since: datetime) -> int:
    """How often this person was refused for this reason; real time."""
    return Event.objects.filter(
        actor_id=str(actor.pk), outcome="refused", reason=reason, recorded_at__gte=since
    ).count()


def history_of(row):
    return Event.objects.filter(subject=subject_of(row)).order_by("-id")


def who_looked_at(patient):
    return Event.objects.filter(patient_ref=str(patient.uuid), outcome="seen").order_by("-id")


def history_of_patient(patient):
    return Event.objects.filter(patient_ref=str(patient.uuid)).order_by("-id")
