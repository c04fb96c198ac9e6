"""When to start: what each start hour means for the whole month, before a bed is booked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from .planner import Plan, plan
from .planner_case import Case
from .planner_legal import Allowed

SATURDAY = 5


@dataclass(frozen=True)
class Advice:
    """One start (local) and its proven best plan, which may be infeasible and then says why."""

    start: datetime
    plan: Plan

    @property
    def ends_at(self) -> datetime | None:
        """The disconnect, local; None without a plan."""
        return self.plan.bags[-1].ends_at if self.plan.bags else None

    @property
    def weekend_disconnect(self) -> bool:
        return self.ends_at is not None and self.ends_at.weekday() >= SATURDAY

    def key(self, goals: Sequence[str]) -> tuple[int, ...]:
        """Smaller is better: the goals in their order, then a disconnect on a weekday."""
        return (*(self.plan.cost[goal] for goal in goals), int(self.weekend_disconnect))


def advise(
    case: Case,
    starts: Iterable[datetime],
    *,
    allowed_for: Callable[[Case], Allowed | None] | None = None,
) -> Iterator[Advice]:
    """The consequences of each start, one at a time: the caller shows progress and may stop.

    Everything else is as in `case`; `allowed_for` gives the rule which bags can be made in time,
    see `planner_legal.Legal`.
    """
    for start in starts:
        moved = case.restarted(start, case.delivered_minutes)
        allowed = allowed_for(moved) if allowed_for else None
        yield Advice(moved.local(moved.delivered_minutes), plan(moved, allowed))
