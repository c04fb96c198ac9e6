"""Correcting the ledger: a new event points back, then everything is replayed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commands.corrections import correct
from commands.refusals import refuse
from infusions.actions.ledger import check_time, lock, next_seq, settle
from infusions.models import InfusionEvent
from teams.permissions import Permission, require


@transaction.atomic
def correct_event(
    *,
    event,
    by,
    reason: str,
    at: datetime,
    occurred_at: datetime | None = None,
    cause: str | None = None,
    void: bool = False,
    version=None,
) -> InfusionEvent:
    """Another time or cause, or "it never happened". A ledger that cannot be true is refused."""
    require(by, Permission.RUN_INFUSION)
    cycle = lock(event.cycle, version)
    if event.kind == InfusionEvent.Kind.VOIDED:
        refuse("correction.voided", _("This entry was already taken back. Record it again."))
    changes = {"seq": next_seq(cycle), "signature": None}
    if void:
        changes["kind"] = InfusionEvent.Kind.VOIDED
    if occurred_at is not None and not void:
        check_time(occurred_at, at)
        changes["occurred_at"] = occurred_at
    if cause and not void:
        changes["cause"] = cause
    if len(changes) == len(("seq", "signature")):
        refuse("correction.nothing", _("Nothing was changed. Give the right time."))
    fresh = correct(row=event, changes=changes, by=by, reason=reason, at=at, patient=cycle.patient)
    settle(cycle, fresh, verb="corrected_event", by=by, at=at, reason=reason)
    return fresh
