"""The facts a reflow begins with: the ledger, the running bag, and what is left of the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .instants import utc
from .planner_case import Case
from .planner_legal import MINUTES_PER_HOUR
from .reflow_diff import MINUTE, OldBag


@dataclass(frozen=True)
class Running:
    """The bag on the pump: minutes of drug left, and the end the accepted plan gave it, as an
    infused minute and as wall time.
    """

    n: int
    bag_hours: int
    left_minutes: int
    discard_after: datetime
    planned_end: int
    planned_end_at: datetime
    code: str = ""


@dataclass(frozen=True)
class Facts:
    """The ledger at the moment `at`.

    `next_hang_at`: when a bag that is there can hang, if nothing runs. `new_bag_at`: when a bag
    that is not made yet can hang. `doses`: mcg/day of each dose segment of the case, to tell bags
    of one length apart; () when all are alike.
    """

    at: datetime
    delivered_minutes: int
    running: Running | None
    next_hang_at: datetime
    new_bag_at: datetime
    doses: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class RunningEnd:
    """How the running bag ends: it runs `runs_minutes` from now. `undelivered_minutes` above 0: it
    expires with drug left. Times are local.
    """

    n: int
    code: str
    empty_at: datetime
    expires_at: datetime
    ends_at: datetime
    planned_end_at: datetime
    runs_minutes: int
    undelivered_minutes: int


def running_end(case: Case, facts: Facts) -> RunningEnd | None:
    """The running bag runs to the end the plan gave it, at most until empty, expired or a
    boundary. A minute that has begun is not counted as infused.
    """
    bag = facts.running
    if bag is None:
        return None
    done, at = facts.delivered_minutes, utc(facts.at)
    wanted = max(min(bag.left_minutes, bag.planned_end - done, case.next_boundary(done) - done), 0)
    lasts = max((utc(bag.discard_after) - at) // MINUTE, 0)
    runs = min(wanted, lasts)
    return RunningEnd(
        n=bag.n,
        code=bag.code,
        empty_at=(at + bag.left_minutes * MINUTE).astimezone(case.zone),
        expires_at=bag.discard_after.astimezone(case.zone),
        ends_at=(at + runs * MINUTE).astimezone(case.zone),
        planned_end_at=bag.planned_end_at.astimezone(case.zone),
        runs_minutes=runs,
        undelivered_minutes=wanted - runs,
    )


def after_running(facts: Facts, end: RunningEnd | None) -> tuple[datetime, int]:
    """When the next bag hangs (UTC) and how many minutes are infused by then, without any wish."""
    if end is None:
        return max(utc(facts.at), utc(facts.next_hang_at)), facts.delivered_minutes
    return utc(end.ends_at), facts.delivered_minutes + end.runs_minutes


def behind_by(case: Case, old: Sequence[OldBag], facts: Facts, old_end: datetime) -> int:
    """Minutes of infusion that the accepted plan had promised by now and that were not given."""
    minute, at = case.total_minutes, old_end
    if facts.running is not None:
        minute, at = facts.running.planned_end, facts.running.planned_end_at
    elif old:
        minute, at = old[0].minute, old[0].hangs_at
    return minute - (utc(at) - utc(facts.at)) // MINUTE - facts.delivered_minutes


def kept_runs(case: Case, old: Sequence[OldBag], minute: int) -> list[int]:
    """The run of each old bag when they follow one another from a minute on: as planned, and a
    bag that was cut at a boundary runs to where the boundary is now.
    """
    runs: list[int] = []
    for bag in old:
        if minute >= case.total_minutes:
            break
        runs.append(min(case.next_boundary(minute) - minute, _holds(case, bag)))
        minute += runs[-1]
    return runs


def lacking_minutes(case: Case, old: Sequence[OldBag], minute: int) -> int:
    """Infusion from a minute on that the old bags no longer hold, each between the boundaries it
    was planned in: a bag of the next dose cannot give what is left of the dose before.
    """
    lacking = 0
    while minute < case.total_minutes:
        boundary = case.next_boundary(minute)
        held = sum(_holds(case, bag) for bag in old if case.next_boundary(bag.minute) == boundary)
        lacking += max(boundary - minute - held, 0)
        minute = boundary
    return lacking


def _holds(case: Case, bag: OldBag) -> int:
    """As long as it was planned to run; all it holds when a boundary cut it."""
    full = bag.bag_hours * MINUTES_PER_HOUR
    cut = bag.runs_minutes < full and case.boundary_name(bag.minute + bag.runs_minutes)
    return full if cut else bag.runs_minutes
