"""A planner case: reading and checking what was asked, and the facts about each minute of it."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

GOALS = ("outside_window", "home_attendances", "bags", "cut_minutes")
SETTINGS = ("inpatient", "home")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
LONGEST_HOURS = 24 * 366
FIRST_YEAR, LAST_YEAR = 1970, 2999

Window = tuple[frozenset[int], time, time]
Outside = Literal["holiday", "window"]


@dataclass(frozen=True)
class Fault:
    field: str
    message: str


class BadCase(Exception):
    """Every fault of a case at once."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.field}: {fault.message}" for fault in faults))


@dataclass(frozen=True)
class Case:
    """A checked case. Minutes are infused minutes of the cycle."""

    start: datetime
    zone: ZoneInfo
    total_minutes: int
    delivered_minutes: int
    step_minutes: tuple[int, ...]
    home_from_minute: int | None
    new_bag_at_discharge: bool
    lengths: tuple[dict[str, tuple[int, ...]], ...]  # one per dose segment
    windows: dict[str, tuple[Window, ...]]
    holidays: frozenset[date]
    max_cut_hours: int
    max_early_change_hours: int
    goals: tuple[str, ...]
    boundaries: tuple[int, ...]
    # Not copied by `replace`: another start has other wall times.
    _outside: dict[int, Outside | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def after(self, minute: int) -> "Case":
        """The same case from a later infused minute on."""
        return replace(self, start=self.instant(minute), delivered_minutes=minute)

    def restarted(self, start: datetime, delivered_minutes: int) -> "Case":
        """The same case at another wall time, with another number of minutes infused by then."""
        return replace(self, start=start, delivered_minutes=delivered_minutes)

    def next_boundary(self, minute: int) -> int:
        return self.boundaries[bisect_right(self.boundaries, minute)]

    def last_boundary_before(self, minute: int) -> int:
        before = [b for b in self.boundaries if b < minute]
        return max([self.delivered_minutes, *before])

    def boundary_name(self, minute: int) -> str | None:
        if minute == self.total_minutes:
            return "end"
        if minute in self.step_minutes:
            return "step"
        if self.new_bag_at_discharge and minute == self.home_from_minute:
            return "discharge"
        return None

    def setting_at(self, minute: int) -> str:
        home = self.home_from_minute is not None and minute >= self.home_from_minute
        return "home" if home else "inpatient"

    def segment_at(self, minute: int) -> int:
        """Which dose is given from this minute on: 0 before the first step."""
        return bisect_right(self.step_minutes, minute)

    def lengths_at(self, minute: int) -> tuple[int, ...]:
        return self.lengths[self.segment_at(minute)][self.setting_at(minute)]

    def is_home_attendance(self, minute: int) -> bool:
        return self.home_from_minute is not None and minute > self.home_from_minute

    def instant(self, minute: int) -> datetime:
        return self.start.astimezone(UTC) + (minute - self.delivered_minutes) * MINUTE

    def local(self, minute: int) -> datetime:
        return self.instant(minute).astimezone(self.zone)

    def is_outside(self, minute: int) -> bool:
        """Whether an attendance at this minute lies outside the windows of its setting."""
        return self.why_outside(minute) is not None

    def why_outside(self, minute: int) -> Outside | None:
        """`holiday` or `window` for an attendance outside the windows of its setting."""
        if minute not in self._outside:
            self._outside[minute] = self._why_outside(minute)
        return self._outside[minute]

    def _why_outside(self, minute: int) -> Outside | None:
        local = self.local(minute)
        if local.date() in self.holidays:
            return "holiday"
        setting = "home" if self.is_home_attendance(minute) else "inpatient"
        clock, day = local.time().replace(second=0, microsecond=0), local.weekday()
        for days, opens, closes in self.windows.get(setting, ()):
            if day in days and opens <= clock <= closes:
                return None
        return "window"


def read_case(data: Any) -> Case:
    """A Case from parsed JSON; raises BadCase with every fault at once."""
    if not isinstance(data, Mapping):
        raise BadCase([Fault("case", "must be a JSON object")])
    return Reader(data).case()


class Reader:
    """Collects faults while it reads, so that one look mends all of them."""

    known = {
        *("start", "zone", "total_hours", "delivered_minutes", "dose_step_hours", "holidays"),
        *("home_from_hour", "new_bag_at_discharge", "bag_hours", "change_windows", "goals"),
        *("max_cut_hours", "max_early_change_hours"),
    }

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.faults: list[Fault] = []

    def case(self) -> Case:
        for name in sorted(set(map(str, self.data)) - self.known):
            self.fault(name, "is not a field of a case")
        start, zone = self.start(), self.zone()
        total = 60 * self.whole("total_hours", 672, low=1, high=LONGEST_HOURS)
        delivered = self.whole("delivered_minutes", 0, low=0, high=max(0, total - 1))
        steps = self.steps(total)
        home = self.home(total)
        fresh = self.flag("new_bag_at_discharge")
        lengths = self.lengths(len(steps) + 1, home is not None)
        windows, holidays = self.windows(home is not None), self.holidays()
        cut = self.whole("max_cut_hours", 23, low=0, high=LONGEST_HOURS)
        early = self.whole("max_early_change_hours", 0, low=0, high=LONGEST_HOURS)
        goals = self.goals()
        if self.faults or start is None or zone is None:
            raise BadCase(self.faults)
        discharge = {home} if fresh and home is not None else set()
        boundaries = tuple(sorted({*steps, total, *discharge} - {0}))
        return Case(
            start=start,
            zone=zone,
            total_minutes=total,
            delivered_minutes=delivered,
            step_minutes=steps,
            home_from_minute=home,
            new_bag_at_discharge=fresh,
            lengths=lengths,
            windows=windows,
            holidays=holidays,
            max_cut_hours=cut,
            max_early_change_hours=early,
            goals=goals,
            boundaries=boundaries,
        )

    def fault(self, name: str, message: str) -> None:
        self.faults.append(Fault(name, message))

    def has_fault(self, name: str) -> bool:
        return any(fault.field == name for fault in self.faults)

    def start(self) -> datetime | None:
        try:
            start = datetime.fromisoformat(self.data["start"])
        except (KeyError, TypeError, ValueError):
            self.fault("start", "must be an ISO 8601 time with offset, to the minute")
            return None
        if start.tzinfo is None:
            self.fault("start", "needs an offset, such as 2027-01-04T10:00-05:00")
            return None
        if start.second or start.microsecond:
            self.fault("start", "must be a whole minute")
        if not FIRST_YEAR <= start.year <= LAST_YEAR:
            self.fault("start", f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
        return start

    def zone(self) -> ZoneInfo | None:
        try:
            return ZoneInfo(self.data["zone"])
        except (KeyError, TypeError, ValueError, ZoneInfoNotFoundError, OSError):
            self.fault("zone", "must be an IANA time zone, such as America/New_York")
            return None

    def whole(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.data.get(name, default)
        if type(value) is not int or not low <= value <= high:
            self.fault(name, f"must be a whole number from {low} to {high}")
            return default
        return value

    def flag(self, name: str) -> bool:
        value = self.data.get(name, False)
        if not isinstance(value, bool):
            self.fault(name, "must be true or false")
            return False
        return value

    def steps(self, total: int) -> tuple[int, ...]:
        value = self.data.get("dose_step_hours", [])
        good = isinstance(value, list) and all(type(v) is int and 0 < v * 60 < total for v in value)
        if not good or sorted(set(value)) != value:
            self.fault("dose_step_hours", "must be rising whole hours inside the cycle")
            return ()
        return tuple(hour * 60 for hour in value)

    def home(self, total: int) -> int | None:
        value = self.data.get("home_from_hour")
        if value is None:
            return None
        if type(value) is not int or not 0 <= value * 60 <= total:
            self.fault("home_from_hour", "must be null or a whole hour inside the cycle")
            return None
        return value * 60

    def lengths(self, segments: int, with_home: bool) -> tuple[dict[str, tuple[int, ...]], ...]:
        value = self.data.get("bag_hours")
        if not isinstance(value, list):
            return (self.lengths_of(value, with_home),) * segments
        if len(value) != segments and not self.has_fault("dose_step_hours"):
            self.fault("bag_hours", f"needs {segments} objects, one per dose segment")
            return ()
        return tuple(self.lengths_of(item, with_home) for item in value)

    def lengths_of(self, item: Any, with_home: bool) -> dict[str, tuple[int, ...]]:
        if not isinstance(item, Mapping) or set(item) - set(SETTINGS):
            self.fault("bag_hours", "must give lengths for inpatient and home")
            return {}
        found = {}
        for setting in SETTINGS:
            hours = item.get(setting, [])
            good = isinstance(hours, list) and all(
                type(h) is int and 0 < h <= LONGEST_HOURS for h in hours
            )
            if not good:
                self.fault(f"bag_hours.{setting}", "must be a list of whole hours above 0")
                continue
            found[setting] = tuple(sorted(set(hours)))
        if not any(found.get(s, True) for s in (SETTINGS if with_home else SETTINGS[:1])):
            self.fault("bag_hours", "names no length")
        return found

    def windows(self, with_home: bool) -> dict[str, tuple[Window, ...]]:
        value = self.data.get("change_windows")
        if not isinstance(value, Mapping) or set(value) - set(SETTINGS):
            self.fault("change_windows", "must give windows for inpatient and home")
            return {}
        found = {}
        for setting, rows in value.items():
            name = f"change_windows.{setting}"
            if not isinstance(rows, list):
                self.fault(name, "must be a list of [days, from, to]")
                continue
            found[setting] = tuple(w for row in rows if (w := self.window(name, row)))
        return found

    def window(self, name: str, row: Any) -> Window | None:
        try:
            days, opens, closes = row
            window = (days_of(days), wall_clock(opens), wall_clock(closes))
        except (TypeError, ValueError, AttributeError):
            self.fault(
                name, f"{row!r} is not [days, from, to], such as ['mon-fri','08:00','17:00']"
            )
            return None
        if window[1] > window[2]:
            self.fault(name, f"{row!r} closes before it opens; give two windows across midnight")
        return window

    def holidays(self) -> frozenset[date]:
        value = self.data.get("holidays", [])
        try:
            return frozenset(date.fromisoformat(day) for day in value)
        except (TypeError, ValueError):
            self.fault("holidays", "must be a list of dates, such as 2027-01-18")
            return frozenset()

    def goals(self) -> tuple[str, ...]:
        value = self.data.get("goals", list(GOALS))
        if not isinstance(value, list) or sorted(map(str, value)) != sorted(GOALS):
            self.fault("goals", f"must name each of {', '.join(GOALS)} once")
            return GOALS
        return tuple(value)


def wall_clock(text: str) -> time:
    """A time of day without an offset; raises ValueError."""
    clock = time.fromisoformat(text)
    if clock.tzinfo is not None:
        raise ValueError("a window is in local time and has no offset")
    return clock


def days_of(text: str) -> frozenset[int]:
    """`mon-fri`, `sat` or `mon,wed,fri` as weekday numbers; raises ValueError."""
    found: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        low, high = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(low, high + 1 if high >= low else high + 8)}
    return frozenset(found)
