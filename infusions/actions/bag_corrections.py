"""Correcting what was logged of a bag. The first entry stays; what follows from it is redone."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from commands.corrections import correct, need_reason, really_changed
from commands.refusals import refuse
from infusions import values
from infusions.actions.announce import announce
from infusions.actions.bag_review import call_prescriber, quarantine
from infusions.actions.bag_rules import (
    Lot,
    check_expiry,
    check_lots,
    check_time,
    is_drawn_as_told,
)
from infusions.actions.bags import LIVE, MOVABLE, ask_for_evidence, lock_bag, put_away, recount
from infusions.actions.recalls import apply_recalls
from infusions.actions.refresh import refresh
from infusions.actions.stock import follow_vial
from infusions.hung import hung_from
from infusions.models import Bag, BagMove, BagVial, BagWork
from protocol import stability
from teams.permissions import Permission, require

USED = (Bag.State.HUNG, Bag.State.FINISHED)
CHECKED_BLIND = ("drawn_ml",)  # of the work; a corrected lot is checked again as well


@transaction.atomic
def correct_work(
    *,
    bag,
    by,
    correction_reason: str,
    at: datetime,
    drawn_ml: Decimal | None = None,
    stabiliser_lot: str | None = None,
    prepared_at: datetime | None = None,
    version: int | None = None,
) -> BagWork:
    """Volume drawn, stabiliser lot or time of preparation. Another volume than the second person
    read is checked again; in a bag that ran, the prescriber is asked."""
    require(by, Permission.COMPOUND)
    bag = lock_bag(bag.pk, version)
    work = bag.work.get(corrected_by=None)
    told = {"drawn_ml": drawn_ml, "stabiliser_lot": stabiliser_lot, "prepared_at": prepared_at}
    changes = really_changed(work, told)
    _check_prepared(bag, changes.get("prepared_at"), at)
    facts = {"by": by, "reason": correction_reason, "at": at, "patient": bag.cycle.patient}
    unsaid = [name for name in CHECKED_BLIND if name in changes]
    fresh = correct(row=work, changes=changes, unsaid=unsaid, **facts)
    for name, value in changes.items():
        setattr(bag, name, value)
    if "prepared_at" in changes:
        first = bag.moves.filter(corrected_by=None).order_by("moved_at", "pk")[0]
        if first.moved_at == work.prepared_at or first.moved_at < bag.prepared_at:
            correct(row=first, changes={"moved_at": bag.prepared_at}, **facts)
    _recount(bag, by=by, at=at)
    if "drawn_ml" in changes:
        _check_again(bag, because=correction_reason, by=by, at=at)
    return fresh


def _check_prepared(bag: Bag, prepared_at: datetime | None, at: datetime) -> None:
    if prepared_at is None:
        return
    check_time(prepared_at, at, field="prepared_at")
    scans = bag.moves.filter(corrected_by=None, is_withdrawn=False).order_by("moved_at", "pk")[1:2]
    later = [scan.moved_at for scan in scans] + [m for m in (bag.released_at,) if m]
    if later and prepared_at > min(later):
        refuse(
            "bag.prepared_after_use",
            _("The bag was checked or scanned before this. Give the time it was prepared."),
            field="prepared_at",
        )


@transaction.atomic
def correct_move(
    *,
    move: BagMove,
    by,
    correction_reason: str,
    at: datetime,
    place: str | None = None,
    storage: str | None = None,
    moved_at: datetime | None = None,
    is_withdrawn: bool = False,
    version: int | None = None,
) -> BagMove:
    """Where, how cold or since when was written down wrongly, or the scan never happened. How long
    the bag keeps is counted again from what is true."""
    require(by, Permission.MOVE_BAG)
    bag = lock_bag(move.bag_id, version)
    move = BagMove.objects.get(pk=move.pk)
    if move.is_withdrawn:
        refuse("correction.voided", _("This entry was already taken back. Record it again."))
    told = {"place": place, "storage": storage, "moved_at": moved_at}
    changes = {"is_withdrawn": True} if is_withdrawn else really_changed(move, told)
    _check_scan(bag, move, changes, at)
    before = stability.returned_to_fridge(values.stays_of(bag))
    patient = bag.cycle.patient
    fresh = correct(
        row=move, changes=changes, by=by, reason=correction_reason, at=at, patient=patient
    )
    newest = bag.moves.filter(corrected_by=None, is_withdrawn=False).order_by("-moved_at", "-pk")[0]
    bag.place, bag.storage = newest.place, newest.storage
    _recount(bag, by=by, at=at)
    _put_away_or_back(bag, before, because=correction_reason, by=by, at=at)
    return fresh


def _check_scan(bag: Bag, move: BagMove, changes: dict, at: datetime) -> None:
    first = move
    while first.corrects_id:
        first = first.corrects
    is_first = first.pk == bag.moves.order_by("pk")[0].pk
    if is_first and {"is_withdrawn", "moved_at", "place"} & changes.keys():
        refuse(
            "bag.first_scan",
            _("The bag was made in the pharmacy. Correct the time it was prepared instead."),
        )
    moved_at = changes.get("moved_at")
    if moved_at is None:
        return
    check_time(moved_at, at, field="moved_at")
    since = hung_from(bag)
    if moved_at < bag.prepared_at or (since and moved_at > since):
        refuse(
            "bag.moved_outside",
            _("A scan lies between the preparation of the bag and its hanging."),
            field="moved_at",
        )


def _put_away_or_back(bag: Bag, before, *, because: str, by, at: datetime) -> None:
    """The fridge rule follows the corrected scans: a bag that was warm is discarded; one that was
    discarded for a scan that was wrong waits for a pharmacist."""
    stop = stability.returned_to_fridge(values.stays_of(bag))
    if stop is not None and bag.state in MOVABLE:
        put_away(bag, reason=stop.message, by=by, at=at)
    was_for_this = before is not None and bag.discarded_because == before.message[:200]
    if stop is None and was_for_this and bag.state == Bag.State.DISCARDED and not _made_again(bag):
        bag.discarded_because = ""
        quarantine(bag, because=because, by=by, at=at)
    if bag.state in MOVABLE:
        ask_for_evidence(bag, at=at)


def _made_again(bag: Bag) -> bool:
    others = bag.cycle.bags.filter(planned__n=bag.planned.n).exclude(pk=bag.pk)
    return others.filter(state__in=(*LIVE, Bag.State.FINISHED)).exists()


@transaction.atomic
def correct_vial(
    *,
    vial: BagVial,
    lot: str,
    expires_on: date,
    count: int,
    correction_reason: str,
    by,
    at: datetime,
    version: int | None = None,
) -> BagVial:
    """The lot or expiry was written down wrongly; the first entry stays visible. Another lot than
    the second person read is checked again before the bag is hung."""
    require(by, Permission.COMPOUND)
    bag = lock_bag(vial.bag_id, version)
    others = bag.vial_lots.filter(corrected_by=None).exclude(pk=vial.pk)
    lots = [(lot, expires_on, count), *((o.lot, o.expires_on, o.count) for o in others)]
    check_lots(lots, bag.vials, field="lot")
    check_expiry(lots[:1], bag.prepared_at, bag.cycle, field="expires_on")
    changes = {"lot": lot.strip(), "expires_on": expires_on, "count": count}
    fresh = correct(
        row=vial,
        changes=changes,
        unsaid=["lot"],
        by=by,
        reason=correction_reason,
        at=at,
        patient=bag.cycle.patient,
    )
    if bag.state == Bag.State.RELEASED and changes["lot"] != vial.lot:
        quarantine(bag, because=correction_reason, by=by, at=at)
    _follow(bag, vial, fresh, by=by, at=at)
    return fresh


def _follow(bag: Bag, was: BagVial, now: BagVial, *, by, at: datetime) -> None:
    """The shelf says what was really used; a lot that turns out to be recalled is dealt with."""
    old, new = (Lot(one.lot, one.expires_on, one.count, one.gtin or "") for one in (was, now))
    follow_vial(bag, old, new, by=by, at=at, reason=now.correction_reason[:200])
    apply_recalls(bag, by=by, at=at)


@transaction.atomic
def take_release_back(
    *, bag, by, correction_reason: str, at: datetime, version: int | None = None
) -> Bag:
    """The check was wrong. The reading stays; the bag waits until it was checked again."""
    require(by, Permission.CHECK_BAG)
    bag = lock_bag(bag.pk, version)
    need_reason(correction_reason)
    if bag.state != Bag.State.RELEASED:
        refuse(
            "bag.not_released",
            _("This bag is %(state)s. Only the release of a bag that waits is taken back.")
            % {"state": bag.get_state_display().lower()},
        )
    quarantine(bag, because=correction_reason, by=by, at=at)
    return bag


def _recount(bag: Bag, *, by, at: datetime) -> None:
    """How long it keeps, and, for the bag that runs, when it is over and what is due next."""
    recount(bag)
    if bag.state == Bag.State.HUNG:
        cycle = bag.cycle
        cycle.version += 1
        refresh(cycle)
        announce(cycle, by=by, at=at)


def _check_again(bag: Bag, *, because: str, by, at: datetime) -> None:
    if bag.state in USED:
        call_prescriber(bag, at=at)
    elif bag.state in (Bag.State.MADE, Bag.State.RELEASED):
        wanted = values.recipe_of_bag(bag).reconstituted_ml
        if not is_drawn_as_told(bag.drawn_ml, wanted) or bag.state == Bag.State.RELEASED:
            quarantine(bag, because=because, by=by, at=at)
