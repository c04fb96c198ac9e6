"""Setting bags apart and what ends it. Nothing here lets a bag out: that is the blind check.

`quarantine_for` is for actions that have found bags not fit to use: a hold, a signed dose change, a
recall, a failed fridge. They have asked for their own permission."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from audit.actions import record, subject_of
from infusions.actions.bags import ask_again, lock_bag, save_bag
from infusions.models import Bag, Cycle, Quarantine
from infusions.pharmacy.holds import WAITING, has_signed_dose, standing_causes
from notifications.actions.outbox import nudge
from notifications.actions.reminders import cancel_for, remind

CHECK_NOW = (Quarantine.Cause.CORRECTION, Quarantine.Cause.STORAGE_FAILURE)


@transaction.atomic
def quarantine_for(
    *, bags: Iterable[Bag], cause: str, because: str, by, at: datetime, hold=None
) -> list[Bag]:
    """Sets apart those of the bags that are made or released, and adds the cause to those that are
    set apart already. A hanging bag is the prescriber's to decide on and stays. Returns what is
    set apart now. `cause`: Quarantine.Cause."""
    found = []
    for _cycle, pk in sorted((bag.cycle_id, bag.pk) for bag in bags):
        bag = lock_bag(pk, None)
        if bag.state in WAITING:
            set_apart(bag, cause=cause, because=because, by=by, at=at, hold=hold)
            found.append(bag)
    return found


def quarantine_other_doses(cycle: Cycle, *, by, at: datetime) -> list[Bag]:
    """After a dose was signed that is not the one before: waiting bags that do not hold it."""
    waiting = cycle.bags.filter(state__in=WAITING).select_related("planned", "cycle__patient")
    wrong = [bag for bag in waiting if not has_signed_dose(bag)]
    return quarantine_for(bags=wrong, cause=Quarantine.Cause.DOSE_CHANGE, because="", by=by, at=at)


def set_apart(bag: Bag, *, cause: str, because: str, by, at: datetime, hold=None) -> None:
    """Call with the bag locked, made or released or set apart before."""
    same = bag.quarantines.filter(cause=cause, hold=hold, because=because, ended_at=None)
    if same.exists():
        return
    Quarantine.objects.create(
        bag=bag, cause=cause, because=because, hold=hold, placed_by=by, placed_at=at
    )
    before = {"state": bag.state}
    if bag.state != Bag.State.QUARANTINED:
        bag.state = Bag.State.QUARANTINED
        save_bag(bag)
    record(
        verb="quarantined_bag",
        subject=bag,
        by=by,
        patient=bag.cycle.patient,
        at=at,
        before=before,
        after={"state": bag.state, "cause": cause},
        reason=because,
    )
    _tell(bag, cause, at)


def _tell(bag: Bag, cause: str, at: datetime) -> None:
    kinds = ["bag_to_check"]
    cancel_for(subject=subject_of(bag), kinds=kinds, because="quarantined", at=at)
    if cause == Quarantine.Cause.RECALL:
        ask_again(bag, because="quarantined", at=at)
    else:
        cancel_for(subject=subject_of(bag.planned), because="the bag is there", at=at)
    if cause in CHECK_NOW:
        ask_to_check(bag, at=at)


def ask_to_check(bag: Bag, *, at: datetime) -> None:
    """Another person reads it blind, unless a cause still stands."""
    if standing_causes(bag):
        return
    remind(
        subject=subject_of(bag),
        kind="bag_to_check",
        patient=bag.cycle.patient,
        due_at=at,
        path=reverse("infusions:check_bag", args=[bag.uuid]),
        at=at,
    )
    nudge()
