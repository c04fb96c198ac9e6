from datetime import UTC, date, datetime, timedelta

from django.db.models import Q

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


def events_of_organisation(organisation_id, patient_refs: list[str]):
    """What its people did, and what the system did about its patients."""
    own = Q(organisation_ref=str(organisation_id or "none"))
    return Event.objects.filter(
        own | Q(organisation_ref="", patient_ref__in=patient_refs)
    ).order_by("-id")


def narrowed(events, *, who: str, what: str, outcome: str, since: date | None, until: date | None):
    """`since` and `until` are whole days in UTC, both included."""
    if who:
        events = events.filter(actor__icontains=who)
    if what:
        verb = what.strip().replace(" ", "_")
        events = events.filter(Q(verb__icontains=verb) | Q(subject__icontains=verb))
    if outcome:
        events = events.filter(outcome=outcome)
    if since:
        events = events.filter(at__gte=midnight(since))
    if until:
        events = events.filter(at__lt=midnight(until + timedelta(days=1)))
    return events


def midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC)
