"""How long a bag keeps. Storage time includes infusion time; what was warm stays counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

from .instants import utc
from .label import Label
from .label_rows import StorageRow
from .stops import HardStop, Stop

Place = Literal["room", "cold", "unknown"]
FOREVER = datetime.max.replace(tzinfo=UTC)


class Kept(Protocol):
    """What storage asks of a bag: a recipe has it, and so has a bag that is made."""

    @property
    def hours(self) -> int: ...
    @property
    def preservative(self) -> bool: ...


@dataclass(frozen=True)
class Stay:
    """Where a bag was from a moment on, until the next stay begins. Unknown counts as room."""

    place: Place
    from_at: datetime


@dataclass(frozen=True)
class BeyondUse:
    """The compounding limits of a site, in hours until the infusion must begin. None: not known."""

    room_hours: int | None
    cold_hours: int | None


@dataclass(frozen=True)
class Clocks:
    """Both clocks of a bag. The drug's counts the infusion; the compounding clock ends when the
    infusion begins, and is None where the site has no figure."""

    discard_after: datetime
    begin_by: datetime | None

    @property
    def hang_before(self) -> datetime:
        """The earlier of both: later than this the bag is not hung."""
        return min(self.discard_after, self.begin_by or self.discard_after)

    @property
    def binds(self) -> Literal["drug", "beyond_use"]:
        return "drug" if self.hang_before == self.discard_after else "beyond_use"


@dataclass(frozen=True)
class ColdBudget:
    """Time outside the fridge: allowed, used and how much of it only counts because nobody knows.
    `is_out`: the time runs as of that moment."""

    allowed: timedelta
    used: timedelta
    unknown: timedelta
    is_out: bool
    as_of: datetime

    @property
    def left(self) -> timedelta:
        return max(self.allowed - self.used, timedelta(0))


def storage_row(label: Label, *, preservative: bool, hours: int) -> StorageRow:
    """The storage limits of a bag; raises HardStop, naming the row, when they are unknown."""
    for row in label.storage:
        if row.item == "bag" and row.preservative == preservative and _speaks_of(row, hours):
            return _known(row)
    kind = "preserved" if preservative else "preservative-free"
    message = f"{label.title} gives no storage limit for a {kind} {hours} h bag. Ask pharmacy."
    raise HardStop(Stop("storage.no_row", message))


def storage_limits(label: Label, bag: Kept) -> StorageRow:
    """The storage limits of a bag, in hours at room temperature and cold."""
    return storage_row(label, preservative=bag.preservative, hours=bag.hours)


def discard_after(
    label: Label, bag: Kept, *, prepared_at: datetime, stays: Sequence[Stay]
) -> datetime:
    """The moment (UTC) after which a bag may not be used, from where it has been.

    The earlier of the cold limit from preparation and the moment the room-temperature time is
    used up. All time outside the fridge counts from preparation, also before the first scan; the
    last stay is taken to go on. A bag put back into the fridge is over at that moment.
    """
    row = storage_limits(label, bag)
    prepared = utc(prepared_at, field="prepared_at")
    history = _history(prepared, stays)
    limits = [
        prepared + timedelta(hours=_hours(row.cold_hours)),
        _warm_end(_hours(row.room_hours), history),
    ]
    returned = _returned_at(stays)
    return min(limits if returned is None else [*limits, returned])


def begin_by(limits: BeyondUse, *, prepared_at: datetime, stays: Sequence[Stay]) -> datetime | None:
    """The moment (UTC) by which the infusion must begin, by the compounding limits of the site;
    None when a limit that counts for this bag is not known. `stays`: without the infusion."""
    prepared = utc(prepared_at, field="prepared_at")
    history = _history(prepared, stays)
    is_warm = any(True for _span in _warm_spans(history))
    if limits.cold_hours is None or (is_warm and limits.room_hours is None):
        return None
    cold_end = prepared + timedelta(hours=limits.cold_hours)
    if limits.room_hours is None:
        return cold_end
    return min(cold_end, _warm_end(limits.room_hours, history))


def cold_budget(
    label: Label, bag: Kept, *, prepared_at: datetime, stays: Sequence[Stay], at: datetime
) -> ColdBudget:
    """How much of the time outside the fridge was used at a moment."""
    row, as_of = storage_limits(label, bag), utc(at)
    history = _history(utc(prepared_at, field="prepared_at"), stays)
    spans = [(stay, min(end, as_of) - min(begin, as_of)) for stay, begin, end in _warm(history)]
    last = [stay.place for stay in history if utc(stay.from_at) <= as_of][-1:]
    return ColdBudget(
        allowed=timedelta(hours=_hours(row.room_hours)),
        used=sum((span for _stay, span in spans), timedelta(0)),
        unknown=sum((s for stay, s in spans if stay.place == "unknown"), timedelta(0)),
        is_out=last not in ([], ["cold"]),
        as_of=as_of,
    )


def begun_in_time(begin_by: datetime | None, at: datetime) -> Stop | None:
    """The refusal of a bag whose infusion had to begin earlier; None without such a limit."""
    if begin_by is None or utc(at) <= utc(begin_by):
        return None
    message = "By the site's beyond-use time this infusion had to begin earlier. Use another bag."
    return Stop("bag.begin_by", message, field="bag")


def returned_to_fridge(stays: Sequence[Stay]) -> Stop | None:
    """The refusal of a bag that was put into the fridge after it had been out; else None."""
    if _returned_at(stays) is None:
        return None
    message = "This bag was at room temperature and then refrigerated again. Discard it."
    return Stop("bag.refrigerated_again", message, field="bag")


def opened_vial_limit(label: Label, *, reconstituted_at: datetime, place: Place) -> datetime:
    """When a reconstituted vial must be discarded (UTC), kept all the time in one place."""
    row = next((r for r in label.storage if r.item == "reconstituted_vial"), None)
    if row is None:
        message = f"{label.title} gives no limit for a reconstituted vial. Ask pharmacy."
        raise HardStop(Stop("storage.no_row", message))
    _known(row)
    limit = row.cold_hours if place == "cold" else row.room_hours
    return utc(reconstituted_at, field="reconstituted_at") + timedelta(hours=_hours(limit))


def hang_overrun(discard_after: datetime, hang_at: datetime, hours: int) -> timedelta:
    """How far a full run would pass the discard time; zero when it fits.

    It never forbids a hang: the planned end becomes the discard time and the next change moves.
    """
    planned_end = utc(hang_at, field="hang_at") + timedelta(hours=hours)
    return max(planned_end - utc(discard_after), timedelta(0))


def hangable(discard_after: datetime, at: datetime) -> Stop | None:
    """The refusal of a bag that has already expired at this moment; else None."""
    if utc(at) < utc(discard_after):
        return None
    message = "This bag has passed its discard time. Discard it and use another bag."
    return Stop("bag.expired", message, field="bag")


def _speaks_of(row: StorageRow, hours: int) -> bool:
    return not row.hours or hours in row.hours


def _known(row: StorageRow) -> StorageRow:
    stop = row.refuse(training=True)
    if stop:
        raise HardStop(stop)
    return row


def _hours(limit: int | None) -> int:
    assert limit is not None, "a storage row in use gives its hours"
    return limit


def _ordered(stays: Sequence[Stay]) -> list[Stay]:
    return sorted(stays, key=lambda stay: utc(stay.from_at, field="from_at"))


def _history(prepared: datetime, stays: Sequence[Stay]) -> list[Stay]:
    """From preparation on: what nobody scanned was at room temperature."""
    ordered = _ordered(stays)
    if ordered and utc(ordered[0].from_at) < prepared:
        message = "The bag was stored before it was prepared. Check both times."
        raise HardStop(Stop("storage.before_preparation", message, field="prepared_at"))
    return [Stay("room", prepared), *ordered]


def _warm(history: Sequence[Stay]) -> Iterator[tuple[Stay, datetime, datetime]]:
    ends = [utc(stay.from_at) for stay in history[1:]] + [FOREVER]
    for stay, end in zip(history, ends, strict=True):
        if stay.place != "cold" and utc(stay.from_at) < end:
            yield stay, utc(stay.from_at), end


def _warm_spans(history: Sequence[Stay]) -> Iterator[tuple[datetime, datetime]]:
    return ((begin, end) for _stay, begin, end in _warm(history))


def _warm_end(room_hours: int, history: Sequence[Stay]) -> datetime:
    """The moment the allowed time at room temperature is used up."""
    left = timedelta(hours=room_hours)
    for begin, end in _warm_spans(history):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return FOREVER


def _returned_at(stays: Sequence[Stay]) -> datetime | None:
    """When the bag was first put into the fridge after it had been scanned out of it. What is only
    unknown is no such scan; the fridge then keeps nothing (see custody.worst_case)."""
    was_out = False
    for stay in _ordered(stays):
        if stay.place == "cold" and was_out:
            return utc(stay.from_at)
        was_out = was_out or stay.place == "room"
    return None
