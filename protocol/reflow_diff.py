"""What a new plan changes: each bag of the accepted plan beside the bag that takes its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .instants import utc
from .planner import Bag
from .planner_legal import MINUTES_PER_HOUR

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class OldBag:
    """A bag of the accepted plan that has not hung yet.

    `minute` is the infused minute it was to hang at, `hangs_at` and `ends_at` the wall times the
    plan gave. `discard_after` belongs to a made bag. A bag that is `lost` is not made any more.
    """

    n: int
    minute: int
    bag_hours: int
    runs_minutes: int
    hangs_at: datetime
    ends_at: datetime
    made: bool
    code: str = ""
    discard_after: datetime | None = None
    dose_mcg_per_day: Decimal | None = None
    lost: bool = False

    def usable_at(self, at: datetime) -> bool:
        """Whether it is made and may hang at this moment; slack is not asked for."""
        return self.made and (self.discard_after is None or utc(at) < utc(self.discard_after))


@dataclass(frozen=True)
class BagChange:
    """One row of the diff; the first of `kinds` is the most telling.

    kept, moved   the bag stays, at its times or at others
    cut           it now runs shorter than the accepted plan said
    clash         it expires `overrun_minutes` before its new end
    make          no bag of the old plan takes this place, or it was lost: one has to be made
    late          it has to hang before a bag can be made
    expired       it is made and expires before it could hang
    review        it is made and the new plan does not use it
    dropped       it is not made and not needed
    """

    kinds: tuple[str, ...]
    bag_hours: int
    code: str
    old_n: int | None = None
    new_n: int | None = None
    old_hangs_at: datetime | None = None
    new_hangs_at: datetime | None = None
    old_ends_at: datetime | None = None
    new_ends_at: datetime | None = None
    cut_minutes: int = 0
    overrun_minutes: int = 0

    @property
    def kind(self) -> str:
        return self.kinds[0]


Dosed = tuple[Bag, Decimal | None]  # a bag of the new plan and its dose


def diff(
    old: Sequence[OldBag], new: Sequence[Dosed], *, new_bag_at: datetime
) -> tuple[BagChange, ...]:
    """The rows in order of time. Bags are matched by length and dose: made ones that may still
    hang first, then in the order of the old plan.
    """
    left, rows = list(old), []
    for bag, dose in new:
        taken = _taken(left, bag, dose)
        if taken is not None:
            left.remove(taken)
        rows.append(_row(taken, bag, new_bag_at))
    rows += [_gone(bag, new) for bag in left]
    return tuple(sorted(rows, key=_when))


def _taken(left: Sequence[OldBag], bag: Bag, dose: Decimal | None) -> OldBag | None:
    """The old bag that hangs in the place of a new one."""
    fitting = [
        one
        for one in left
        if (one.bag_hours, one.dose_mcg_per_day) == (bag.bag_hours, dose)
        and (not one.made or one.usable_at(bag.hangs_at))
    ]
    return min(fitting, key=lambda one: (not one.made, one.n), default=None)


def _row(old: OldBag | None, bag: Bag, new_bag_at: datetime) -> BagChange:
    late = ("late",) if utc(bag.hangs_at) < utc(new_bag_at) else ()
    if old is None:
        return BagChange(
            ("make", *late),
            bag.bag_hours,
            "",
            new_n=bag.n,
            new_hangs_at=bag.hangs_at,
            new_ends_at=bag.ends_at,
            cut_minutes=bag.cut_minutes,
        )
    overrun = _overrun(old, bag)
    cut = bag.cut_minutes > old.bag_hours * MINUTES_PER_HOUR - old.runs_minutes
    same = all(
        utc(was) == utc(now)
        for was, now in ((old.hangs_at, bag.hangs_at), (old.ends_at, bag.ends_at))
    )
    kinds = (
        *(["clash"] if overrun else []),
        *(["cut"] if cut else []),
        *(["make"] if old.lost else []),
        *([] if old.made else late),
        "kept" if same else "moved",
    )
    return BagChange(
        kinds,
        bag.bag_hours,
        old.code,
        old.n,
        bag.n,
        old.hangs_at,
        bag.hangs_at,
        old.ends_at,
        bag.ends_at,
        bag.cut_minutes,
        overrun,
    )


def _overrun(old: OldBag, bag: Bag) -> int:
    """Minutes that a made bag expires before its new end, rounded up; 0 when it lasts."""
    if not old.made or old.discard_after is None:
        return 0
    return max(-((utc(old.discard_after) - utc(bag.ends_at)) // MINUTE), 0)


def _gone(old: OldBag, new: Sequence[Dosed]) -> BagChange:
    """A bag of the old plan that the new one does not hang."""
    kind = "dropped"
    if old.made:
        kind = "review" if _could_hang(old, new) else "expired"
    return BagChange(
        (kind,),
        old.bag_hours,
        old.code,
        old_n=old.n,
        old_hangs_at=old.hangs_at,
        old_ends_at=old.ends_at,
    )


def _could_hang(old: OldBag, new: Sequence[Dosed]) -> bool:
    """Whether a made bag outlasts its old place and some place of the new plan it would fit."""
    places = [
        bag.hangs_at
        for bag, dose in new
        if (bag.bag_hours, dose) == (old.bag_hours, old.dose_mcg_per_day)
    ]
    first = [bag.hangs_at for bag, _ in new[:1]]
    at = max(utc(moment) for moment in [old.hangs_at, *first])
    return old.usable_at(at) and (not places or any(map(old.usable_at, places)))


def _when(row: BagChange) -> tuple[datetime, int]:
    at = row.new_hangs_at or row.old_hangs_at
    assert at is not None, "a row speaks of an old or of a new bag"
    return utc(at), row.old_n or 0
