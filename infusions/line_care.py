"""Needle, dressing and tubing put onto bag changes, so that the line is entered less often.

Intervals are the site's: days after the last care, earliest and latest. Blood for the laboratory
is drawn peripherally or from another lumen, never through the drug line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DAY = timedelta(days=1)
NAMES = {
    "needle": gettext_lazy("needle"),
    "dressing": gettext_lazy("dressing"),
    "tubing": gettext_lazy("tubing"),
}


@dataclass(frozen=True)
class Entry:
    """One time the line is opened. `bag` is the number of the bag that ends then, or None when
    the care falls on no bag change and breaks the line for itself."""

    at: datetime
    bag: int | None
    care: tuple[str, ...]

    @property
    def words(self) -> str:
        names = [str(NAMES[name]) for name in self.care]
        return " + ".join([_("bag"), *names] if self.bag else names)


@dataclass(frozen=True)
class LineCare:
    entries: tuple[Entry, ...]
    avoided: int  # entries that sharing saves, against each care on its own
    extra: int  # entries that fall on no bag change


def line_care(
    begin: datetime, changes: Sequence[tuple[int, datetime]], every: dict[str, list[int]]
) -> LineCare:
    """`changes` are (bag number, end) in order, the last the disconnect, when no care is due."""
    if not changes:
        return LineCare((), 0, 0)
    last, found = changes[-1][1], {at: (n, []) for n, at in changes}
    alone: list[Entry] = []
    shared = 0
    for name, (low, high) in sorted(every.items()):
        for at in due_times(begin, last, [at for _n, at in changes[:-1]], low, high):
            if at in found:
                found[at][1].append(name)
                shared += 1
            else:
                alone.append(Entry(at, None, (name,)))
    entries = [Entry(at, n, tuple(care)) for at, (n, care) in found.items()]
    merged = together(alone)
    ordered = tuple(sorted([*entries, *merged], key=lambda entry: entry.at))
    return LineCare(ordered, shared + len(alone) - len(merged), len(merged))


def due_times(begin, last, changes: Sequence[datetime], low: int, high: int) -> list[datetime]:
    """When one care is done: on bag changes inside its interval, with the fewest entries of its
    own, then the fewest times in all. Care that could wait until the disconnect is not planned."""

    @cache
    def best(before: datetime) -> tuple[int, int, float, tuple[datetime, ...]]:
        if before + high * DAY >= last:
            return 0, 0, 0.0, ()
        possible = {before + day * DAY for day in range(low, high + 1)}
        possible |= {at for at in changes if before + low * DAY <= at <= before + high * DAY}
        return min(after(at) for at in possible)

    def after(at: datetime) -> tuple[int, int, float, tuple[datetime, ...]]:
        """Of equal ways the later time comes first."""
        alone, times, _later, rest = best(at)
        return (alone + (at not in changes), times + 1, -at.timestamp(), (at, *rest))

    return list(best(begin)[3])


def together(alone: Sequence[Entry]) -> list[Entry]:
    """Care of one moment is one entry."""
    by_time: dict[datetime, list[str]] = {}
    for entry in alone:
        by_time.setdefault(entry.at, []).extend(entry.care)
    return [Entry(at, None, tuple(care)) for at, care in by_time.items()]
