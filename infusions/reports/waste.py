"""Drug no patient got, of the bags made in a span of time: what stayed in vials, bags that never
hung, and what was left in bags that were taken down."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infusions import values
from infusions.hung import with_hung_from
from infusions.models import Bag, BagVial, InfusionEvent, MakeSession, MakeStep, VialCost
from infusions.pharmacy.stock import cost_on
from infusions.scans.products import day_at
from patients.queries import visible_to
from protocol import making, timeline
from protocol.ledger import left_in_bag

VIALS, LOST, LEFT, GIVEN_UP = "vials", "lost", "left", "given_up"
KINDS = {
    VIALS: gettext_lazy("Left in opened vials"),
    LOST: gettext_lazy("Bags that never hung"),
    LEFT: gettext_lazy("Left in bags that were taken down"),
    GIVEN_UP: gettext_lazy("Vials of work that was given up"),
}
CENT, NONE = Decimal("0.01"), Decimal(0)


@dataclass(frozen=True)
class Waste:
    """`vials`: vials' worth, by the labelled content; `cost` None: not known."""

    kind: str
    code: str  # of the bag; "" of work that made none
    bag: Bag | None
    at: datetime
    why: str
    vials: Decimal
    drug_mcg: Decimal
    cost: Decimal | None
    currency: str

    @property
    def name(self) -> str:
        return str(KINDS[self.kind])


class Prices:
    """Costs of many sites with one query."""

    def __init__(self, sites: Iterable[int]):
        self.sources: set[str] = set()  # of the prices that were asked for
        self._rows: dict[int, dict[str, list[VialCost]]] = defaultdict(lambda: defaultdict(list))
        rows = VialCost.objects.filter(site__in=set(sites)).select_related("product")
        for row in rows.order_by("-from_on", "-pk"):
            self._rows[row.site_id][row.product.gtin].append(row)

    def of(self, site, numbers: set[str], at: datetime) -> VialCost | None:
        """What a vial cost then; None: not known, or the vials were of several products."""
        if len(numbers) != 1:
            return None
        rows = self._rows[site.pk][next(iter(numbers))]
        found = cost_on({1: rows}, 1, day_at(site, at))
        if found is not None:
            self.sources.add(found.source)
        return found


def bags_made(user, from_at: datetime, to_at: datetime) -> list[Bag]:
    """Of patients this person may see, with everything that is asked of them here."""
    vials = BagVial.objects.filter(corrected_by=None)
    rows = with_hung_from(Bag.objects.filter(cycle__patient__in=visible_to(user)))
    rows = rows.filter(prepared_at__gte=from_at, prepared_at__lt=to_at)
    rows = rows.select_related("planned", "order__signature", "cycle__patient__care_team__site")
    rows = rows.prefetch_related(Prefetch("vial_lots", queryset=vials, to_attr="counted_vials"))
    return list(rows.order_by("prepared_at", "pk"))


def waste_of(user, bags: list[Bag], from_at: datetime, to_at: datetime, at: datetime):
    """(rows, vials opened, cost of them or None)."""
    given_up = _given_up(user, from_at, to_at)
    sites = [bag.cycle.patient.care_team.site_id for bag in bags]
    sites += [one.cycle.patient.care_team.site_id for one in given_up]
    prices, contents = Prices(sites), _contents([*bags, *given_up])
    infused = _infused(bags, at)
    rows = []
    for bag in bags:
        price = prices.of(
            _site(bag), {one.gtin or "" for one in bag.counted_vials}, bag.prepared_at
        )
        content = contents[_set_of(bag)]
        rows += [_row(bag, *found, content, price) for found in _of_bag(bag, content, infused)]
    rows += [row for one in given_up for row in _of_work(one, contents[_set_of(one)], prices)]
    return rows, prices


def vials_in(bag: Bag) -> int:
    return sum(one.count for one in bag.counted_vials)


def _site(row):
    return row.cycle.patient.care_team.site


def _set_of(row) -> tuple[int, str]:
    label_id = getattr(row, "label_id", None) or row.cycle.label_id
    return row.cycle.patient.organisation_id, label_id


def _contents(rows) -> dict[tuple[int, str], Decimal]:
    """Labelled content of a vial, in micrograms, by the label set a bag was made with."""
    found = values.labels_for({_set_of(row) for row in rows})
    return {
        place: rules.reconstitution.mcg_per_ml * rules.reconstitution.withdrawable_ml_per_vial
        for place, rules in found.items()
    }


def _of_bag(bag: Bag, content: Decimal, infused: dict):
    """(kind, why, micrograms) of one bag."""
    rest = vials_in(bag) * content - bag.drug_mcg
    if rest > 0:
        yield VIALS, _("The recipe takes less than the vials hold"), rest
    if bag.hung_from is None:
        if bag.state in (Bag.State.DISCARDED, Bag.State.REJECTED):
            yield LOST, bag.discarded_because or _("Rejected at the check"), bag.drug_mcg
    elif bag.taken_down_at is not None:
        left = left_in_bag(
            bag_hours=bag.bag_hours,
            dose_mcg_per_day=bag.dose_mcg_per_day,
            infused=infused.get(bag.code, timedelta(0)),
        )
        if left.drug_mcg > 0:
            yield LEFT, _("Taken down before it was empty"), left.drug_mcg


def _row(bag: Bag, kind: str, why: str, drug_mcg: Decimal, content: Decimal, price) -> Waste:
    vials = drug_mcg / content
    cost = (vials * price.amount).quantize(CENT) if price else None
    currency = price.currency if price else ""
    return Waste(kind, bag.code, bag, bag.prepared_at, why, vials, drug_mcg, cost, currency)


def _given_up(user, from_at: datetime, to_at: datetime) -> list[MakeSession]:
    steps = MakeStep.objects.filter(corrected_by=None)
    rows = MakeSession.objects.filter(
        cycle__patient__in=visible_to(user),
        state=MakeSession.State.GIVEN_UP,
        closed_at__gte=from_at,
        closed_at__lt=to_at,
    )
    rows = rows.select_related("cycle__patient__care_team__site")
    rows = rows.prefetch_related(Prefetch("steps", queryset=steps, to_attr="counted_steps"))
    return list(rows.order_by("closed_at", "pk"))


def _of_work(session: MakeSession, content: Decimal, prices: Prices):
    """Vials that were opened for a bag nobody finished; before that they go back to the shelf."""
    done = {step.key: step for step in session.counted_steps}
    vials = [step for key, step in done.items() if key.startswith(making.VIAL)]
    if making.RECONSTITUTE not in done or not vials:
        return
    numbers = {step.value.get("gtin", "") for step in vials}
    price = prices.of(_site(session), numbers, session.closed_at)
    n = Decimal(len(vials))
    cost = (n * price.amount).quantize(CENT) if price else None
    currency = price.currency if price else ""
    facts = (session.closed_at, session.closed_because, n, n * content, cost, currency)
    yield Waste(GIVEN_UP, "", None, *facts)


def _infused(bags: list[Bag], at: datetime) -> dict[str, timedelta]:
    """How long each bag ran, by its code: every run replayed from one query."""
    cycles = {bag.cycle_id for bag in bags}
    rows = InfusionEvent.objects.filter(cycle__in=cycles, corrected_by=None)
    rows = rows.exclude(kind=InfusionEvent.Kind.VOIDED)
    by_cycle = defaultdict(list)
    for event in rows.select_related("bag", "recorded_by", "corrects"):
        by_cycle[event.cycle_id].append(event)
    found: dict[str, timedelta] = {}
    for events in by_cycle.values():
        events.sort(key=lambda event: (event.occurred_at, values.first_seq(event)))
        run = timeline.replay([values.run_event(event) for event in events], at)
        found.update(run.bag_infused)
    return found
