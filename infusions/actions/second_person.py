"""Whom to ask for a reading, and that it is asked."""

from datetime import datetime

from django.urls import reverse

from audit.actions import subject_of
from infusions.check_turns import Subject
from infusions.models import Bag
from notifications.actions.outbox import nudge
from notifications.actions.reminders import remind


def ask_maker(bag: Bag, *, at: datetime) -> None:
    """To read the bag again, after a first difference."""
    _ask(bag, "bag_to_read_again", "infusions:check_bag", at, to=[bag.compounded_by])


def ask_to_read_label(bag: Bag, *, at: datetime) -> None:
    _ask(bag, "label_to_check", "infusions:check_label", at)


def ask_third(subject: Subject, *, at: datetime) -> None:
    _ask(subject, "bag_disputed", f"infusions:{page_of(subject, 'dispute')}", at)


def ask_to_release_alone(subject: Subject, *, at: datetime) -> None:
    _ask(subject, "release_to_confirm", f"infusions:{page_of(subject, 'emergency')}", at)


def ask_for_second_check(bag: Bag, *, at: datetime) -> None:
    _ask(bag, "bag_to_check", "infusions:check_bag", at)


def page_of(subject: Subject, page: str) -> str:
    return f"bag_{page}" if isinstance(subject, Bag) else f"make_{page}"


def _ask(subject: Subject, kind: str, page: str, at: datetime, to=()) -> None:
    remind(
        subject=subject_of(subject),
        kind=kind,
        patient=subject.cycle.patient,
        due_at=at,
        path=reverse(page, args=[subject.uuid]),
        at=at,
        to=to,
    )
    nudge()
