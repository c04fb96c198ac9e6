"""When a planned bag can be prepared, how long it then keeps, and the pause it can take.

A bag is prepared while the pharmacy works, kept cold until it hangs, and runs at room
temperature; storage time includes infusion time. So it is prepared at the earliest one cold limit
before its end, and at the latest when it hangs. Where no working time lies between the two, a bag
of that length cannot hang at that hour, and the planner is told so.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .instants import utc
from .label_rows import StorageRow
from .planner_case import Case, Window
from .planner_legal import MINUTES_PER_HOUR, Allowed
from .sentences import mark as _
from .sentences import sentence
from .stops import Stop

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# No bag keeps longer, and no pharmacy is closed for longer.
SEARCHED = 60 * DAY


@dataclass(frozen=True)
class Limits:
    """How long a bag keeps, in minutes: at room temperature with its infusion, and in all."""

    room: int
    cold: int


@dataclass(frozen=True)
class PharmacyHours:
    """When bags are prepared: (weekdays, from, to) by the local clock, both ends included."""

    zone: ZoneInfo
    windows: tuple[Window, ...]
    holidays: frozenset[date] = frozenset()

    def latest(self, at: datetime) -> datetime | None:
        """The last working minute at or before a moment, local; None if there is none for long."""
        minute = self.between(at - SEARCHED, at).latest(minute_of(at))
        return None if minute is None else self.local(minute)

    def earliest(self, at: datetime) -> datetime | None:
        """The first working minute at or after a moment, local."""
        minute = self.between(at, at + SEARCHED).earliest(minute_after(at))
        return None if minute is None else self.local(minute)

    def between(self, first: datetime, last: datetime) -> "WorkingTimes":
        """The working times that touch a stretch, worked out once for many questions."""
        day, spans = first.astimezone(self.zone).date() - DAY, []
        while day <= last.astimezone(self.zone).date():
            spans += [] if day in self.holidays else self._of(day)
            day += DAY
        return WorkingTimes(sorted(spans))

    def _of(self, day: date) -> list[tuple[int, int]]:
        return [
            (self._at(day, opens), self._at(day, closes))
            for days, opens, closes in self.windows
            if day.weekday() in days
        ]

    def _at(self, day: date, clock: time) -> int:
        # A wall time that does not exist is the next that does; one that exists twice, the first.
        return minute_of(datetime.combine(day, clock, self.zone))

    def local(self, minute: int) -> datetime:
        """A minute since 1970 UTC as local time."""
        return (EPOCH + minute * MINUTE).astimezone(self.zone)


class WorkingTimes:
    """Stretches of working time in minutes since 1970 UTC, joined where they overlap."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self.opens: list[int] = []
        self.closes: list[int] = []
        for opens, closes in spans:
            if self.closes and opens <= self.closes[-1]:
                self.closes[-1] = max(closes, self.closes[-1])
            else:
                self.opens.append(opens)
                self.closes.append(closes)

    def latest(self, minute: int) -> int | None:
        """The last working minute at or before a minute."""
        n = bisect_right(self.opens, minute)
        return min(minute, self.closes[n - 1]) if n else None

    def earliest(self, minute: int) -> int | None:
        """The first working minute at or after a minute."""
        n = bisect_left(self.closes, minute)
        return max(minute, self.opens[n]) if n < len(self.opens) else None


@dataclass(frozen=True)
class Preparation:
    """Between `from_at` and `by_at` (local) a bag can be prepared; both are None when it cannot,
    and `stop` says why. `discard_after` and `slack_minutes` are those of a bag prepared as late
    as possible and kept cold until it hangs.
    """

    from_at: datetime | None
    by_at: datetime | None
    discard_after: datetime | None
    slack_minutes: int | None
    stop: Stop | None


def limits_of(row: StorageRow) -> Limits:
    """The limits of a storage row that may be used; see `stability.storage_limits`."""
    assert row.room_hours is not None and row.cold_hours is not None, f"{row.row_id} has no hours"
    return Limits(row.room_hours * MINUTES_PER_HOUR, row.cold_hours * MINUTES_PER_HOUR)


def preparation(
    pharmacy: PharmacyHours,
    limits: Limits,
    *,
    hangs_at: datetime,
    runs_minutes: int,
    lead_minutes: int = 0,
    not_before: datetime | None = None,
) -> Preparation:
    """When a bag that hangs at a moment and runs so long can be prepared.

    `lead_minutes` pass from preparing to hanging (check, courier); nothing is prepared before
    `not_before`, for example now.
    """
    hang = minute_of(hangs_at)
    end = hang + runs_minutes
    work = pharmacy.between(hangs_at - SEARCHED, hangs_at)
    first = max(end - limits.cold, minute_after(not_before) if not_before else 0)
    stop = _stop(pharmacy, work, limits, hang, end, lead_minutes, first)
    begin, by = work.earliest(first), work.latest(hang - lead_minutes)
    if stop or begin is None or by is None:
        return Preparation(None, None, None, None, stop)
    discard = min(by + limits.cold, hang + limits.room)
    begin_at, by_at, discard_at = map(pharmacy.local, (begin, by, discard))
    return Preparation(begin_at, by_at, discard_at, discard - end, None)


def allowed_by(
    case: Case,
    pharmacy: PharmacyHours,
    limits: Mapping[int, Limits],
    *,
    lead_minutes: int = 0,
    not_before: datetime | None = None,
) -> Allowed:
    """For the planner: a length (hours, a key of `limits`) may hang at a minute if a bag running
    its whole length can be prepared for it.
    """
    last = case.instant(case.total_minutes)
    work = pharmacy.between(case.instant(case.delivered_minutes) - SEARCHED, last)
    offset = minute_of(case.instant(case.delivered_minutes)) - case.delivered_minutes
    soonest = minute_after(not_before) if not_before else 0

    def allowed(minute: int, hours: int, setting: str) -> Stop | None:
        hang = minute + offset
        end = hang + hours * MINUTES_PER_HOUR
        first = max(end - limits[hours].cold, soonest)
        return _stop(pharmacy, work, limits[hours], hang, end, lead_minutes, first)

    return allowed


def slack_minutes(ends_at: datetime, discard_after: datetime) -> int:
    """Whole minutes of pause a bag can take before it expires with drug left.

    `ends_at` is when its drug will have been infused if nothing stops it: of a planned bag its
    planned end, of a running one now plus what is left. Negative: it expires so many minutes
    (rounded up) before that; this is told and never keeps anybody from hanging it.
    """
    return (utc(discard_after) - utc(ends_at)) // MINUTE


def minute_of(at: datetime) -> int:
    """Whole minutes since 1970 UTC, rounded down."""
    return (utc(at) - EPOCH) // MINUTE


def minute_after(at: datetime) -> int:
    """Whole minutes since 1970 UTC, rounded up."""
    return -((EPOCH - utc(at)) // MINUTE)


def _stop(
    pharmacy: PharmacyHours,
    work: WorkingTimes,
    limits: Limits,
    hang: int,
    end: int,
    lead: int,
    first: int,
) -> Stop | None:
    """Why a bag cannot be prepared from `first` on for these times, in minutes since 1970."""
    if end - hang > limits.room:
        words = _("It would run %(runs)s h and keeps %(keeps)s h at room temperature.")
        said = sentence(words, runs=_hours(end - hang), keeps=_hours(limits.room))
        return Stop("preparation.room_limit", said)
    if hang - lead < end - limits.cold:
        words = _("It keeps %(keeps)s h in all, its infusion included.")
        return Stop("preparation.cold_limit", sentence(words, keeps=_hours(limits.cold)))
    by = work.latest(hang - lead)
    if by is not None and by >= first:
        return None
    first_at, last_at = pharmacy.local(first), pharmacy.local(hang - lead)
    if hang - lead < first:
        said = sentence(_("It had to be prepared by %(at)s."), at=last_at)
        return Stop("preparation.too_late", said)
    words = _("The pharmacy does not work between %(begin)s and %(end)s.")
    if first == end - limits.cold:
        words = _(
            "The pharmacy does not work between %(begin)s and %(end)s; a bag prepared before"
            " would expire before its end."
        )
    said = sentence(words, begin=first_at, end=last_at)
    return Stop("preparation.pharmacy_closed", said)


def _hours(minutes: int) -> str:
    return f"{minutes / MINUTES_PER_HOUR:g}"
