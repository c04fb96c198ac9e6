"""The shelf of a site: lots with what lies there, against what the plans take."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Prefetch
from django.http import Http404

from infusions.models import PoolingPolicy, Product, Recall, StockLot, StockMovement, VialCost
from infusions.pharmacy.needs import Needs, hints_of, needs_of
from infusions.pharmacy.site import my_sites
from infusions.scans.products import day_at
from patients.queries import visible_to
from protocol import stock

NEWEST = 20
VIAL = Product.Kind.DRUG_VIAL


@dataclass(frozen=True)
class LotRow:
    """`on_hand` None: not counted yet. Expired and recalled ones are not to be used."""

    lot: StockLot
    on_hand: int | None
    is_expired: bool
    is_recalled: bool

    @property
    def is_usable(self) -> bool:
        return not self.is_expired and not self.is_recalled

    @property
    def is_gone(self) -> bool:
        return self.on_hand == 0


@dataclass(frozen=True)
class ProductRow:
    product: Product
    lots: list[LotRow]
    on_hand: int | None  # of usable lots that were counted; None: of none of them
    uncounted: int  # usable lots nobody counted
    cost: VialCost | None


def on_hand_of(lot: StockLot) -> int | None:
    """Now, from the movements that count."""
    rows = lot.movements.filter(corrected_by=None).order_by("at", "pk")
    return stock.on_hand([stock.Movement(row.kind, row.count) for row in rows])


def stock_page(site, user, at: datetime) -> dict:
    """Everything of the page, with as many queries however many rows."""
    today = day_at(site, at)
    rows, needs = products_of(site, today), needs_of(site, at)
    return {
        "site": site,
        "zone": site.zone,
        "today": today,
        "products": rows,
        "without_lots": [row for row in rows if not row.lots],
        "needs": needs,
        **vials_against(rows, needs),
        **_pooling(site, user, rows, needs),
        "movements": _newest(site),
    }


def products_of(site, today: date) -> list[ProductRow]:
    """Every article on the list, the drug first, with its lots, soonest to expire first."""
    counted = StockMovement.objects.filter(corrected_by=None).order_by("at", "pk")
    lots = StockLot.objects.filter(site=site).select_related("product")
    lots = lots.prefetch_related(Prefetch("movements", queryset=counted, to_attr="counted"))
    recalled = {
        (row.product_id, row.lot)
        for row in Recall.objects.filter(organisation=site.organisation_id)
    }
    by_product: dict[int, list[LotRow]] = {}
    for lot in lots.order_by("expires_on", "lot", "pk"):
        by_product.setdefault(lot.product_id, []).append(_lot_row(lot, today, recalled))
    costs = costs_of(site)
    articles = Product.objects.filter(organisation=site.organisation_id)
    return [
        _product_row(one, by_product.get(one.pk, []), cost_on(costs, one.pk, today))
        for one in sorted(articles, key=lambda one: (one.kind != VIAL, one.kind, one.name, one.pk))
        if one.is_active or one.pk in by_product
    ]


def vials_against(rows: list[ProductRow], needs: Needs) -> dict:
    """Usable drug vials against the need: `on_hand` None while nobody counted any; `mixed`: the
    articles hold different amounts, so that vials cannot be compared."""
    drugs = [row for row in rows if row.product.kind == VIAL]
    usable = [lot for row in drugs for lot in row.lots if lot.is_usable]
    known = [lot.on_hand for lot in usable if lot.on_hand is not None]
    mixed = len({row.product.mcg_per_vial for row in drugs}) > 1
    shelves = [stock.Shelf(lot.on_hand, lot.lot.expires_on) for lot in usable]
    days = [(day, vials) for day, _bags, vials in needs.days]
    return {
        "on_hand": sum(max(0, n) for n in known) if known else None,
        "uncounted": len(usable) - len(known),
        "mixed": mixed,
        "outlook": stock.outlook(shelves, days) if known and not mixed else None,
    }


def pooling_of(site) -> PoolingPolicy | None:
    return site.pooling_policies.select_related("set_by").order_by("-set_at", "-pk").first()


def _pooling(site, user, rows: list[ProductRow], needs: Needs) -> dict:
    policy = pooling_of(site)
    sizes = {row.product.mcg_per_vial for row in rows if row.product.kind == VIAL}
    if policy is None or not policy.is_on or len(sizes) != 1:
        return {"pooling": policy, "hints": []}
    mine = set(visible_to(user).values_list("pk", flat=True))
    return {"pooling": policy, "hints": hints_of(needs.bags, sizes.pop(), mine)}


def _lot_row(lot: StockLot, today: date, recalled: set) -> LotRow:
    name = lot.lot.upper()
    moves = [stock.Movement(row.kind, row.count) for row in lot.counted]
    return LotRow(
        lot=lot,
        on_hand=stock.on_hand(moves),
        is_expired=lot.expires_on < today,
        is_recalled=(lot.product_id, name) in recalled or (None, name) in recalled,
    )


def _product_row(product: Product, lots: list[LotRow], cost) -> ProductRow:
    usable = [one.on_hand for one in lots if one.is_usable]
    known = [n for n in usable if n is not None]
    total = sum(max(0, n) for n in known) if known else None
    return ProductRow(product, lots, total, len(usable) - len(known), cost)


def costs_of(site) -> dict[int, list[VialCost]]:
    """By product, the newest day first."""
    rows = site.vial_costs.order_by("product_id", "-from_on", "-pk")
    return {key: list(group) for key, group in groupby(rows, key=lambda row: row.product_id)}


def cost_on(costs: dict[int, list[VialCost]], product_id: int, day: date) -> VialCost | None:
    """What held on that day; None: not known."""
    return next((row for row in costs.get(product_id, []) if row.from_on <= day), None)


def _newest(site) -> list[StockMovement]:
    rows = StockMovement.objects.filter(lot__site=site)
    rows = rows.select_related("lot__product", "by", "bag", "corrected_by")
    return list(rows.order_by("-recorded_at", "-pk")[:NEWEST])


def get_lot_for(user, uuid) -> StockLot:
    """A lot at a site of this person's teams; else 404."""
    rows = StockLot.objects.filter(site__in=my_sites(user), uuid=uuid)
    return _there(rows.select_related("site", "product").first())


def get_movement_for(user, uuid) -> StockMovement:
    rows = StockMovement.objects.filter(lot__site__in=my_sites(user), uuid=uuid)
    return _there(rows.select_related("lot__site", "lot__product", "by").first())


def moves_of(lot: StockLot) -> list[StockMovement]:
    """Every entry, newest first, corrected ones too."""
    rows = lot.movements.select_related("by", "bag", "corrected_by")
    return list(rows.order_by("-at", "-pk"))


def _there(row):
    if row is None:
        raise Http404
    return row
