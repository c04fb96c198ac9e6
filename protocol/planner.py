"""The bag planner: the best legal sequence of bags for what is left of a cycle, proven.

The search is in `planner_search`, other plans of the same case in `planner_ties`, and a plan made
by hand is judged in `planner_judge`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .planner_case import Case
from .planner_legal import (
    MINUTES_PER_HOUR,
    Allowed,
    Runs,
    attendance_cost,
    unpack,
    weights_of,
)
from .planner_search import Search, search
from .planner_why import why, why_impossible


@dataclass(frozen=True)
class Bag:
    """Bag n: hung at an infused minute, of `bag_hours`, running `runs_minutes`."""

    n: int
    minute: int
    hangs_at: datetime
    ends_at: datetime
    bag_hours: int
    runs_minutes: int
    setting: str
    outside_window: bool
    boundary: str | None

    @property
    def end(self) -> int:
        """The infused minute at which it ends."""
        return self.minute + self.runs_minutes

    @property
    def cut_minutes(self) -> int:
        """Minutes of drug that are thrown away with it."""
        return self.bag_hours * MINUTES_PER_HOUR - self.runs_minutes


@dataclass(frozen=True)
class Plan:
    """The answer. `cost` and `runner_up` are figures by goal name."""

    feasible: bool
    cost: dict[str, int]
    ties: int
    bags: tuple[Bag, ...]
    runner_up: dict[str, int] | None
    why: str


def plan(case: Case, allowed: Allowed | None = None) -> Plan:
    """The proven best plan of a checked case, or a plan that says why there is none."""
    return plan_of(search(case, allowed))


def plan_of(found: Search) -> Plan:
    """The proven best plan of a case already solved."""
    case = found.case
    root = found.nodes.get(case.delivered_minutes)
    if root is None:
        return Plan(False, {}, 0, (), None, why_impossible(found))
    runs = tuple(found.lead(case.delivered_minutes))
    cost = unpack(case, root.best)
    runner_up = None if root.second is None else unpack(case, root.second)
    return Plan(True, cost, root.ways, bags_of(case, runs), runner_up, why(found, runs))


def bags_of(case: Case, runs: Iterable[Runs], first_n: int = 1) -> tuple[Bag, ...]:
    """A sequence of (bag_hours, runs_minutes) as bags, from the start of the case on."""
    bags, minute = [], case.delivered_minutes
    for n, (hours, ran) in enumerate(runs, first_n):
        end = minute + ran
        bags.append(
            Bag(
                n=n,
                minute=minute,
                hangs_at=case.local(minute),
                ends_at=case.local(end),
                bag_hours=hours,
                runs_minutes=ran,
                setting=case.setting_at(minute),
                outside_window=case.is_outside(end),
                boundary=case.boundary_name(end),
            )
        )
        minute = end
    return tuple(bags)


def cost_of(case: Case, runs: Iterable[Runs]) -> dict[str, int]:
    """The figures of a sequence of (bag_hours, runs_minutes), legal or not."""
    weights, minute, total = weights_of(case), case.delivered_minutes, 0
    for hours, ran in runs:
        minute += ran
        total += weights["bags"] + attendance_cost(case, minute, weights)
        total += weights["cut_minutes"] * (hours * MINUTES_PER_HOUR - ran)
    return unpack(case, total)
