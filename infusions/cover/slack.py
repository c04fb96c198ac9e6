"""Slack: the pause a bag can still take before it expires with drug left in it.

It is only told. Negative slack is an overrun: the bag is used until its discard time, and nobody
is kept from hanging it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from infusions import queries, values
from infusions.cover.links import empty_at
from infusions.models import Bag, Cycle
from protocol.units import hours, ml

MINUTE = timedelta(minutes=1)
HOURS_PER_DAY = 24
TENTH = Decimal("0.1")  # what is expected to stay in a bag is no measurement


@dataclass(frozen=True)
class Slack:
    """`minutes` below zero: so long before its end the bag expires, with this much left in it."""

    minutes: int
    left_ml: Decimal
    left_mcg: Decimal

    @property
    def is_overrun(self) -> bool:
        return self.minutes < 0

    @property
    def is_zero(self) -> bool:
        return self.minutes == 0

    @property
    def span(self) -> timedelta:
        return abs(self.minutes) * MINUTE


def running_slack(cycle: Cycle, at: datetime) -> Slack | None:
    """Of the hanging bag; while stopped each minute takes one away. None when nothing hangs, and of
    a bag that is empty or expired, or must be: there is nothing left to pause."""
    bag = cycle.current_bag
    if bag is None or cycle.state not in (Cycle.State.RUNNING, Cycle.State.INTERRUPTED):
        return None
    empty = empty_at(cycle)
    if cycle.state == Cycle.State.INTERRUPTED:
        empty += max(at - cycle.as_of, timedelta(0))
    left = queries.bag_left(cycle)
    if left <= timedelta(0) or min(empty, bag.discard_after) <= at:
        return None
    return _slack(bag, empty, left, bag.discard_after)


def slack_if_hung(bag: Bag, hang_at: datetime) -> Slack:
    """Of a bag that would run its whole length from `hang_at`."""
    whole = timedelta(hours=bag.bag_hours)
    return _slack(bag, hang_at + whole, whole, values.discard_after_if_hung(bag, hang_at))


def _tenths(drug: Decimal) -> Decimal:
    return drug.quantize(TENTH, ROUND_HALF_UP)


def _slack(bag: Bag, empty: datetime, left: timedelta, expires: datetime) -> Slack:
    over = min(max(empty - expires, timedelta(0)), left)
    return Slack(
        minutes=-(over // MINUTE) if over else (expires - empty) // MINUTE,
        left_ml=ml(hours(over) * bag.rate_ml_per_h),
        left_mcg=_tenths(hours(over) * bag.dose_mcg_per_day / HOURS_PER_DAY),
    )


def slack_of(bag: Bag, at: datetime) -> dict:
    """For the page of a bag: of the hanging one; of one that waits, hung at its planned time."""
    if bag.state == Bag.State.HUNG:
        return {"slack": running_slack(bag.cycle, at)}
    if bag.state not in (Bag.State.MADE, Bag.State.RELEASED):
        return {}
    planned = [c.hang_at for c in queries.planned_changes(bag.cycle, at) if c.bag == bag]
    hang_at = max([at, *filter(None, planned)])
    return {"slack": slack_if_hung(bag, hang_at), "slack_hang_at": hang_at}
