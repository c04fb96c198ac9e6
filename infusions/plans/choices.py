"""Other plans of one case: each of the ties, and what follows when a bag end is moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from infusions.plans.words import moment_of
from protocol.planner import Bag, bags_of, cost_of
from protocol.planner_judge import move_end as core_move_end
from protocol.planner_legal import Legal, Runs
from protocol.planner_search import Search
from protocol.planner_ties import alternatives, tie, ways
from protocol.stops import HardStop, Stop


@dataclass(frozen=True)
class Choice:
    """A plan on the page: fixed first bags, then way `tie` (from 1) of the best `ties` ways on."""

    bags: tuple[Bag, ...]
    cost: dict[str, int]
    tie: int
    ties: int
    fixed: tuple[Runs, ...] = ()

    @property
    def runs(self) -> tuple[Runs, ...]:
        return tuple((bag.bag_hours, bag.runs_minutes) for bag in self.bags)


def choice_of(found: Search, *, fixed: Sequence[Runs] = (), number: int = 1) -> Choice:
    """Raises HardStop when the fixed bags cannot be hung so, or nothing legal can follow."""
    case = found.case
    begin = walk_fixed(found.legal, fixed)
    many = ways(found, begin)
    if not many:
        words = _("After a change on %(at)s no legal bags reach the end of the cycle.")
        at = moment_of(case.local(begin))
        raise HardStop(Stop("plan.nothing_follows", words % {"at": at}))
    number = min(max(number, 1), many)
    runs = (*fixed, *tie(found, number - 1, begin))
    return Choice(bags_of(case, runs), cost_of(case, runs), number, many, tuple(fixed))


def ties_of(found: Search, most: int) -> list[Choice]:
    """The first ties of the best plan, longest first bags first; at most `most`."""
    case, many = found.case, ways(found)
    return [
        Choice(bags_of(case, runs), cost_of(case, runs), n, many)
        for n, runs in enumerate(islice(alternatives(found), most), 1)
    ]


def walk_fixed(legal: Legal, fixed: Sequence[Runs]) -> int:
    """The minute after the fixed bags; each must be legal where it hangs."""
    minute = legal.case.delivered_minutes
    for n, (hours, ran) in enumerate(fixed, 1):
        at_end = minute >= legal.case.total_minutes
        possible = [] if at_end else legal.steps(minute)
        if (ran, hours) not in {(runs, length) for runs, length, _cost in possible}:
            words = _("Bag %(n)s of %(hours)s h cannot run so here. Open the plan again.")
            raise HardStop(Stop("plan.illegal_bag", words % {"n": n, "hours": hours}))
        minute += ran
    return minute


def move_end(found: Search, choice: Choice, n: int, end: int) -> Choice:
    """Bag number `n` ends at infused minute `end`; those before stay, those after are planned anew.

    Raises HardStop naming the step, the length or the window that forbids it."""
    moved = core_move_end(found, choice.runs, n, end)
    return Choice(moved.bags, moved.cost, 1, moved.ties, moved.runs[: moved.fixed])
