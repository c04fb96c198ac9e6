"""Whether what happened and the plan in force still fit, and if not, why.

The plan says a wall time for every infused minute; the ledger says when that minute will really
come. A change waits while they differ by more than the tolerance, until a named person accepts
another plan. Nothing here moves anything.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from infusions import queries
from infusions.cover.links import empty_at, next_planned
from infusions.models import Bag, BagPlan, Cycle, PlannedBag
from infusions.queries import planned_at

# A bag hung a few minutes off its time changes nobody's day; not a clinical limit.
TOLERANCE = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
LOST = (Bag.State.DISCARDED, Bag.State.REJECTED, Bag.State.QUARANTINED)
USABLE = (Bag.State.MADE, Bag.State.RELEASED)


def causes_of(cycle: Cycle) -> list[str]:
    """Why the future differs from the plan in force; empty when it does not, or nothing runs."""
    plan = queries.plan_of(cycle)
    if cycle.state != Cycle.State.RUNNING or plan is None or not plan.case:
        return []
    coming = next_planned(cycle)
    found = [_end_moved(cycle, plan), *_running_bag(cycle, plan, coming)]
    if coming is not None:
        found += [_bag_lost(cycle, coming), _dose_changed(cycle, plan)]
    return [cause for cause in found if cause]


def _end_moved(cycle: Cycle, plan: BagPlan) -> str:
    """The ledger has the cycle end at another time than the plan."""
    late = cycle.expected_end_at - planned_at(plan, cycle.total_hours * 60)
    if abs(late) <= TOLERANCE:
        return ""
    paused = cycle.events.filter(kind="interrupted", corrected_by=None).exists()
    if paused and late > TOLERANCE:
        return "paused"
    return "start_moved"


def _running_bag(cycle: Cycle, plan: BagPlan, coming: PlannedBag | None) -> list[str]:
    """The running bag is over before its drug is, before its time, or before the cycle is."""
    bag = cycle.current_bag
    if coming is None:
        short = cycle.bag_ends_at < cycle.expected_end_at - TOLERANCE
        return ["last_bag_short"] if short and not _ends_short(cycle, plan) else []
    change_at = planned_at(plan, coming.minute)
    found = []
    if bag.discard_after < min(empty_at(cycle), _drug_needed_until(cycle, coming)) - TOLERANCE:
        found.append("expires")
    if cycle.next_change_at < change_at - TOLERANCE:
        found.append("over_early")
    return found


def _ends_short(cycle: Cycle, plan: BagPlan) -> bool:
    """The oncologist has accepted that the bags end before the cycle does."""
    last = plan.bags.order_by("n").last()
    return last is not None and last.minute + last.runs_minutes < cycle.total_hours * 60


def _drug_needed_until(cycle: Cycle, coming: PlannedBag) -> datetime:
    """When the ledger reaches the minute at which the plan hangs the next bag."""
    return cycle.as_of + coming.minute * MINUTE - timedelta(seconds=cycle.delivered_s)


def _bag_lost(cycle: Cycle, coming: PlannedBag) -> str:
    """The next bag was made and lost, and nobody has made another one yet."""
    if not coming.made.filter(state__in=LOST).exists():
        return ""
    usable = cycle.bags.filter(state__in=USABLE, dose_mcg_per_day=coming.dose_mcg_per_day)
    return "" if usable.exists() else "bag_lost"


def _dose_changed(cycle: Cycle, plan: BagPlan) -> str:
    """A signed order asks another dose than the plan's bags hold."""
    n = cycle.current_bag.planned.n
    for planned in plan.bags.filter(n__gt=n):
        due = queries.dose_due_at(cycle, timedelta(minutes=planned.minute))
        if due is not None and Decimal(due.mcg_per_day) != planned.dose_mcg_per_day:
            return "dose_changed"
    return ""
