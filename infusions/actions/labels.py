"""Printing the label of a released bag: the first time, and again with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from commands.refusals import refuse
from infusions.actions.bags import lock_bag
from infusions.actions.second_person import ask_to_read_label
from infusions.labels.sheet import content_of
from infusions.models import Bag, LabelPrint
from protocol import stability
from teams.permissions import Permission, require


@transaction.atomic
def print_label(
    *, bag, paper: str, by, at: datetime, reason: str = "", version: int | None = None
) -> LabelPrint:
    """Records one label as printed, with what stands on it. Whoever makes bags prints labels."""
    require(by, Permission.COMPOUND)
    bag = lock_bag(bag.pk, version)
    check_printable(bag, at)
    n = bag.labels.count() + 1
    reason = reason.strip()
    if n > 1 and not reason:
        refuse("label.no_reason", _("Say why the label is printed again."), field="reason")
    printed = LabelPrint.objects.create(
        bag=bag,
        n=n,
        paper=paper,
        reason=reason if n > 1 else "",
        content=content_of(bag),
        printed_by=by,
        printed_at=at,
    )
    if bag.label_checked_how:  # another label is another one to read
        bag.label_checked_how, bag.label_checked_by, bag.label_checked_at = "", None, None
        bag.version += 1
        bag.save()
        ask_to_read_label(bag, at=at)
    record(
        verb="printed_label" if n == 1 else "reprinted_label",
        subject=bag,
        by=by,
        patient=bag.cycle.patient,
        at=at,
        after={"n": n, "paper": paper, "code": bag.code},
        reason=printed.reason,
    )
    return printed


def check_printable(bag: Bag, at: datetime) -> None:
    """Only what was checked and released gets a label; what must not be hung gets none."""
    if bag.state != Bag.State.RELEASED:
        refuse("label.not_released", not_released(bag))
    stop = stability.hangable(bag.discard_after, at)
    if stop is not None:
        refuse(stop.code, stop.message, citation=stop.citation)


def not_released(bag: Bag) -> str:
    """Why this bag gets no label now, and what to do instead."""
    told = {
        Bag.State.MADE: _("This bag is not checked yet. Its label is printed once it is released."),
        Bag.State.DISPUTED: _(
            "This bag was read differently twice. No label before a third person has decided."
        ),
        Bag.State.QUARANTINED: _(
            "This bag is set apart. No label before it was checked and released again."
        ),
        Bag.State.REJECTED: _("This bag was rejected at the check. It gets no label."),
        Bag.State.DISCARDED: _("This bag is discarded. It gets no label."),
        Bag.State.HUNG: _("This bag is running. A label is printed before the bag is hung."),
        Bag.State.FINISHED: _("This bag is finished. It gets no label any more."),
    }
    return told[Bag.State(bag.state)]
