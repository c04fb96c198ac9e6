"""What the hanging bag needs now: one answer for the board, the chart and the page at home.

Reads the columns of the cycle and a moment; asks the database nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from infusions.cover.links import empty_at
from infusions.models import Cycle

# The pump may still run on the bag's overfill; a person at the bedside needs minutes to change it.
EMPTY_FOR = timedelta(minutes=15)
# When a page says "soon" instead of the plan; not a clinical limit.
SOON = timedelta(minutes=15)


class Need(StrEnum):
    FLOWING = "flowing"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"  # drug is left, but the change or the end was due
    EXPIRED = "expired"  # drug is left that may not be given any more
    EMPTY = "empty"  # at most on overfill
    RAN_EMPTY = "ran_empty"  # nothing can flow: that is a stop, with its own clock


@dataclass(frozen=True)
class BagNow:
    """`due_at`: the next change, or the end of the infusion when `is_last`. `since`: when what is
    wrong began; None while nothing is wrong."""

    need: Need
    due_at: datetime
    is_last: bool
    since: datetime | None

    @property
    def is_wrong(self) -> bool:
        return self.since is not None

    @property
    def is_empty(self) -> bool:
        return self.need in (Need.EMPTY, Need.RAN_EMPTY)


def bag_now(cycle: Cycle, at: datetime) -> BagNow | None:
    """None while nothing runs: before the start, during a stop, after the end."""
    bag = cycle.current_bag
    if cycle.state != Cycle.State.RUNNING or bag is None or cycle.as_of is None:
        return None
    due_at, empty = due_at_of(cycle), empty_at(cycle)
    need = _need(at, due_at, empty, bag.discard_after)
    since = {
        Need.EMPTY: empty,
        Need.RAN_EMPTY: empty,
        Need.EXPIRED: bag.discard_after,
        Need.OVERDUE: due_at,
    }.get(need)
    return BagNow(need, due_at, cycle.next_change_at is None, since)


def due_at_of(cycle: Cycle) -> datetime:
    """When somebody has to be at a running infusion next."""
    times = (cycle.next_change_at, cycle.bag_ends_at, cycle.expected_end_at, empty_at(cycle))
    return min(one for one in times if one)


def _need(at: datetime, due_at: datetime, empty: datetime, expires: datetime) -> Need:
    if at - empty > EMPTY_FOR:
        return Need.RAN_EMPTY
    if at >= empty:
        return Need.EMPTY
    if at >= expires:
        return Need.EXPIRED
    if at > due_at:
        return Need.OVERDUE
    return Need.DUE_SOON if due_at - at <= SOON else Need.FLOWING
