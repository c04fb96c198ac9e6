"""How many vials the plans of a site take, day by day, and where bags could share one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Prefetch

from infusions import queries, values
from infusions.models import Bag, BagPlan, Cycle, PlannedBag
from infusions.plans.planner import made_of
from infusions.scans.products import day_at
from protocol.pooling import Pooled, pooled

AHEAD = timedelta(days=14)
LOST = (Bag.State.DISCARDED, Bag.State.REJECTED, Bag.State.QUARANTINED)


@dataclass(frozen=True)
class Need:
    """One bag still to make. `day` None: its infusion is stopped."""

    cycle: Cycle
    planned: PlannedBag
    day: date | None
    vials: int
    drug_mcg: Decimal


@dataclass(frozen=True)
class Needs:
    """Of the coming 14 days. `without_recipe`: bags whose vials nobody can tell."""

    days: list[tuple[date, int, int]]  # day, bags, vials
    bags: list[Need] = field(default_factory=list)
    vials: int = 0
    stopped_vials: int = 0
    without_recipe: int = 0


@dataclass(frozen=True)
class Hint:
    day: date
    bags: list[Need]
    pooled: Pooled


def needs_of(site, at: datetime) -> Needs:
    """Every bag of the site that is not made and hangs within 14 days, whoever's patient."""
    cycles = list(_cycles(site))
    values.read_labels(cycles)
    bags, without = [], 0
    for cycle in cycles:
        for planned in _to_make(cycle):
            hang_at = _hang_at(cycle, planned, at)
            if hang_at is not None and hang_at > at + AHEAD:
                continue
            recipe = made_of((cycle, planned))["recipe"]
            if recipe is None:
                without += 1
                continue
            day = day_at(site, max(hang_at, at)) if hang_at else None
            bags.append(Need(cycle, planned, day, recipe.vials, recipe.drug_mcg))
    return _summed(bags, without)


def hints_of(needs: Iterable[Need], mcg_per_vial: Decimal, mine: set[int]) -> list[Hint]:
    """Days on which bags of several patients would open fewer vials when they are made together.
    `mine`: the patients this person may see. No time is moved for it."""
    by_day: dict[date, list[Need]] = defaultdict(list)
    for one in needs:
        if one.day is not None and one.cycle.patient_id in mine:
            by_day[one.day].append(one)
    found = []
    for day, bags in sorted(by_day.items()):
        if len({one.cycle.patient_id for one in bags}) > 1:
            saved = pooled([(one.vials, one.drug_mcg) for one in bags], mcg_per_vial)
            if saved.saves > 0:
                found.append(Hint(day, bags, saved))
    return found


def _summed(bags: list[Need], without: int) -> Needs:
    count: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for one in bags:
        if one.day is not None:
            count[one.day][0] += 1
            count[one.day][1] += one.vials
    return Needs(
        days=[(day, n, vials) for day, (n, vials) in sorted(count.items())],
        bags=bags,
        vials=sum(one.vials for one in bags if one.day is not None),
        stopped_vials=sum(one.vials for one in bags if one.day is None),
        without_recipe=without,
    )


def _cycles(site):
    current = BagPlan.objects.filter(is_current=True).prefetch_related("bags")
    return (
        Cycle.objects.filter(patient__care_team__site=site, state__in=Cycle.OPEN)
        .select_related(*queries.CYCLE_PARTS)
        .prefetch_related(
            "orders",
            Prefetch("plans", queryset=current, to_attr="current_plans"),
            Prefetch("bags", queryset=Bag.objects.exclude(state__in=LOST), to_attr="kept_bags"),
        )
        .order_by("pk")
    )


def _to_make(cycle: Cycle) -> list[PlannedBag]:
    running = cycle.current_bag.planned.n if cycle.current_bag_id else 0
    made = {bag.planned_id for bag in cycle.kept_bags}
    planned = cycle.current_plans[0].bags.all() if cycle.current_plans else ()
    return [one for one in planned if one.n > running and one.pk not in made]


def _hang_at(cycle: Cycle, planned: PlannedBag, at: datetime) -> datetime | None:
    if cycle.started_at is None:
        return cycle.planned_start + timedelta(minutes=planned.minute)
    if cycle.state != Cycle.State.RUNNING:
        return None
    return at + timedelta(minutes=planned.minute) - queries.elapsed_at(cycle, at)
