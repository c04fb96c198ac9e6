"""The shelf: what comes, what goes, what is counted, and slips made right."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actions import record
from commands.refusals import refuse
from infusions.actions.bag_rules import Lot
from infusions.models import (
    Bag,
    MakeSession,
    PoolingPolicy,
    Product,
    StockLot,
    StockMovement,
    VialCost,
)
from infusions.pharmacy.make_steps import steps_done
from infusions.pharmacy.recalls import recall_stops
from infusions.pharmacy.stock import on_hand_of
from infusions.scans import gs1
from infusions.scans.products import check_not_expired, day_at, product_of
from protocol import making
from protocol.stops import HardStop
from teams.permissions import Permission, require

Kind = StockMovement.Kind
BY_HAND = (Kind.WASTED, Kind.RECALLED, Kind.RETURNED)


@transaction.atomic
def receive(*, site, scan: str, count: int, by, at: datetime) -> StockMovement:
    """Packages that came in. `scan`: as scanned or as typed from beside the code: product number,
    lot and expiry. Refuses what has expired and what was recalled."""
    require(by, Permission.KEEP_STOCK)
    found, product = _read(site, scan)
    check_not_expired(found, product, day_at(site, at))
    stops = recall_stops(site.organisation_id, [(found.gtin, found.lot)], field="scan")
    if stops:
        raise HardStop(*stops)
    lot = _lot(site, product, found.lot, found.expires_on, at)
    return _write(lot, Kind.RECEIVED, count, by=by, at=at)


@transaction.atomic
def count_scanned(*, site, scan: str, count: int, by, at: datetime, reason: str = ""):
    """What lies there of the lot that was scanned or typed."""
    require(by, Permission.KEEP_STOCK)
    found, product = _read(site, scan)
    lot = _lot(site, product, found.lot, found.expires_on, at)
    return count_lot(lot=lot, count=count, reason=reason, by=by, at=at)


@transaction.atomic
def count_lot(*, lot: StockLot, count: int, by, at: datetime, reason: str = "") -> StockMovement:
    """Another figure than expected is told by how much and needs a reason."""
    require(by, Permission.KEEP_STOCK)
    lot = _locked(lot)
    expected = on_hand_of(lot)
    if expected is not None and expected != count and not reason.strip():
        words = _("The records say %(expected)d, you counted %(count)d: %(difference)+d. Count "
                  "again; if it stays so, say why.")  # fmt: skip
        told = {"expected": expected, "count": count, "difference": count - expected}
        refuse("stock.count_differs", words % told, field="reason")
    return _write(lot, Kind.COUNTED, count, expected=expected, reason=reason, by=by, at=at)


@transaction.atomic
def take_off(*, lot: StockLot, kind: str, count: int, reason: str, by, at: datetime):
    """Thrown away, recalled or sent back."""
    require(by, Permission.KEEP_STOCK)
    if kind not in BY_HAND or count < 1:
        refuse("stock.kind", _("Say what happened to how many."), field="kind")
    if not reason.strip():
        refuse("stock.no_reason", _("Say why."), field="reason")
    return _write(_locked(lot), kind, count, reason=reason, by=by, at=at)


@transaction.atomic
def correct_movement(*, movement: StockMovement, count: int, reason: str, by, at: datetime):
    """A slip of the pen. The first entry stays visible, the new one takes its place."""
    require(by, Permission.KEEP_STOCK)
    lot = _locked(movement.lot)
    if not reason.strip():
        refuse("stock.no_reason", _("Say why."), field="reason")
    if movement.kind == Kind.USED:
        refuse("stock.of_a_bag", _("Correct the vials of the bag; the shelf follows."))
    facts = {"kind": movement.kind, "at": movement.at, "expected": movement.expected}
    return _correcting(lot, movement, count=count, reason=reason, by=by, recorded_at=at, **facts)


def take_for_bag(bag: Bag, lots: list[Lot], *, by, at: datetime) -> None:
    """The vials of a bag leave the shelf at the time of their use, from lots that are known there.
    A lot nobody received stays unknown until it is counted."""
    site = bag.cycle.patient.care_team.site
    for one in lots:
        lot = _known(site, one)
        if lot is not None:
            _row(lot, Kind.USED, one.count, at=bag.prepared_at, bag=bag, by=by, recorded_at=at)


def follow_vial(bag: Bag, was: Lot, now: Lot, *, by, at: datetime, reason: str) -> None:
    """After a vial of a bag was corrected: the shelf of both lots is what it says now."""
    site = bag.cycle.patient.care_team.site
    lot = _known(site, was)
    used = bag.stock_movements.filter(lot=lot, kind=Kind.USED, count=was.count, corrected_by=None)
    row = used.order_by("pk").first() if lot else None
    if row is not None:
        facts = {"kind": Kind.USED, "at": row.at, "bag": bag, "by": by, "recorded_at": at}
        _correcting(lot, row, count=0, reason=reason, **facts)
    take_for_bag(bag, [now], by=by, at=at)


def waste_of_work(session: MakeSession, *, by, at: datetime, reason: str) -> None:
    """Vials that were opened for a bag nobody finished. Unopened ones go back to the shelf."""
    done = steps_done(session)
    if making.RECONSTITUTE not in done:
        return
    site = session.cycle.patient.care_team.site
    for one in vials_of(done):
        lot = _known(site, one)
        if lot is not None:
            _row(lot, Kind.WASTED, one.count, at=at, by=by, recorded_at=at, reason=reason[:200])


@transaction.atomic
def set_cost(
    *, site, product: Product, amount: Decimal, currency: str, from_on: date, source: str, by, at
) -> VialCost:
    """What one package costs this site from a day on. Earlier days keep what they had."""
    require(by, Permission.MANAGE_PRODUCTS)
    if not source.strip():
        refuse("cost.no_source", _("Say who says so: invoice or price list, with date."),
               field="source")  # fmt: skip
    facts = {"amount": amount, "currency": currency.strip().upper(), "from_on": from_on}
    row = VialCost.objects.create(
        site=site, product=product, source=source.strip(), set_by=by, set_at=at, **facts
    )
    record(verb="set_vial_cost", subject=site, by=by, at=at, after=facts, reason=source.strip())
    return row


@transaction.atomic
def set_pooling(*, site, is_on: bool, source: str, by, at: datetime) -> PoolingPolicy:
    """Hints on bags that could share a vial. On only under a sterile policy that is named."""
    require(by, Permission.MANAGE_PRODUCTS)
    if is_on and not source.strip():
        refuse("pooling.no_source", _("Name the sterile policy that allows it."), field="source")
    facts = {"is_on": is_on, "source": source.strip()}
    row = PoolingPolicy.objects.create(site=site, set_by=by, set_at=at, **facts)
    record(verb="set_pooling", subject=site, by=by, at=at, after=facts)
    return row


def vials_of(done: dict) -> list[Lot]:
    """The vials that were scanned, each on its own."""
    rows = [row.value for key, row in done.items() if key.startswith(making.VIAL)]
    return [Lot(one["lot"], date.fromisoformat(one["expires_on"]), 1, one["gtin"]) for one in rows]


def _read(site, scan: str) -> tuple[gs1.Scan, Product]:
    found = gs1.read(scan).needs("gtin", "lot", "expires_on")
    return found, product_of(found, site.organisation)


def _lot(site, product: Product, lot: str, expires_on: date, at: datetime) -> StockLot:
    facts = {"site": site, "product": product, "lot": lot.strip(), "expires_on": expires_on}
    try:
        with transaction.atomic():
            row, _made = StockLot.objects.get_or_create(**facts, defaults={"added_at": at})
    except IntegrityError:  # somebody else scanned it this moment
        row = StockLot.objects.get(**facts)
    return _locked(row)


def _locked(lot: StockLot) -> StockLot:
    rows = StockLot.objects.select_for_update(of=("self",))
    return rows.select_related("site", "product").get(pk=lot.pk)


def _known(site, one: Lot) -> StockLot | None:
    """The lot on the shelf that these vials came from; None where that is not certain."""
    rows = StockLot.objects.filter(
        site=site, lot__iexact=one.lot.strip(), expires_on=one.expires_on, product__kind="drug_vial"
    )
    if one.gtin:
        rows = rows.filter(product__gtin=one.gtin)
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def _write(lot: StockLot, kind: str, count: int, *, by, at: datetime, **more) -> StockMovement:
    """One movement that happens now, on the record."""
    more["reason"] = more.get("reason", "").strip()
    row = _row(lot, kind, count, at=at, by=by, recorded_at=at, **more)
    after = {"lot": lot.lot, "kind": str(kind), "count": count, "expected": row.expected}
    record(verb="moved_stock", subject=lot, by=by, at=at, after=after, reason=row.reason)
    return row


def _correcting(lot: StockLot, old: StockMovement, *, kind, count: int, **more) -> StockMovement:
    try:
        with transaction.atomic():
            row = _row(lot, kind, count, corrects=old, **more)
    except IntegrityError:
        refuse("stock.corrected", _("This entry was corrected already. Correct the newer one."))
    before, after = {"count": old.count}, {"lot": lot.lot, "kind": str(kind), "count": count}
    facts = {"by": row.by, "at": row.recorded_at, "reason": row.reason}
    record(verb="corrected_stock", subject=lot, before=before, after=after, **facts)
    return row


def _row(lot: StockLot, kind: str, count: int, **more) -> StockMovement:
    return StockMovement.objects.create(lot=lot, kind=kind, count=count, **more)
