"""A bag about which something turned out otherwise: set apart until it was checked again."""

from datetime import datetime

from django.urls import reverse

from audit.actions import record, subject_of
from infusions.actions.bags import save_bag
from infusions.models import Bag
from notifications.actions.outbox import nudge
from notifications.actions.reminders import cancel_for, remind


def quarantine(bag: Bag, *, because: str, by, at: datetime) -> None:
    """Not to be hung; a second person reads it again blind. Call with the bag locked."""
    before = {"state": bag.state}
    bag.state = Bag.State.QUARANTINED
    save_bag(bag)
    record(
        verb="quarantined_bag",
        subject=bag,
        by=by,
        patient=bag.cycle.patient,
        at=at,
        before=before,
        after={"state": bag.state},
        reason=because,
    )
    cancel_for(subject=subject_of(bag), kinds=["bag_to_check"], because="to check again", at=at)
    cancel_for(subject=subject_of(bag.planned), because="the bag is there", at=at)
    ask_to_check(bag, at=at)


def ask_to_check(bag: Bag, *, at: datetime) -> None:
    _ask(bag, "bag_to_check", "infusions:check_bag", at)


def call_prescriber(bag: Bag, *, at: datetime) -> None:
    """The bag ran, or runs: what it means for the patient is the prescriber's to say."""
    _ask(bag, "prescriber_question", "infusions:bag", at)


def _ask(bag: Bag, kind: str, page: str, at: datetime) -> None:
    remind(
        subject=subject_of(bag),
        kind=kind,
        patient=bag.cycle.patient,
        due_at=at,
        path=reverse(page, args=[bag.uuid]),
        at=at,
    )
    nudge()
