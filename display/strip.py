"""The cycle at a glance: doses, bags, stops, side effects and visits on one line of days.

Hours are elapsed hours since the start (numbers for drawing only; the ledger does the sums).
Day 1 is hour 0 to 24. A cycle that was interrupted is longer than 28 days and is drawn longer.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Hours = Decimal | float | int


@dataclass(frozen=True)
class DoseSpan:
    from_hour: Hours
    to_hour: Hours
    label: str  # "9 mcg/day"
    level: str = "full"  # "low" before a step, else "full"


@dataclass(frozen=True)
class BagSpan:
    number: str  # "8"
    length: str  # "7 d" or "48 h"
    from_hour: Hours
    to_hour: Hours
    state: str = "planned"  # used, running, planned, void
    url: str = ""


@dataclass(frozen=True)
class StopSpan:
    from_hour: Hours
    to_hour: Hours | None  # None: still stopped
    label: str  # "Air in line, 2 h 41"


@dataclass(frozen=True)
class ToxicitySpan:
    from_hour: Hours
    to_hour: Hours
    kind: str  # "CRS", "ICANS"
    grade: int


@dataclass(frozen=True)
class ObservationMark:
    hour: Hours
    label: str
    level: str = "info"  # info, warning, critical, done


@dataclass(frozen=True)
class VisitMark:
    hour: Hours
    place: str  # home, clinic, ward
    label: str
    done: bool = False
    outside: bool = False  # its time lies outside the window for it


@dataclass(frozen=True)
class BagEnd:
    """An end of a bag that may be moved: by dragging or with the arrow keys."""

    n: int
    hour: Hours
    minute: int  # infused minute of the cycle
    label: str  # "End of bag 4"
    at: str  # "Mon 11 Jan 10:00"


@dataclass(frozen=True)
class CycleStrip:
    key: str  # unique on the page: pattern ids are made of it
    title: str  # "Cycle 1"
    start: datetime
    zone: str
    doses: tuple[DoseSpan, ...] = ()
    bags: tuple[BagSpan, ...] = ()
    stops: tuple[StopSpan, ...] = ()
    toxicities: tuple[ToxicitySpan, ...] = ()
    marks: tuple[ObservationMark, ...] = ()
    visits: tuple[VisitMark, ...] = ()
    ends: tuple[BagEnd, ...] = ()
    holidays: tuple[tuple[date, str], ...] = ()
    now_hour: Hours | None = None
    planned_hours: int = 672

    @property
    def days(self) -> int:
        ends = [span.to_hour for span in (*self.doses, *self.bags, *self.stops) if span.to_hour]
        return ceil(max([float(self.planned_hours), *map(float, ends)]) / 24 - 0.001)

    def at(self, hour: Hours) -> datetime:
        """The local time of an elapsed hour; the sum is made in UTC."""
        return (self.start + timedelta(hours=float(hour))).astimezone(ZoneInfo(self.zone))

    def hour_of(self, at: datetime) -> float:
        return (at - self.start).total_seconds() / 3600


@dataclass(frozen=True)
class StripRow:
    """One line of the list under the picture."""

    kind: str
    what: str
    from_at: datetime
    to_at: datetime | None
    state: str = ""


def cycle_strip(strip: CycleStrip) -> SafeString:
    """One strip for wide screens and one per week for narrow ones; CSS shows the one that fits."""
    from display import strip_drawing  # it needs the classes above

    return strip_drawing.both(strip)


def strip_rows(strip: CycleStrip) -> list[StripRow]:
    """The same facts as the picture, in order of time, for "as a list"."""
    states = {
        "used": _("given"),
        "running": _("running"),
        "planned": _("planned"),
        "void": _("not used"),
    }
    rows = [_row(strip, _("Dose"), dose.label, dose) for dose in strip.doses]
    for bag in strip.bags:
        what = _("Bag %(number)s, %(length)s") % {"number": bag.number, "length": bag.length}
        rows.append(_row(strip, _("Bag"), what, bag, states.get(bag.state, bag.state)))
    for stop in strip.stops:
        state = _("stopped now") if stop.to_hour is None else _("ended")
        rows.append(_row(strip, _("Stop"), stop.label, stop, state))
    for effect in strip.toxicities:
        what = _("%(kind)s grade %(grade)s") % {"kind": effect.kind, "grade": effect.grade}
        rows.append(_row(strip, _("Side effect"), what, effect))
    for mark in strip.marks:
        rows.append(StripRow(_("Observation"), mark.label, strip.at(mark.hour), None))
    for visit in strip.visits:
        state = _("done") if visit.done else _("to come")
        state = _("outside its window") if visit.outside else state
        rows.append(StripRow(_("Visit"), visit.label, strip.at(visit.hour), None, state))
    return sorted(rows, key=lambda row: row.from_at)


def _row(strip, kind, what, span, state=""):
    end = None if span.to_hour is None else strip.at(span.to_hour)
    return StripRow(kind, what, strip.at(span.from_hour), end, state)
