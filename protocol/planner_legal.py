"""Which bags may be hung at each infused minute, and what each of them costs.

Between two boundaries bags end on whole hours, and no bag crosses a boundary.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from .planner_case import GOALS, Case
from .stops import Stop

MINUTES_PER_HOUR = 60
# Costs are packed into one integer, most important goal first. No goal reaches 2**40: the longest
# case has 8784 h, so at most 8784 bags, each throwing away less than 8784 h.
BITS = 40

Runs = tuple[int, int]  # (bag_hours, runs_minutes)
Allowed = Callable[[int, int, str], Stop | None]  # (minute, bag_hours, setting) -> why not
Step = tuple[int, int, int]  # (runs_minutes, bag_hours, cost of the bag without its attendance)


@dataclass(frozen=True)
class Arc:
    """A bag of `bag_hours` running `runs` minutes, to the infused minute `end`."""

    bag_hours: int
    runs: int
    end: int


@dataclass(frozen=True)
class Refused:
    """A length that was not allowed to hang at a minute, and why."""

    minute: int
    bag_hours: int
    stop: Stop


class Legal:
    """The bags that may be hung at each minute of a case; remembers what it worked out.

    `allowed` may refuse a length at a minute, for example because the pharmacy cannot have made
    the bag by then. It is asked once for each; its refusals are kept in `refused`. `first_n` is
    what people call the first bag of the case: bags were hung before it.
    """

    def __init__(self, case: Case, allowed: Allowed | None = None, *, first_n: int = 1) -> None:
        self.case = case
        self.first_n = first_n
        self.weights = weights_of(case)
        self.refused: list[Refused] = []
        self._allowed = allowed
        self._patterns: dict[tuple[int, ...], tuple[list[int], list[Step]]] = {}
        self._steps: dict[int, list[Step]] = {}

    def arcs(self, minute: int) -> list[Arc]:
        """The bags that may be hung at a minute, longest run first."""
        return [Arc(hours, runs, minute + runs) for runs, hours, _ in self.steps(minute)]

    def steps(self, minute: int) -> list[Step]:
        """As `arcs`, with what each bag costs; packed for speed."""
        known = self._steps.get(minute)
        if known is None:
            known = self._steps[minute] = self._steps_from(minute)
        return known

    def _steps_from(self, minute: int) -> list[Step]:
        left = self.case.next_boundary(minute) - minute
        lengths = self._lengths_at(minute)
        ends, pattern = self._pattern(lengths)
        return self._to_boundary(lengths, left) + pattern[bisect_right(ends, -left) :]

    def refusal(self, minute: int, hours: int) -> Stop | None:
        """Why an offered length may not be hung at a minute; None when it may."""
        self.steps(minute)
        return next(
            (r.stop for r in self.refused if (r.minute, r.bag_hours) == (minute, hours)), None
        )

    def _lengths_at(self, minute: int) -> tuple[int, ...]:
        """The lengths offered there, without those that are not allowed."""
        lengths = self.case.lengths_at(minute)
        if self._allowed is None:
            return lengths
        setting = self.case.setting_at(minute)
        stops = {hours: self._allowed(minute, hours, setting) for hours in lengths}
        self.refused += [Refused(minute, hours, stop) for hours, stop in stops.items() if stop]
        return tuple(hours for hours, stop in stops.items() if stop is None)

    def _pattern(self, lengths: tuple[int, ...]) -> tuple[list[int], list[Step]]:
        """Every run of whole hours of these lengths, longest first; and their negated minutes."""
        known = self._patterns.get(lengths)
        if known is None:
            early = self.case.max_early_change_hours
            steps = [
                (hour * MINUTES_PER_HOUR, hours, self._bag_cost(hours, hour * MINUTES_PER_HOUR))
                for hours in lengths
                for hour in range(max(1, hours - early), hours + 1)
            ]
            steps.sort(reverse=True)
            known = self._patterns[lengths] = ([-runs for runs, _, _ in steps], steps)
        return known

    def _to_boundary(self, lengths: tuple[int, ...], left: int) -> list[Step]:
        """The bags that run exactly to the next boundary, which is `left` minutes away."""
        early = self.case.max_early_change_hours if left % MINUTES_PER_HOUR == 0 else 0
        most = max(self.case.max_cut_hours, early) * MINUTES_PER_HOUR
        return [
            (left, hours, self._bag_cost(hours, left))
            for hours in reversed(lengths)
            if 0 <= hours * MINUTES_PER_HOUR - left <= most
        ]

    def _bag_cost(self, hours: int, runs: int) -> int:
        cut = hours * MINUTES_PER_HOUR - runs
        return self.weights["bags"] + self.weights["cut_minutes"] * cut


def attendance_cost(case: Case, minute: int, weights: dict[str, int]) -> int:
    """What the attendance at the end of a bag costs."""
    cost = weights["home_attendances"] if case.is_home_attendance(minute) else 0
    return cost + (weights["outside_window"] if case.is_outside(minute) else 0)


def weights_of(case: Case) -> dict[str, int]:
    """What one unit of each goal adds to a packed cost."""
    return {goal: 1 << BITS * (len(GOALS) - 1 - n) for n, goal in enumerate(case.goals)}


def unpack(case: Case, cost: int) -> dict[str, int]:
    """A packed cost as figures by goal name."""
    weights = weights_of(case)
    figures = {goal: cost // weights[goal] % (1 << BITS) for goal in case.goals}
    return {goal: figures[goal] for goal in GOALS}
