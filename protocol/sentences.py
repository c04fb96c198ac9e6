"""Sentences of the core: English text that remembers its template and values.

The core and the command line say them as they are. A page takes `template` and `values`, translates
the one and writes the other in its own language.
"""

from datetime import datetime, timedelta

MINUTE, MINUTES_PER_HOUR = timedelta(minutes=1), 60
Value = str | int | datetime | timedelta | tuple["Value", ...]


class Sentence(str):
    """A text made by `sentence` or `together`; everywhere else it is the English text."""

    template: str = ""
    values: dict[str, Value]


def mark(template: str) -> str:
    """Marks a template for the translators, who look for `_`; nothing is translated here."""
    return template


def sentence(template: str, **values: Value) -> Sentence:
    """`sentence(_("Bag %(n)s ends %(at)s."), n=3, at=local)`. A datetime is local, a timedelta is
    a span, a tuple is a list with commas."""
    said = Sentence(template % {name: english(value) for name, value in values.items()})
    said.template, said.values = template, values
    return said


def together(*parts: str) -> Sentence:
    """Sentences one after another."""
    said = Sentence(" ".join(parts))
    said.values = {"parts": parts}
    return said


def english(value: Value) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, timedelta):
        return span(value)
    if isinstance(value, tuple):
        return ", ".join(map(english, value))
    return str(value)


def moment(local: datetime) -> str:
    """ "Mon 11 Jan 10:00" in the zone of the time; the day without a leading zero."""
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def span(time: timedelta) -> str:
    """ "2 h 45 min"."""
    hours, rest = divmod(time // MINUTE, MINUTES_PER_HOUR)
    parts = [f"{hours} h"] if hours else []
    return " ".join(parts + ([f"{rest} min"] if rest or not hours else []))
