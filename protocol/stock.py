"""Vials on the shelf against vials needed. Counts are whole vials; days are calendar days of the
site. What nobody counted is unknown, never zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["received", "counted", "used", "wasted", "recalled", "returned"]


@dataclass(frozen=True)
class Movement:
    """`count` is never negative; the kind says which way. Of `counted` it is what lay there."""

    kind: str
    count: int


@dataclass(frozen=True)
class Shelf:
    """One lot that may be used: `on_hand` None is not counted yet; its last day is `expires_on`."""

    on_hand: int | None
    expires_on: date


@dataclass(frozen=True)
class Outlook:
    """`short_on`: the first day on which the counted vials do not suffice, and how many are missing
    that day; None: they do.
    """

    short_on: date | None = None
    missing: int = 0


def on_hand(movements: Iterable[Movement]) -> int | None:
    """What should lie there, from movements in the order they happened; below zero, more was used
    than was ever written down. None: nobody counted it, and it did not begin with a delivery.
    """
    found: int | None = None
    for n, one in enumerate(movements):
        if one.kind == "counted":
            found = one.count
        elif one.kind == "received" and (found is not None or n == 0):
            found = (found or 0) + one.count
        elif one.kind != "received" and found is not None:
            found -= one.count
    return found


def outlook(shelves: Iterable[Shelf], needs: Sequence[tuple[date, int]]) -> Outlook:
    """Whether the counted vials last for what is needed by day. The vials that expire first go
    first, so what it calls short is short whatever is taken; a vial serves on its last day.
    """
    lots = sorted((one.expires_on, one.on_hand) for one in shelves if one.on_hand)
    days = [day for day, _n in lots]
    left = [n for _day, n in lots]
    for day, needed in sorted(needs):
        for n, expires_on in enumerate(days):
            if expires_on >= day:
                taken = max(0, min(left[n], needed))
                left[n] -= taken
                needed -= taken
        if needed > 0:
            return Outlook(day, needed)
    return Outlook()
