"""Vital signs as small charts over one time axis. Limits and ranges come from the caller."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from display.formats import plain
from display.strip import Hours
from display.svg import group, number, picture, safe, tag, text


@dataclass(frozen=True)
class Reading:
    hour: Hours  # hours before now are negative: -2.5
    value: Hours
    is_marked: bool = False  # a person says it is out of range


@dataclass(frozen=True)
class VitalSeries:
    name: str
    unit: str
    readings: tuple[Reading, ...]
    low: Hours  # ends of the axis
    high: Hours
    usual_low: Hours | None = None
    usual_high: Hours | None = None
    limit_low: Hours | None = None  # below it: out of range
    limit_high: Hours | None = None  # at or above it: out of range
    decimals: int = 0

    def is_out(self, value):
        too_low = self.limit_low is not None and value < self.limit_low
        return too_low or (self.limit_high is not None and value >= self.limit_high)

    def is_off(self, reading):
        """Out of range by a limit, or because a person says so."""
        return reading.is_marked or self.is_out(reading.value)


@dataclass(frozen=True)
class GradeSpan:
    from_hour: Hours
    to_hour: Hours
    label: str  # "CRS G2"
    grade: int


@dataclass(frozen=True)
class VitalsChart:
    title: str
    now: datetime
    zone: str
    series: tuple[VitalSeries, ...]
    grades: tuple[GradeSpan, ...] = ()
    hours: int = 72
    gap_hours: Hours = 8  # a longer silence breaks the line

    @property
    def has_usual(self):
        return any(s.usual_low is not None and s.usual_high is not None for s in self.series)

    @property
    def has_limits(self):
        return any((s.limit_low, s.limit_high) != (None, None) for s in self.series)


@dataclass(frozen=True)
class Frame:
    """Where the plots are: wide pictures name the rows at the left, narrow ones above."""

    chart: VitalsChart
    width: float
    left: float
    right: float
    top: float
    row_tall: float
    row_gap: float

    @property
    def is_narrow(self):
        return self.left == 0

    @property
    def height(self):
        return self.top + len(self.chart.series) * (self.row_tall + self.row_gap) + 22

    @property
    def plot_width(self):
        return self.width - self.left - self.right

    def x(self, hour):
        inside = min(max(float(hour), -self.chart.hours), 0)
        return self.left + (inside + self.chart.hours) / self.chart.hours * self.plot_width

    def row_top(self, n):
        return self.top + n * (self.row_tall + self.row_gap)

    def y(self, n, series, value):
        inside = min(max(float(value), float(series.low)), float(series.high))
        part = (float(series.high) - inside) / (float(series.high) - float(series.low))
        return self.row_top(n) + part * self.row_tall


def vitals_chart(chart: VitalsChart) -> SafeString:
    wide = Frame(chart, 920, 104, 74, 30, 72, 14)
    middle = Frame(chart, 640, 92, 70, 30, 62, 14)
    narrow = Frame(chart, 340, 0, 60, 46, 54, 30)
    return safe(
        f'<div class="vitals-wide">{draw(wide)}</div>'
        f'<div class="vitals-middle">{draw(middle)}</div>'
        f'<div class="vitals-narrow">{draw(narrow)}</div>'
    )


def draw(frame):
    rows = "".join(row(frame, n, series) for n, series in enumerate(frame.chart.series))
    label = _("%(title)s, last %(hours)s hours. All readings are in the table below.") % {
        "title": frame.chart.title,
        "hours": frame.chart.hours,
    }
    return picture(
        grades(frame),
        time_axis(frame),
        rows,
        class_="vitals",
        width=frame.width,
        height=frame.height,
        label=label,
    )


def grades(frame):
    drawn = ""
    for span in frame.chart.grades:
        if float(span.to_hour) <= -frame.chart.hours:
            continue
        left, right = frame.x(span.from_hour), frame.x(span.to_hour)
        wide = max(right - left - 1.5, 1)
        words = span.label if len(span.label) * 7 + 8 <= wide else f"G{span.grade}"
        box = tag("rect", x=left, y=0, width=wide, height=18, rx=3)
        name = text(words, x=(left + right) / 2, y=13, text_anchor="middle")
        shown = name if wide > 20 else ""
        drawn += group(box, shown, label=span.label, class_=f"effect grade-{min(span.grade, 3)}")
        if span.grade >= 2:
            drawn += tag(
                "rect",
                class_=f"grade-band band-{min(span.grade, 3)}",
                x=left,
                y=22,
                width=wide,
                height=frame.height - 40,
            )
    return drawn


def time_axis(frame):
    chart, drawn = frame.chart, ""
    step = 24 if chart.hours > 24 else 6
    if chart.hours > 24 * 7:
        step = 24 * 7
    for hour in range(-chart.hours, 1, step):
        at = (chart.now + timedelta(hours=hour)).astimezone(ZoneInfo(chart.zone))
        pattern = "j M" if step > 24 else "D H:i" if step == 24 else "H:i"
        words = _("now") if hour == 0 else dateformat.format(at, pattern)
        side = "start" if hour == -chart.hours else "end" if hour == 0 else "middle"
        x = frame.x(hour)
        drawn += tag("line", class_="time-line", x1=x, x2=x, y1=22, y2=frame.height - 18)
        drawn += text(words, class_="tick", x=x, y=frame.height - 4, text_anchor=side)
    return drawn


def row(frame, n, series):
    seen = [r for r in series.readings if -frame.chart.hours <= float(r.hour) <= 0]
    return (
        ground(frame, n)
        + usual(frame, n, series)
        + names(frame, n, series)
        + limits(frame, n, series)
        + lines(frame, n, series, seen)
        + points(frame, n, series, seen)
        + last(frame, n, series, seen)
    )


def ground(frame, n):
    """The plot of one row, so that the eye sees which line belongs to which name."""
    return tag(
        "rect",
        class_="vital-ground",
        x=frame.left,
        y=frame.row_top(n),
        width=frame.plot_width,
        height=frame.row_tall,
    )


def usual(frame, n, series):
    if series.usual_low is None or series.usual_high is None:
        return ""
    top, bottom = (frame.y(n, series, v) for v in (series.usual_high, series.usual_low))
    return tag(
        "rect", class_="usual", x=frame.left, y=top, width=frame.plot_width, height=bottom - top
    )


def names(frame, n, series):
    top = frame.row_top(n)
    if frame.is_narrow:
        return text(series.name, class_="vital-name", x=0, y=top - 7)
    name = text(series.name, class_="vital-name", x=0, y=top + 14)
    return name + text(series.unit, class_="vital-unit", x=0, y=top + 29)


def limits(frame, n, series):
    drawn = ""
    for value in (series.limit_low, series.limit_high):
        if value is None:
            continue
        y = frame.y(n, series, value)
        drawn += tag(
            "line", class_="limit", x1=frame.left, x2=frame.width - frame.right, y1=y, y2=y
        )
        if not frame.is_narrow:
            drawn += text(plain(value), class_="tick", x=frame.left - 7, y=y + 4, text_anchor="end")
    return drawn


def lines(frame, n, series, seen):
    """A gap in the readings stays a gap in the line."""
    runs, before = [], None
    for reading in seen:
        if before is None or float(reading.hour - before.hour) > float(frame.chart.gap_hours):
            runs.append([])
        at = f"{number(frame.x(reading.hour))},{number(frame.y(n, series, reading.value))}"
        runs[-1].append(at)
        before = reading
    return "".join(tag("polyline", class_="vital-line", points=" ".join(run)) for run in runs)


def points(frame, n, series, seen):
    drawn = ""
    for reading in seen:
        x, y = frame.x(reading.hour), frame.y(n, series, reading.value)
        if series.is_off(reading):
            diamond = f"M{number(x)} {number(y - 4.6)} l4.6 4.6 l-4.6 4.6 l-4.6 -4.6 z"
            drawn += tag("path", class_="point-out", d=diamond)
        else:
            drawn += tag("circle", class_="point", cx=x, cy=y, r=1.9)
    return drawn


def last(frame, n, series, seen):
    """The newest value, large, at the right; its unit under it."""
    if not seen:
        return ""
    newest, left = seen[-1], frame.width - frame.right + 9
    mark = "is-out" if series.is_off(newest) else "is-usual"
    x, y = frame.x(newest.hour), frame.y(n, series, newest.value)
    top = frame.row_top(n)
    middle = min(max(y, top + 14), top + frame.row_tall - 18)  # beside its point, inside its row
    value = f"{newest.value:.{series.decimals}f}"
    return (
        tag("circle", class_="point-last", cx=x, cy=y, r=4)
        + text(value, class_=f"last-value {mark}", x=left, y=middle + 3)
        + text(series.unit, class_="vital-unit", x=left, y=middle + 17)
    )


def vitals_rows(chart: VitalsChart) -> list[tuple[datetime, list[str]]]:
    """The table under the picture: one line per time, newest first, a dash where none was taken."""
    hours = sorted({r.hour for s in chart.series for r in s.readings}, reverse=True)
    taken = [{r.hour: r for r in s.readings} for s in chart.series]
    return [
        (
            chart.now + timedelta(hours=float(hour)),
            [_written(s, values.get(hour)) for s, values in zip(chart.series, taken, strict=True)],
        )
        for hour in hours
        if -chart.hours <= float(hour) <= 0
    ]


def _written(series, reading):
    if reading is None:
        return "–"
    value = f"{reading.value:.{series.decimals}f}"
    return _("%(value)s, out of range") % {"value": value} if series.is_off(reading) else value
