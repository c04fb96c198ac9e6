"""Which part of a cycle the flowsheet shows. Everything that was recorded can be reached."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Min

from infusions.models import Cycle

LAST_HOURS = {"24": 24, "72": 72}
WHOLE, DAYS = "cycle", "days"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Period:
    """`key`: 24, 72, cycle or days; `until` is not part of it. `first`, `last`: its days."""

    key: str
    since: datetime
    until: datetime
    first: date
    last: date

    @property
    def hours(self) -> int:
        """Whole hours, rounded up, at least one: the width of the picture."""
        return max(-((self.since - self.until) // timedelta(hours=1)), 1)


def period_of(cycle: Cycle, asked, *, at: datetime, zone: str) -> Period:
    """`asked`: range, from and to of the address; what cannot be read is left out. The last hours
    of a cycle that is over are those before its last entry."""
    first, last = whole(cycle, at)
    days = day_of(asked.get("from")), day_of(asked.get("to"))
    key = asked.get("range") or (DAYS if any(days) else "72")
    if key == DAYS and any(days):
        begin, end = sorted(day for day in (days[0] or days[1], days[1] or days[0]) if day)
        first = midnight(begin, zone)
        last = midnight(end + timedelta(days=1), zone)
    elif key in LAST_HOURS:
        first = last - timedelta(hours=LAST_HOURS[key])
    else:
        key = WHOLE if key == WHOLE else "72"
        first = first if key == WHOLE else last - timedelta(hours=72)
    local = ZoneInfo(zone)
    shown_last = (last - MINUTE).astimezone(local).date()
    return Period(key, first, last, first.astimezone(local).date(), shown_last)


def whole(cycle: Cycle, at: datetime) -> tuple[datetime, datetime]:
    """From the first entry, or the start, to now; of a cycle that is over to its last entry."""
    vitals = cycle.vitals.aggregate(first=Min("measured_at"), last=Max("measured_at"))
    checks = cycle.neuro_checks.aggregate(first=Min("checked_at"), last=Max("checked_at"))
    starts = [vitals["first"], checks["first"], cycle.started_at]
    ends = [vitals["last"], checks["last"], cycle.ended_at or at]
    last = max(moment for moment in ends if moment) + MINUTE
    return min([moment for moment in starts if moment] or [last - timedelta(hours=1)]), last


def day_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), tzinfo=ZoneInfo(zone))


def cycles_of_patient(cycle: Cycle) -> list[Cycle]:
    """Every cycle of the patient, the newest first."""
    return list(cycle.patient.cycles.order_by("-pk"))
