"""Placing and releasing a hold. Placing quarantines the bags that wait, in the same transaction."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.refusals import check_version, refuse
from infusions.actions.bags import ask_for_next, lock_cycle
from infusions.actions.quarantines import ask_to_check, quarantine_for
from infusions.models import Bag, Cycle, Hold, PlannedBag, Quarantine
from infusions.pharmacy.holds import WAITING
from notifications.actions.outbox import nudge
from notifications.actions.reminders import cancel_for, done_for, remind
from teams.actions.signatures import sign
from teams.models import Meaning, Role
from teams.permissions import Permission, can, require

KIND_OF_ROLE = {Role.ONCOLOGIST: Hold.Kind.TREATMENT, Role.PHARMACIST: Hold.Kind.MAKING}


@transaction.atomic
def place_hold(
    *, cycle, reason: str, by, password: str, statement: str, at: datetime, version=None
) -> Hold:
    """An oncologist holds the treatment, a pharmacist the making. The bags that wait are
    quarantined; nothing more is made for this patient."""
    require(by, Permission.PLACE_HOLD)
    cycle = lock_cycle(cycle.pk)
    check_version(cycle, version)
    kind = KIND_OF_ROLE[by.role]
    reason = _need_reason(reason)
    _check_placeable(cycle, kind)
    facts = {"by": by, "password": password, "statement": statement, "at": at}
    hold = Hold.objects.create(
        cycle=cycle,
        kind=kind,
        reason=reason,
        placed_by=by,
        placed_at=at,
        signature=_signed(cycle, Meaning.PLACED_HOLD, kind, reason, **facts),
    )
    cycle.version += 1
    cycle.save(update_fields=["version"])
    _record("placed_hold", hold, by=by, at=at, reason=reason)
    _stop_the_pharmacy(hold, by=by, at=at)
    return hold


@transaction.atomic
def release_hold(
    *, hold, reason: str, by, password: str, statement: str, at: datetime, version=None
) -> Hold:
    """The cause is over. No bag comes back by it: each is checked again blind, or discarded."""
    require(by, Permission.PLACE_HOLD)
    cycle = lock_cycle(hold.cycle_id)
    check_version(cycle, version)
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    hold.cycle = cycle
    _check_releasable(hold, by)
    reason = _need_reason(reason)
    facts = {"by": by, "password": password, "statement": statement, "at": at}
    hold.release_signature = _signed(cycle, Meaning.RELEASED_HOLD, hold.kind, reason, **facts)
    hold.released_by, hold.released_at, hold.release_reason = by, at, reason
    hold.save()
    cycle.version += 1
    cycle.save(update_fields=["version"])
    _record("released_hold", hold, by=by, at=at, reason=reason)
    _let_the_pharmacy_go_on(hold, by=by, at=at)
    return hold


def _check_placeable(cycle: Cycle, kind: str) -> None:
    if cycle.state not in Cycle.OPEN:
        refuse("hold.cycle_over", _("This infusion is over; there is nothing to hold."))
    if cycle.holds.filter(kind=kind, released_at=None).exists():
        refuse("hold.placed_already", _("It is on hold already. See the hold that is open."))


def _check_releasable(hold: Hold, by) -> None:
    if hold.released_at is not None:
        refuse("hold.released", _("This hold is released already."))
    if not may_release(hold, by):
        refuse("hold.role", _("The oncologist releases a hold of the treatment."))


def may_release(hold: Hold, user) -> bool:
    """The treatment is the prescriber's to go on with; the making also the pharmacist's."""
    by_role = hold.kind == Hold.Kind.MAKING or user.role == Role.ONCOLOGIST
    return by_role and can(user, Permission.PLACE_HOLD)


def _need_reason(reason: str) -> str:
    if not reason.strip():
        refuse("hold.no_reason", _("Say why."), field="reason")
    return reason.strip()


def _signed(cycle: Cycle, meaning, kind, reason: str, *, by, password, statement, at):
    return sign(
        by=by,
        password=password,
        meaning=meaning,
        statement=statement,
        subject=cycle,
        content={"cycle": str(cycle.uuid), "kind": str(kind), "reason": reason},
        at=at,
    )


def _stop_the_pharmacy(hold: Hold, *, by, at: datetime) -> None:
    cycle = hold.cycle
    bags = cycle.bags.filter(state__in=WAITING)
    cause = Quarantine.Cause.HOLD
    quarantine_for(bags=bags, cause=cause, because=hold.reason, hold=hold, by=by, at=at)
    for planned in PlannedBag.objects.filter(plan__cycle=cycle, plan__is_current=True):
        cancel_for(subject=subject_of(planned), kinds=["bag_needed"], because="on hold", at=at)
    remind(
        subject=subject_of(hold),
        kind="hold_placed",
        patient=cycle.patient,
        due_at=at,
        path=reverse("infusions:hold", args=[cycle.uuid]),
        at=at,
    )
    nudge()


def _let_the_pharmacy_go_on(hold: Hold, *, by, at: datetime) -> None:
    done_for(subject=subject_of(hold), kinds=["hold_placed"], by=by, at=at)
    waiting = Bag.objects.filter(
        state=Bag.State.QUARANTINED, quarantines__hold=hold, quarantines__ended_at=None
    )
    for bag in waiting.select_related("planned", "cycle__patient__care_team__site"):
        ask_to_check(bag, at=at)
    ask_for_next(hold.cycle, at=at)


def _record(verb: str, hold: Hold, *, by, at: datetime, reason: str) -> None:
    record(
        verb=verb,
        subject=hold,
        by=by,
        patient=hold.cycle.patient,
        at=at,
        after={"kind": hold.kind},
        reason=reason,
    )
