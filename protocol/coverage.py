"""Until when an infusion is secured: the earliest link of one list, and whose turn it is.

A link is one thing the infusion hangs on, as the facts stand: the bag empties, the bag expires,
the next usable bag is where it is needed, a competent person is confirmed. What nobody knows is
the weakest: it holds only until it is needed. Authorisation is told beside it and never counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from .instants import utc


@dataclass(frozen=True)
class Link:
    """`kind` says what it is (bag_empty, bag_expiry, next_bag, next_person, ...), `reason` what
    ends it, `owner` the role whose turn it is, `name` a person when one is known.

    It holds until `until`. None: nobody knows; then `needed_at` says when it is needed first.
    """

    kind: str
    reason: str
    until: datetime | None
    owner: str
    name: str = ""
    needed_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.until is None and self.needed_at is None:
            raise ValueError(f"the link {self.kind} needs a moment: until, or needed_at")

    @property
    def is_known(self) -> bool:
        return self.until is not None

    @property
    def holds_until(self) -> datetime:
        """UTC."""
        moment = self.needed_at if self.until is None else self.until
        assert moment is not None, "checked when it was made"
        return utc(moment, field=self.kind)


@dataclass(frozen=True)
class Cover:
    """`until` (UTC) is None when there is no link. `links` are all of them, the weakest first;
    `paid_until` is the authorisation, told beside it.
    """

    until: datetime | None
    weakest: Link | None
    links: tuple[Link, ...]
    paid_until: date | None = None


def covered_until(links: Iterable[Link], *, paid_until: date | None = None) -> Cover:
    """The earliest link. At the same moment one that nobody knows comes before a known one, and
    then the earlier in the list: what somebody can still arrange before what only happens.
    """
    ordered = tuple(sorted(links, key=lambda link: (link.holds_until, link.is_known)))
    weakest = ordered[0] if ordered else None
    return Cover(weakest.holds_until if weakest else None, weakest, ordered, paid_until)
