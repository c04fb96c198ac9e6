"""Every bag of a cycle, in the order of time: what hung, what was discarded, what is to come."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from infusions.hung import with_hung_from
from infusions.models import Bag, BagPlan


@dataclass(frozen=True)
class BagRow:
    """One bag, made or planned. `old_plan`: the superseded plan it was made for, or None."""

    n: int
    bag: Bag | None
    hangs_at: datetime | None
    until: datetime | None
    dose_mcg_per_day: Decimal
    bag_hours: int
    state: str
    is_running: bool
    is_waste: bool  # it will never hang
    old_plan: BagPlan | None
    is_single_checked: bool = False


WASTE = (Bag.State.REJECTED, Bag.State.DISCARDED, Bag.State.QUARANTINED)


def bag_rows(cycle, changes) -> list[BagRow]:
    """`changes`: the bags of the plan in force. A bag of an older plan keeps its own row; one that
    never hung stands where its number stands."""
    placed = {change.bag.pk: change for change in changes if change.bag is not None}
    made = with_hung_from(cycle.bags.select_related("planned__plan")).order_by("pk")
    rows = [of_bag(bag, placed.get(bag.pk)) for bag in made]
    rows += [of_plan(change) for change in changes if change.bag is None]
    return sorted(rows, key=in_order)


def in_order(row: BagRow) -> tuple:
    return row.n, row.bag is None, row.bag.pk if row.bag else 0


def of_bag(bag: Bag, change) -> BagRow:
    return BagRow(
        n=bag.planned.n,
        bag=bag,
        hangs_at=bag.hung_from or (change.hang_at if change else None),
        until=bag.taken_down_at or (change.end_at if change else None),
        dose_mcg_per_day=bag.dose_mcg_per_day,
        bag_hours=bag.bag_hours,
        state=bag.get_state_display(),
        is_single_checked=bag.lacks_second_check,
        is_running=bag.state == Bag.State.HUNG,
        is_waste=bag.state in WASTE,
        old_plan=None if bag.planned.plan.is_current else bag.planned.plan,
    )


def of_plan(change) -> BagRow:
    planned = change.planned
    return BagRow(
        n=change.n,
        bag=None,
        hangs_at=change.hang_at,
        until=change.end_at,
        dose_mcg_per_day=planned.dose_mcg_per_day,
        bag_hours=planned.bag_hours,
        state=_("Planned"),
        is_running=False,
        is_waste=False,
        old_plan=None,
    )
