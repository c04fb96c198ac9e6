"""How times, durations and amounts are written, once for every page.

Pure: the moment "now" and the zone are arguments. The template filters fill them in.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86400
LONGEST_NUMBER = 20  # letters; a number typed in a hospital is shorter
UNKNOWN = "–"


def seconds_of(span):
    """Whole seconds of a timedelta, or of a number of seconds."""
    seconds = span.total_seconds() if isinstance(span, timedelta) else span
    return int(seconds)


def elapsed(span):
    """ "46 min" under an hour, "5 h 12" under 48 hours, "2 d 13 h" above. The sign is dropped."""
    if span is None or span == "":
        return UNKNOWN
    seconds = abs(seconds_of(span))
    if seconds < HOUR:
        return _("%(minutes)d min") % {"minutes": seconds // MINUTE}
    if seconds < 2 * DAY:
        hours, rest = divmod(seconds, HOUR)
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest // MINUTE}
    days, rest = divmod(seconds, DAY)
    return _("%(days)d d %(hours)d h") % {"days": days, "hours": rest // HOUR}


def in_hours(span):
    """ "46 min", "5 h 12", "600 h 11": hours are not turned into days. The sign is dropped."""
    if span is None or span == "":
        return UNKNOWN
    hours, rest = divmod(abs(seconds_of(span)), HOUR)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest // MINUTE}
    return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest // MINUTE}


def local(at, zone):
    if at.tzinfo is None:
        raise ValueError("A time shown to people needs its zone: got a naive datetime.")
    return at.astimezone(ZoneInfo(str(zone)))


def offset_if_doubtful(moment):
    """ " UTC−4" when the wall clock shows this time twice (end of summer time), else ""."""
    first, second = (moment.replace(fold=fold).utcoffset() for fold in (0, 1))
    if first == second:
        return ""
    minutes = int(moment.utcoffset().total_seconds()) // MINUTE
    sign = "−" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f" UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def time24(at, zone):
    """ "05:55", with the offset in the hour that happens twice."""
    if at is None:
        return UNKNOWN
    moment = local(at, zone)
    return f"{moment:%H:%M}{offset_if_doubtful(moment)}"


def day_word(at, zone, now):
    """ "Today", "Tomorrow", "Yesterday", "Thu" within six days, else "24 Nov"."""
    if at is None:
        return UNKNOWN
    day, today = local(at, zone).date(), local(now, zone).date()
    words = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
    away = (day - today).days
    if away in words:
        return words[away]
    if 1 < away < 7:
        return dateformat.format(day, "D")
    return dateformat.format(day, "j M" if day.year == today.year else "j M Y")


def clock24(at, zone, now):
    """ "Today 05:55", "Thu 05:55", "24 Nov 05:55"."""
    return UNKNOWN if at is None else f"{day_word(at, zone, now)} {time24(at, zone)}"


def when(at, zone, now):
    """ "Thu 26 Nov 05:55"; the year is added when it is not this year."""
    if at is None:
        return UNKNOWN
    moment = local(at, zone)
    pattern = "D j M" if moment.year == local(now, zone).year else "D j M Y"
    return f"{dateformat.format(moment, pattern)} {time24(at, zone)}"


def moment_of(local):
    """ "Mon 11 Jan 10:00" of a local time, with the offset in the hour that happens twice."""
    return f"{dateformat.format(local, 'D j M')} {local:%H:%M}{offset_if_doubtful(local)}"


def when_utc(at):
    """ "2026-11-26 05:55:00 UTC": for audit rows and documents."""
    return UNKNOWN if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def date_short(day, zone=None):
    """ "02 Sep 1988". A datetime needs the zone in which its date is meant."""
    if day is None:
        return UNKNOWN
    if isinstance(day, datetime):
        day = local(day, zone).date()
    if not isinstance(day, date):
        raise TypeError(f"date_short takes a date, not {type(day).__name__}.")
    return dateformat.format(day, "d M Y")


def plain(number):
    """A Decimal without trailing zeros or exponent: 10.0 -> "10", 0.60 -> "0.6"."""
    if number is None or number == "":
        return UNKNOWN
    text = f"{Decimal(str(number)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(number, unit):
    return UNKNOWN if number is None or number == "" else f"{plain(number)}\u00a0{unit}"


def sentence_case(words: str) -> str:
    """Only the first letter keeps its capital; words of all capitals, or mixed, stay."""
    lowered = re.sub(r"(?<![\w.@])[A-Z][a-z]+\b", in_lower_case, words)
    first = len(lowered) - len(lowered.lstrip())
    return lowered[:first] + lowered[first : first + 1].upper() + lowered[first + 1 :]


def in_lower_case(found: re.Match) -> str:
    return found[0].lower()


def short_number(text: str) -> str:
    """A record number as long as those other systems export, cut in the middle to be compared."""
    return text if len(text) <= LONGEST_NUMBER else f"{text[:8]}…{text[-4:]}"
