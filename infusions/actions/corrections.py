"""Correcting the ledger: a new event points back, then everything is replayed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commands.corrections import correct
from commands.refusals import refuse
from infusions.actions.bag_review import ask_to_check
from infusions.actions.bags import ask_for_next
from infusions.actions.checks import TO_CHECK
from infusions.actions.ledger import check_time, lock, next_seq, settle
from infusions.actions.runs import INFUSION_ENDED
from infusions.models import Cycle, InfusionEvent
from notifications.actions.reopen import reopen_of_patient
from teams.permissions import Permission, require

ENDS = (InfusionEvent.Kind.ENDED, InfusionEvent.Kind.DISCONTINUED)
OF_OTHERS = ("plan_to_accept", "visit_to_accept", "visit_upcoming", "handoff_open")


@transaction.atomic
def correct_event(
    *,
    event,
    by,
    reason: str,
    at: datetime,
    occurred_at: datetime | None = None,
    cause: str | None = None,
    note: str | None = None,
    void: bool = False,
    version=None,
) -> InfusionEvent:
    """Another time, cause or note, or "it never happened". A ledger that cannot be true is refused.

    An end that never happened brings back what it closed for everybody."""
    require(by, Permission.RUN_INFUSION)
    cycle = lock(event.cycle, version)
    if event.kind == InfusionEvent.Kind.VOIDED:
        refuse("correction.voided", _("This entry was already taken back. Record it again."))
    was_end = void and event.kind in ENDS
    if was_end:
        _refuse_second_open(cycle)
    changes = {"seq": next_seq(cycle), "signature": None}
    if void:
        changes["kind"] = InfusionEvent.Kind.VOIDED
    if occurred_at is not None and not void:
        check_time(occurred_at, at)
        changes["occurred_at"] = occurred_at
    changes |= {
        name: told for name, told in (("cause", cause), ("note", note)) if told and not void
    }
    if len(changes) == len(("seq", "signature")):
        refuse("correction.nothing", _("Nothing was changed. Give the right time."))
    fresh = correct(row=event, changes=changes, by=by, reason=reason, at=at, patient=cycle.patient)
    settle(cycle, fresh, verb="corrected_event", by=by, at=at, reason=reason)
    if was_end:
        _open_needs(cycle, at=at)
    return fresh


def _refuse_second_open(cycle) -> None:
    """A patient has one open cycle; the next one is planned already."""
    if cycle.patient.cycles.filter(state__in=Cycle.OPEN).exclude(pk=cycle.pk).exists():
        refuse(
            "cycle.already_open",
            _("The next cycle is planned already. Take that plan back first."),
        )


def _open_needs(cycle, *, at: datetime) -> None:
    """The end closed what others still had to do; `announce` knows the needs of the run only."""
    for bag in cycle.bags.filter(state__in=TO_CHECK):
        ask_to_check(bag, at=at)
    if cycle.state == Cycle.State.INTERRUPTED:
        ask_for_next(cycle, at=at)
    reopen_of_patient(patient=cycle.patient, kinds=OF_OTHERS, because=INFUSION_ENDED, at=at)
