"""A second planner that knows nothing of the first: every sequence, straight from the JSON case.

It reads windows, holidays, clocks, boundaries and lengths for itself, so that a fault in how the
planner reads a case shows as well as one in how it searches. Only short horizons bear it.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR = 60


class Brute:
    """`data` has every field of a case; days of windows are single names or one range."""

    def __init__(self, data: dict) -> None:
        self.data = data
        self.zone = ZoneInfo(data["zone"])
        self.begin = datetime.fromisoformat(data["start"]).astimezone(UTC)
        self.first = data["delivered_minutes"]
        self.end = data["total_hours"] * HOUR
        self.steps = [hour * HOUR for hour in data["dose_step_hours"]]
        home = data["home_from_hour"]
        self.home = None if home is None else home * HOUR
        fresh = [self.home] if data["new_bag_at_discharge"] and self.home else []
        self.walls = sorted({*self.steps, *fresh, self.end})

    def sequences(self, minute: int | None = None):
        """Every legal tuple of (bag_hours, runs_minutes)."""
        minute = self.first if minute is None else minute
        if minute == self.end:
            yield ()
            return
        for bag in sorted(self.bags(minute)):
            for rest in self.sequences(minute + bag[1]):
                yield (bag, *rest)

    def bags(self, minute: int) -> set[tuple[int, int]]:
        wall = next(one for one in self.walls if one > minute)
        early, cut = self.data["max_early_change_hours"], self.data["max_cut_hours"]
        found = set()
        for hours in self.lengths(minute):
            for run in range(max(hours - early, 1), hours + 1):
                if minute + run * HOUR <= wall:
                    found.add((hours, run * HOUR))
            if 0 <= hours * HOUR - (wall - minute) <= cut * HOUR:
                found.add((hours, wall - minute))
        return found

    def lengths(self, minute: int) -> list[int]:
        hours = self.data["bag_hours"]
        if isinstance(hours, list):
            hours = hours[sum(step <= minute for step in self.steps)]
        at_home = self.home is not None and minute >= self.home
        return hours["home" if at_home else "inpatient"]

    def is_outside(self, minute: int) -> bool:
        elapsed = timedelta(minutes=minute - self.first)
        local = (self.begin + elapsed).astimezone(self.zone)
        if local.date() in {date.fromisoformat(day) for day in self.data["holidays"]}:
            return True
        windows = self.data["change_windows"]["home" if self.visits_home(minute) else "inpatient"]
        return not any(is_open(window, local) for window in windows)

    def visits_home(self, minute: int) -> bool:
        return self.home is not None and minute > self.home

    def cost(self, sequence) -> tuple[int, ...]:
        """In the order of the goals."""
        ends = list(accumulate((run for _hours, run in sequence), initial=self.first))[1:]
        figures = {
            "outside_window": sum(map(self.is_outside, ends)),
            "home_attendances": sum(map(self.visits_home, ends)),
            "bags": len(sequence),
            "cut_minutes": sum(hours * HOUR - run for hours, run in sequence),
        }
        return tuple(figures[goal] for goal in self.data["goals"])

    def tied(self):
        """The best sequences, longest runs first, and every cost, best first."""
        plans = sorted((self.cost(one), one) for one in self.sequences())
        equal = [one for cost, one in plans if cost == plans[0][0]]
        equal.sort(key=lambda sequence: [run for _hours, run in sequence], reverse=True)
        return equal, [cost for cost, _one in plans]


def is_open(window: list[str], local: datetime) -> bool:
    days, opens, closes = window
    first, _, last = days.partition("-")
    is_day = WEEK.index(first) <= local.weekday() <= WEEK.index(last or first)
    clock = time(local.hour, local.minute)
    return is_day and time.fromisoformat(opens) <= clock <= time.fromisoformat(closes)
