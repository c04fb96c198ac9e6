"""Draws a CycleStrip. One function per lane; a Window says which hours are seen and where."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _

from display.strip import CycleStrip
from display.svg import group, number, picture, safe, tag, text, title

WEEK = 7 * 24
GRIP = 3  # words keep clear of the grip of the bag before
NIGHT = (time(20), time(8))  # shown as the dark part of the ruler: when doors and phones are shut
DAY_Y, RULER_Y, DOSE_Y, BAG_Y, EFFECT_Y, VISIT_Y = 0, 33, 42, 68, 112, 142
DOSE_TALL, BAG_TALL, EFFECT_TALL, TALL = 18, 34, 20, 170
PLACE_PATHS = {
    "home": "M-6 0 L0 -6 L6 0 M-4 -1.5 V5 H4 V-1.5",
    "clinic": "M0 -5 V5 M-5 0 H5",
    "ward": "M-6 -4 V5 M-6 1 H6 V5 M-6 -1 H2 a4 4 0 0 1 4 3",
}


@dataclass(frozen=True)
class Window:
    """The part of the cycle one picture shows."""

    strip: CycleStrip
    name: str  # makes pattern ids unique
    from_hour: float
    to_hour: float
    width: float
    left: float

    def x(self, hour):
        inside = min(max(float(hour), self.from_hour), self.to_hour)
        part = (inside - self.from_hour) / (self.to_hour - self.from_hour)
        return self.left + part * (self.width - self.left - 1)

    def shows(self, span):
        return self.shows_hours(span.from_hour, self.end_of(span))

    def shows_hours(self, start, end):
        return float(end) > self.from_hour and float(start) < self.to_hour

    def has(self, hour):
        return self.from_hour <= float(hour) < self.to_hour or (
            float(hour) == self.to_hour == self.strip.days * 24
        )

    def end_of(self, span):
        """An open stop reaches to now."""
        if span.to_hour is not None:
            return float(span.to_hour)
        return max(float(self.strip.now_hour or 0), float(span.from_hour))

    @property
    def is_week(self):
        return self.left == 0


def both(strip):
    hours = strip.days * 24
    wide = draw(Window(strip, f"{strip.key}-all", 0, hours, 920, 84))
    weeks = "".join(
        draw(Window(strip, f"{strip.key}-w{n}", start, start + WEEK, 340, 0))
        for n, start in enumerate(range(0, hours, WEEK), 1)
    )
    return safe(f'<div class="strip-wide">{wide}</div><div class="strip-weeks">{weeks}</div>')


def draw(window):
    lanes = (days, ruler, lane_names, doses, bags, stops, effects, marks, visits, now_line, ends)
    return picture(
        stripes(window),
        *(lane(window) for lane in lanes),
        class_="strip",
        width=window.width,
        height=TALL,
        label=describe(window),
        role="group" if has_links(window) else "img",  # an image may hold nothing to press
        **(scale(window) if window.strip.ends else {}),
    )


def has_links(window):
    return bool(window.strip.ends) or any(bag.url for bag in window.strip.bags)


def scale(window):
    """What the script needs to turn a place on the picture into an hour of the cycle."""
    return {
        "data_from_hour": window.from_hour,
        "data_to_hour": window.to_hour,
        "data_left": window.left,
        "data_width": window.width,
    }


def describe(window):
    facts = {
        "title": window.strip.title,
        "first": int(window.from_hour // 24) + 1,
        "last": int(window.to_hour // 24),
    }
    return (
        _(
            "%(title)s, days %(first)s to %(last)s: doses, bags, stops, side effects and visits. "
            "The same facts are in the list below."
        )
        % facts
    )


def stripes(window):
    ground = tag("rect", class_="stripe-ground", width=6, height=6)
    line = tag("rect", class_="stripe-line", width=2.4, height=6)
    turn = {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    name = f"stop-{window.name}"
    return tag("defs", tag("pattern", ground, line, id=name, width=6, height=6, **turn))


def days(window):
    return free_days(window) + "".join(
        day_head(window, day)
        for day in range(int(window.from_hour // 24), int(window.to_hour // 24))
        if day < window.strip.days
    )


def free_days(window):
    """Weekends and holidays are calendar days, so they do not line up with infusion days."""
    strip, shaded = window.strip, ""
    holidays, midnights = dict(strip.holidays), ZoneInfo(strip.zone)
    day, last = strip.at(window.from_hour).date(), strip.at(window.to_hour).date()
    while day <= last:
        start, end = (
            strip.hour_of(datetime.combine(day + timedelta(days=n), time(), midnights))
            for n in (0, 1)
        )
        if (day.weekday() >= 5 or day in holidays) and window.shows_hours(start, end):
            kind, name = ("holiday", holidays[day]) if day in holidays else ("weekend", "")
            left = window.x(start)
            box = tag("rect", x=left, y=0, width=window.x(end) - left, height=TALL)
            shaded += group(box, label=name, class_=f"free-day {kind}")
        day += timedelta(days=1)
    return shaded


def day_head(window, day):
    strip, start, end = window.strip, window.x(day * 24), window.x((day + 1) * 24)
    today = strip.now_hour is not None and int(float(strip.now_hour) // 24) == day
    date, middle = strip.at(day * 24), (start + end) / 2
    first = day * 24 == window.from_hour or date.day == 1
    weekday = dateformat.format(date, "D")
    word = dateformat.format(date, "j M") if first else weekday if window.is_week else weekday[:1]
    box = tag("rect", class_="today", x=start, y=0, width=end - start, height=TALL)
    mark = " is-today" if today else ""
    head = text(day + 1, class_=f"day-number{mark}", x=middle, y=13, text_anchor="middle")
    return (
        (box if today else "")
        + head
        + text(word, class_="day-name", x=middle, y=26, text_anchor="middle")
    )


def ruler(window):
    """A thin line under the days: dark where it is night."""
    strip, zone = window.strip, ZoneInfo(window.strip.zone)
    width = window.x(min(window.to_hour, strip.days * 24)) - window.left
    line = tag("rect", class_="ruler", x=window.left, y=RULER_Y, width=width, height=3)
    day, last = strip.at(window.from_hour).date() - timedelta(days=1), strip.at(window.to_hour)
    while day <= last.date():
        dusk = strip.hour_of(datetime.combine(day, NIGHT[0], zone))
        dawn = strip.hour_of(datetime.combine(day + timedelta(days=1), NIGHT[1], zone))
        if window.shows_hours(dusk, dawn):
            left = window.x(dusk)
            line += tag(
                "rect", class_="night", x=left, y=RULER_Y, width=window.x(dawn) - left, height=3
            )
        day += timedelta(days=1)
    return line


def lane_names(window):
    if window.is_week:
        return ""
    names = (
        (_("Day"), 13),
        (_("Dose"), DOSE_Y + 13),
        (_("Bag"), BAG_Y + 21),
        (_("Side effects") if window.strip.now_hour is not None else "", EFFECT_Y + 14),
        (_("Visit"), VISIT_Y + 15),
    )
    return "".join(text(name, class_="lane", x=0, y=y) for name, y in names)


def box_of(window, span, y, tall, radius=4, **attributes):
    start, end = window.x(span.from_hour), window.x(window.end_of(span))
    return tag(
        "rect",
        x=start + 1,
        y=y,
        width=max(end - start - 2, 1),
        height=tall,
        rx=radius,
        **attributes,
    )


def room(window, span):
    return window.x(window.end_of(span)) - window.x(span.from_hour)


def fits(words, width):
    return len(words) * 6.6 + 12 <= width


def doses(window):
    drawn = ""
    for dose in filter(window.shows, window.strip.doses):
        words = text(dose.label, x=window.x(dose.from_hour) + 8, y=DOSE_Y + 13)
        drawn += group(
            box_of(window, dose, DOSE_Y, DOSE_TALL),
            words if fits(dose.label, room(window, dose)) else "",
            label=dose.label,
            class_=f"dose dose-{dose.level}",
        )
    return drawn


def bags(window):
    return "".join(bag(window, one) for one in window.strip.bags if window.shows(one))


def bag(window, one):
    drawn = box_of(window, one, BAG_Y, BAG_TALL, 5, class_="bag-box")
    now = float(window.strip.now_hour or 0)
    if one.state == "running" and now > window.from_hour:
        start = window.x(one.from_hour)
        drawn += tag(
            "rect",
            class_="bag-given",
            x=start + 1,
            y=BAG_Y,
            rx=5,
            height=BAG_TALL,
            width=max(min(window.x(now), window.x(one.to_hour)) - start - 1, 1),
        )
    label = _("Bag %(number)s %(length)s") % {"number": one.number, "length": one.length}
    shapes, look = (drawn, bag_words(window, one)), f"bag bag-{one.state}"
    if not one.url:
        return group(*shapes, label=label, class_=look)
    # The title names the link: an aria-label beside a title would be a second name for it.
    return tag("a", title(label), group(*shapes, class_=look), href=one.url)


def bag_words(window, one):
    """As many words as fit: "Bag 8 7 d", "8 7 d", "8", nothing. They keep clear of the now line."""
    start, end = window.x(one.from_hour), window.x(one.to_hour)
    start += GRIP if window.strip.ends and one.from_hour else 0
    now = window.strip.now_hour
    if one.state == "running" and now is not None and window.has(now):
        after = end - window.x(now)
        start = window.x(now) if after > window.x(now) - start else start
        end = end if start == window.x(now) else window.x(now)
    for stop in window.strip.stops:  # words start after a stop that covers the bag's first hours
        left, right = window.x(stop.from_hour), window.x(window.end_of(stop))
        if min(left, right - 7) <= start + 8 and right > start:
            start = right
    long, short = _("Bag %(number)s") % {"number": one.number}, one.number
    y, width = BAG_Y + BAG_TALL / 2 + 4, end - start
    for name, length in ((long, f" {one.length}"), (short, f" {one.length}"), (short, "")):
        if fits(name + length, width + 4):
            return tag("text", tag("tspan", name, class_="bag-number"), length, x=start + 8, y=y)
    return ""


def stops(window):
    drawn, fill = "", f"url(#stop-{window.name})"
    for stop in filter(window.shows, window.strip.stops):
        end = window.x(window.end_of(stop))
        width = max(7, end - window.x(stop.from_hour))
        box = tag(
            "rect",
            x=max(end - width, window.left),
            y=BAG_Y - 5,
            width=width,
            height=BAG_TALL + 10,
            rx=2,
            fill=fill,
        )
        drawn += group(box, label=stop.label, class_="stop")
    return drawn


def effects(window):
    drawn = ""
    for effect in filter(window.shows, window.strip.toxicities):
        width, start = room(window, effect), window.x(effect.from_hour)
        full = f"{effect.kind} {effect.grade}"
        words = full if fits(full, width + 8) else f"{effect.kind[:1]}{effect.grade}"
        wide = max(width, 22)
        box = tag("rect", x=start, y=EFFECT_Y, width=wide - 1, height=EFFECT_TALL, rx=4)
        label = text(words, x=start + wide / 2, y=EFFECT_Y + 14, text_anchor="middle")
        drawn += group(box, label, label=full, class_=f"effect grade-{min(effect.grade, 3)}")
    return drawn


def marks(window):
    drawn = ""
    for mark in window.strip.marks:
        if window.has(mark.hour):
            x = number(window.x(mark.hour))
            shape = tag("path", d=f"M{x} {EFFECT_Y + 4} l6 6 l-6 6 l-6 -6 z")
            drawn += group(shape, label=mark.label, class_=f"mark mark-{mark.level}")
    return drawn


def visits(window):
    drawn = ""
    for visit in window.strip.visits:
        if window.has(visit.hour):
            x = min(max(window.x(visit.hour), window.left + 11), window.width - 12)
            shape = tag("circle", r=10) + tag("path", d=PLACE_PATHS[visit.place])
            state = "past" if visit.done else "outside" if visit.outside else "due"
            drawn += group(
                shape,
                label=visit.label,
                class_=f"visit visit-{state}",
                transform=f"translate({number(x)} {VISIT_Y + 11})",
            )
    return drawn


def ends(window):
    """Grips on the bag ends that may be moved."""
    drawn = ""
    for end in window.strip.ends:
        if not window.has(end.hour):
            continue
        x, middle = window.x(end.hour), BAG_Y + BAG_TALL / 2
        grip = tag("rect", class_="grip", x=x - 4, y=middle - 11, width=8, height=22, rx=4)
        reach = tag("rect", class_="grip-reach", x=x - 14, y=BAG_Y - 6, width=28, height=46)
        line = tag("line", class_="grip-line", x1=x, x2=x, y1=BAG_Y - 4, y2=BAG_Y + BAG_TALL + 4)
        drawn += tag(
            "g",
            title(f"{end.label}, {end.at}"),
            reach,
            line,
            grip,
            class_="bag-end",
            id=f"{window.name}-end-{end.n}",
            tabindex="0",
            role="slider",
            aria_label=end.label,
            aria_valuemin="0",
            aria_valuemax=str(window.strip.planned_hours),
            aria_valuenow=number(end.hour),
            aria_valuetext=end.at,
            data_n=str(end.n),
            data_hour=str(float(end.hour)),
            data_minute=str(end.minute),
        )
    return drawn


def now_line(window):
    now = window.strip.now_hour
    if now is None or not window.has(now):
        return ""
    x = window.x(now)
    line = tag("line", x1=x, x2=x, y1=RULER_Y, y2=TALL)
    return group(
        title(_("Now")),
        line,
        tag("path", d=f"M{number(x - 5)} {RULER_Y - 3} h10 l-5 7 z"),
        class_="now-line",
    )
