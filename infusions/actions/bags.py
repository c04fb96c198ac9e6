"""A bag from the hood to the bin: made, checked blind by another pharmacist, moved, discarded."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.refusals import check_version, refuse
from infusions import codes, values
from infusions.actions.bag_rules import (
    LIVE,
    Lot,
    check_code,
    check_expiry,
    check_label_was_read,
    check_left,
    check_not_recalled,
    check_order_of_moves,
    check_time,
    check_work,
    need_no_hold,
    need_order,
    need_planned,
    recipe_columns,
)
from infusions.actions.coverage import recompute
from infusions.actions.cycles import ask_for_bag
from infusions.actions.quarantine_ends import end_quarantines
from infusions.actions.stock import take_for_bag
from infusions.models import Bag, BagMove, BagVial, BagWork, Cycle, PlannedBag, Quarantine
from infusions.queries import planned_changes
from notifications.actions.reminders import cancel_for, done_for, open_reminders, remind
from protocol import stability
from protocol.custody import gaps_of
from protocol.stops import Stop
from teams.permissions import Permission, require

MOVABLE = (Bag.State.MADE, Bag.State.RELEASED, Bag.State.QUARANTINED)
BINNABLE = (*MOVABLE, Bag.State.REJECTED, Bag.State.DISPUTED)


@transaction.atomic
def compound_bag(
    *,
    cycle,
    planned_n: int,
    lots: list[tuple[str, date, int] | Lot],
    stabiliser_lot: str,
    drawn_ml: Decimal,
    hood_confirmed: bool,
    garbing_confirmed: bool,
    prepared_at: datetime,
    storage: str,
    by,
    at: datetime,
    stored_at: datetime | None = None,
    how: str = BagWork.How.AFTERWARDS,
    how_reason: str = "",
    version: int | None = None,
) -> Bag:
    """Logs one bag as made, from the recipe of the label row. It still has to be checked.

    `prepared_at`: when the drug went into the bag, from which the bag keeps; `stored_at`: when it
    came to where it is stored, else the same moment. `how`: by the steps, or logged afterwards."""
    require(by, Permission.COMPOUND)
    lots = [Lot(*one) for one in lots]
    cycle = lock_cycle(cycle.pk)
    check_version(cycle, version)
    order = need_order(cycle)
    planned = need_planned(cycle, planned_n)
    need_no_hold(cycle, planned)
    recipe = values.recipe_for(cycle, planned)
    check_work(recipe, lots, stabiliser_lot, drawn_ml, hood_confirmed, garbing_confirmed)
    check_time(prepared_at, at, field="prepared_at")
    check_expiry(lots, prepared_at, cycle)
    check_not_recalled(lots, stabiliser_lot, cycle)
    bag = _write_bag(
        cycle,
        planned,
        recipe,
        order=order,
        prepared_at=prepared_at,
        compounded_by=by,
        hood_confirmed=hood_confirmed,
        garbing_confirmed=garbing_confirmed,
        stabiliser_lot=stabiliser_lot.strip(),
        drawn_ml=drawn_ml,
        storage=storage,
        since=stored_at or prepared_at,
    )
    _write_work(bag, how=how, how_reason=how_reason.strip(), by=by, at=at)
    _write_vials(bag, lots, by=by, at=at)
    take_for_bag(bag, lots, by=by, at=at)
    _write_move(bag, Bag.Place.PHARMACY, storage, stored_at or prepared_at, by=by, at=at)
    cycle.version += 1
    cycle.save(update_fields=["version"])
    _record("compounded_bag", bag, by=by, at=at, after=_logged(bag, lots))
    _announce_made(bag, cycle, planned, by=by, at=at)
    recompute(cycle)
    return bag


@transaction.atomic
def move_bag(
    *,
    bag,
    code: str,
    place: str,
    storage: str,
    moved_at: datetime,
    by,
    at: datetime,
    left_at: datetime | None = None,
    way_storage: str = Bag.Storage.UNKNOWN,
    version: int | None = None,
) -> Bag:
    """A custody scan. A bag put back into the fridge is recorded there and discarded.

    `left_at`: when it left the place before, kept on the way as `way_storage`. Without it a bag
    from a fridge elsewhere is taken to have been out since it was last seen there."""
    require(by, Permission.MOVE_BAG)
    bag = lock_bag(bag.pk, version)
    check_code(bag, code)
    if bag.state not in MOVABLE:
        refuse(
            "bag.not_movable",
            _("This bag is %(state)s. It is not moved by a scan.")
            % {"state": bag.get_state_display().lower()},
        )
    check_label_was_read(bag, place)
    check_time(moved_at, at, field="moved_at")
    check_order_of_moves(bag, moved_at)
    if left_at is not None:
        check_left(bag, left_at, moved_at)
        _write_move(bag, Bag.Place.IN_TRANSIT, way_storage, left_at, by=by, at=at)
    _write_move(bag, place, storage, moved_at, by=by, at=at)
    before = {"place": bag.place, "storage": bag.storage, "discard_after": bag.discard_after}
    bag.place, bag.storage = place, storage
    stop = recount(bag)
    after = {"place": place, "storage": storage, "discard_after": bag.discard_after}
    _record("moved_bag", bag, by=by, at=at, before=before, after=after)
    if stop is not None:
        put_away(bag, reason=stop.message, by=by, at=at)
    else:
        ask_for_evidence(bag, at=at)
    return bag


def recount(bag: Bag) -> Stop | None:
    """How long it keeps by both clocks, from where it has been. Returns why it must be discarded
    when it went back into a fridge."""
    stays = values.stays_of(bag)
    bag.discard_after = values.discard_after_of(bag, stays)
    if bag.hung_at is None:
        bag.begin_by = values.begin_by_of(bag, stays)
    save_bag(bag)
    return stability.returned_to_fridge(stays)


def ask_for_evidence(bag: Bag, *, at: datetime) -> None:
    """A pharmacist is asked about a stretch nobody scanned, once, and no more when it is proven."""
    open_ones = open_reminders(subject_of(bag), "custody_gap")
    if not gaps_of(values.custody_of(bag)):
        cancel_for(subject=subject_of(bag), kinds=["custody_gap"], because="no gap left", at=at)
    elif not open_ones.exists():
        remind(
            subject=subject_of(bag),
            kind="custody_gap",
            patient=bag.cycle.patient,
            due_at=at,
            path=reverse("infusions:prove_custody", args=[bag.uuid]),
            at=at,
        )


@transaction.atomic
def discard_bag(*, bag, reason: str, by, at: datetime, version: int | None = None) -> Bag:
    """Takes a bag out of use for good and asks for another one."""
    require(by, Permission.MOVE_BAG)
    bag = lock_bag(bag.pk, version)
    if not reason.strip():
        refuse("bag.no_reason", _("Say why the bag is discarded."), field="reason")
    if bag.state not in BINNABLE:
        refuse(
            "bag.not_discardable",
            _("This bag is %(state)s. Change the bag first, then it can be discarded.")
            % {"state": bag.get_state_display().lower()},
        )
    put_away(bag, reason=reason.strip(), by=by, at=at)
    return bag


def lock_cycle(pk: int) -> Cycle:
    return (
        Cycle.objects.select_for_update(of=("self",))
        .select_related("patient__organisation", "patient__care_team__site")
        .get(pk=pk)
    )


def lock_bag(pk: int, version: int | None) -> Bag:
    """Cycle first, then the bag: everybody locks in this order."""
    cycle = lock_cycle(Bag.objects.values_list("cycle_id", flat=True).get(pk=pk))
    bag = (
        Bag.objects.select_for_update(of=("self",))
        .select_related("planned", "compounded_by")
        .get(pk=pk)
    )
    bag.cycle = cycle
    check_version(bag, version)
    return bag


def _write_bag(cycle: Cycle, planned: PlannedBag, recipe, *, since: datetime, **fields) -> Bag:
    place = "cold" if fields["storage"] == Bag.Storage.COLD else "room"
    prepared_at = fields["prepared_at"]
    stays = [stability.Stay(place, since)]
    limits = cycle.patient.care_team.site.beyond_use.order_by("-set_at", "-pk").first()
    return Bag.objects.create(
        code=_fresh_code(planned.n),
        cycle=cycle,
        label_id=cycle.label_id,
        planned=planned,
        beyond_use=limits,
        begin_by=values.begin_by_under(limits, prepared_at, stays),
        discard_after=stability.discard_after(
            values.label_of(cycle),
            recipe,
            prepared_at=prepared_at,
            stays=stays,
        ),
        **recipe_columns(recipe),
        **fields,
    )


def _write_work(bag: Bag, *, how: str, how_reason: str, by, at: datetime) -> None:
    BagWork.objects.create(
        bag=bag,
        drawn_ml=bag.drawn_ml,
        stabiliser_lot=bag.stabiliser_lot,
        prepared_at=bag.prepared_at,
        how=how,
        how_reason=how_reason,
        recorded_by=by,
        recorded_at=at,
    )


def _write_move(bag: Bag, place: str, storage: str, moved_at: datetime, *, by, at) -> None:
    BagMove.objects.create(
        bag=bag,
        place=place,
        storage=storage,
        moved_at=moved_at,
        recorded_by=by,
        recorded_at=at,
    )


def _logged(bag: Bag, lots) -> dict:
    """Without lots and volumes: the checker may read the record and must not be primed by it.
    The signature of the release binds them."""
    return {
        "code": bag.code,
        "vials": sum(one.count for one in lots),
        "discard_after": bag.discard_after,
    }


def _fresh_code(n: int) -> str:
    """Random, and never used before."""
    code = codes.new_code(n)
    while Bag.objects.filter(code=code).exists():
        code = codes.new_code(n)
    return code


def _write_vials(bag: Bag, lots, *, by, at: datetime) -> None:
    BagVial.objects.bulk_create(
        BagVial(
            bag=bag,
            gtin=one.gtin or None,
            lot=one.lot.strip(),
            expires_on=one.expires_on,
            count=one.count,
            recorded_by=by,
            recorded_at=at,
        )
        for one in lots
    )


def _announce_made(bag: Bag, cycle: Cycle, planned: PlannedBag, *, by, at: datetime) -> None:
    kinds = ["bag_needed", "off_hours_work"]
    done_for(subject=subject_of(planned), kinds=kinds, by=by, at=at)
    remind(
        subject=subject_of(bag),
        kind="bag_to_check",
        patient=cycle.patient,
        due_at=at,
        path=reverse("infusions:check_bag", args=[bag.uuid]),
        at=at,
    )
    following = PlannedBag.objects.filter(plan=planned.plan_id, n=planned.n + 1).first()
    if following is not None and not _is_made(cycle, following.n):
        ask_for_bag(following, cycle=cycle, due_at=_needed_at(cycle, following, at), at=at)


def ask_for_next(cycle: Cycle, *, at: datetime) -> None:
    """The pharmacy is asked for the bag after the running one, unless it is made."""
    plan = cycle.plans.filter(is_current=True).first()
    n = cycle.current_bag.planned.n if cycle.current_bag_id else 0
    coming = plan.bags.filter(n__gt=n).order_by("n").first() if plan else None
    if coming is not None and not _is_made(cycle, coming.n):
        ask_for_bag(coming, cycle=cycle, due_at=_needed_at(cycle, coming, at), at=at)


def _is_made(cycle: Cycle, n: int) -> bool:
    rows = cycle.bags.filter(planned__n=n, planned__plan__is_current=True)
    return rows.filter(state__in=(*LIVE, Bag.State.FINISHED)).exists()


def _needed_at(cycle: Cycle, planned: PlannedBag, at: datetime) -> datetime:
    """When it is to be hung; while stopped, as if the infusion went on now."""
    for change in planned_changes(cycle, at):
        if change.n == planned.n and change.hang_at is not None:
            return change.hang_at
    left = timedelta(minutes=planned.minute) - timedelta(seconds=cycle.delivered_s)
    return at + max(left, timedelta(0))


def put_away(bag: Bag, *, reason: str, by, at: datetime) -> None:
    before = {"state": bag.state}
    bag.state, bag.discarded_because = Bag.State.DISCARDED, reason[:200]
    save_bag(bag)
    end_quarantines(bag, Quarantine.Outcome.DISCARDED, by=by, at=at)
    _record("discarded_bag", bag, by=by, at=at, before=before, after={"state": bag.state})
    ask_again(bag, because=reason, at=at)


def ask_again(bag: Bag, *, because: str, at: datetime) -> None:
    """The bag is lost: nobody checks it any more, and the pharmacy makes another."""
    cancel_for(subject=subject_of(bag), because=because, at=at)
    if bag.cycle.state in Cycle.OPEN:
        due_at = _needed_at(bag.cycle, bag.planned, at)
        ask_for_bag(bag.planned, cycle=bag.cycle, due_at=due_at, at=at)


def save_bag(bag: Bag) -> None:
    """What is covered follows every change of a bag."""
    bag.version += 1
    bag.save()
    recompute(bag.cycle)


def _record(verb: str, bag: Bag, *, by, at, before=None, after=None) -> None:
    record(
        verb=verb,
        subject=bag,
        by=by,
        patient=bag.cycle.patient,
        at=at,
        before=before,
        after=after,
    )
