"""A bag about which something turned out otherwise: set apart until it was checked again."""

from datetime import datetime

from django.urls import reverse

from audit.actions import subject_of
from infusions.actions.quarantines import ask_to_check, set_apart
from infusions.models import Bag, Quarantine
from notifications.actions.outbox import nudge
from notifications.actions.reminders import remind

__all__ = ["ask_to_check", "call_prescriber", "quarantine"]


def quarantine(bag: Bag, *, because: str, by, at: datetime) -> None:
    """After a correction: not to be hung; a second person reads it again blind. Call with the bag
    locked."""
    set_apart(bag, cause=Quarantine.Cause.CORRECTION, because=because, by=by, at=at)


def call_prescriber(bag: Bag, *, at: datetime) -> None:
    """The bag ran, or runs: what it means for the patient is the prescriber's to say."""
    remind(
        subject=subject_of(bag),
        kind="prescriber_question",
        patient=bag.cycle.patient,
        due_at=at,
        path=reverse("infusions:prescriber_answer", args=[bag.cycle.uuid]),
        at=at,
    )
    nudge()
