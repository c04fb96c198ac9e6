"""One month of the pharmacy, for the patients a person may see. It counts work, never people."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from zoneinfo import ZoneInfo

from infusions.models import Bag, LabelPrint, MakeSession, NearMiss
from infusions.pharmacy.site import my_sites
from infusions.reports.waste import KINDS, Prices, Waste, bags_made, vials_in, waste_of
from infusions.scans.products import day_at
from patients.queries import visible_to

STILL_READ = (Bag.State.MADE, Bag.State.DISPUTED, Bag.State.QUARANTINED)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class WasteSum:
    """`costs`: (currency, amount); `unpriced`: rows whose cost is not known."""

    name: str
    n: int
    vials: Decimal
    drug_mcg: Decimal
    costs: list[tuple[str, Decimal]]
    unpriced: int


@dataclass(frozen=True)
class Span:
    """Of many times: None when there was none."""

    n: int
    middle: timedelta | None
    longest: timedelta | None


@dataclass(frozen=True)
class Month:
    first: date
    zone: str
    bags: int
    vials: int
    drug_mcg: Decimal
    opened: WasteSum
    waste: list[Waste]
    sums: list[WasteSum]
    total: WasteSum
    near_misses: list[tuple[str, str, int]]  # step, kind, how often
    hidden: int  # near misses of bags that are still being read
    single_checked: list[Bag]
    reprints: list[LabelPrint]
    order_to_release: Span  # of the first bag under each order
    made_to_release: Span
    sources: list[str]  # who says what a vial costs
    before: date
    after: date | None


def month_of(user, first: date, at: datetime) -> Month:
    """`first`: the first day of the month, by the clock of the first of this person's sites."""
    zone = zone_for(user)
    from_at, to_at = _bounds(first, zone)
    bags = bags_made(user, from_at, to_at)
    waste, prices = waste_of(user, bags, from_at, to_at, at)
    misses, hidden = _near_misses(user, from_at, to_at)
    return Month(
        first=first,
        zone=zone,
        bags=len(bags),
        vials=sum(vials_in(bag) for bag in bags),
        drug_mcg=sum((bag.drug_mcg for bag in bags), Decimal(0)),
        opened=_opened(bags, prices),
        waste=waste,
        sums=[_sum(str(name), [one for one in waste if one.kind == kind])
              for kind, name in KINDS.items()],
        total=_sum("", waste),
        near_misses=misses,
        hidden=hidden,
        single_checked=_single_checked(user, from_at, to_at),
        reprints=_reprints(user, from_at, to_at),
        order_to_release=_span(_from_orders(bags)),
        made_to_release=_span([b.released_at - b.prepared_at for b in bags if b.released_at]),
        sources=sorted(prices.sources),
        before=(first - timedelta(days=1)).replace(day=1),
        after=_next(first) if _bounds(_next(first), zone)[0] <= at else None,
    )  # fmt: skip


def zone_for(user) -> str:
    sites = my_sites(user)
    return sites[0].zone if sites else "UTC"


def this_month(user, at: datetime) -> date:
    sites = my_sites(user)
    today = day_at(sites[0], at) if sites else at.date()
    return today.replace(day=1)


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _bounds(first: date, zone: str) -> tuple[datetime, datetime]:
    begin = datetime(first.year, first.month, 1, tzinfo=ZoneInfo(zone))
    following = _next(first)
    return begin, begin.replace(year=following.year, month=following.month)


def _sum(name: str, rows: list[Waste]) -> WasteSum:
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.cost is not None:
            costs[row.currency] += row.cost
    return WasteSum(
        name=name,
        n=len(rows),
        vials=sum((row.vials for row in rows), Decimal(0)),
        drug_mcg=sum((row.drug_mcg for row in rows), Decimal(0)),
        costs=sorted(costs.items()),
        unpriced=sum(1 for row in rows if row.cost is None),
    )


def _opened(bags: list[Bag], prices: Prices) -> WasteSum:
    """The vials of every bag, with what they cost."""
    costs: dict[str, Decimal] = defaultdict(Decimal)
    unpriced = 0
    for bag in bags:
        site, numbers = bag.cycle.patient.care_team.site, {v.gtin or "" for v in bag.counted_vials}
        price = prices.of(site, numbers, bag.prepared_at)
        if price is None:
            unpriced += 1
        else:
            costs[price.currency] += (price.amount * vials_in(bag)).quantize(CENT)
    vials = Decimal(sum(vials_in(bag) for bag in bags))
    return WasteSum("", len(bags), vials, Decimal(0), sorted(costs.items()), unpriced)


def _near_misses(user, from_at: datetime, to_at: datetime):
    rows = NearMiss.objects.filter(cycle__patient__in=visible_to(user))
    rows = rows.filter(occurred_at__gte=from_at, occurred_at__lt=to_at)
    rows = list(rows.select_related("bag", "session"))
    told = [row for row in rows if not _is_still_read(row)]
    counts = Counter((row.get_stage_display(), row.get_kind_display()) for row in told)
    found = [(str(stage), str(kind), n) for (stage, kind), n in counts.items()]
    return sorted(found, key=lambda row: (-row[2], row)), len(rows) - len(told)


def _is_still_read(row: NearMiss) -> bool:
    """What differed would tell the reader of a bag that is not settled."""
    if row.stage == NearMiss.Stage.MAKE:
        return False
    if row.bag is None:
        return row.session is not None and row.session.state == MakeSession.State.OPEN
    if row.stage == NearMiss.Stage.LABEL:
        return row.bag.state == Bag.State.RELEASED and not row.bag.label_checked_how
    return row.bag.state in STILL_READ


def _single_checked(user, from_at: datetime, to_at: datetime) -> list[Bag]:
    rows = Bag.objects.filter(cycle__patient__in=visible_to(user), single_checked=True)
    rows = rows.filter(released_at__gte=from_at, released_at__lt=to_at)
    return list(rows.order_by("released_at", "pk"))


def _reprints(user, from_at: datetime, to_at: datetime) -> list[LabelPrint]:
    rows = LabelPrint.objects.filter(bag__cycle__patient__in=visible_to(user), n__gt=1)
    rows = rows.filter(printed_at__gte=from_at, printed_at__lt=to_at).select_related("bag")
    return list(rows.order_by("printed_at", "pk"))


def _from_orders(bags: list[Bag]) -> list[timedelta]:
    """From the signature to the release of the first bag under it."""
    first: dict[int, Bag] = {}
    for bag in bags:
        if bag.planned.n == 1 and bag.released_at and bag.order.signature:
            first.setdefault(bag.order_id, bag)
    return [bag.released_at - bag.order.signature.at for bag in first.values()]


def _span(times: list[timedelta]) -> Span:
    if not times:
        return Span(0, None, None)
    middle = timedelta(seconds=median(one.total_seconds() for one in times))
    return Span(len(times), middle, max(times))
