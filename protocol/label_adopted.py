"""A label set as one site may use it: what two of its people read, and rows of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from .label import Label
from .label_facts import ROW_OF_KIND, digest_of, place_of
from .label_reader import built
from .label_rows import BagRow, DurationRow, Row, Status, StorageRow
from .stops import HardStop, Stop

R = TypeVar("R", bound=Row)
OWN_KINDS = ("bag", "duration", "storage")


@dataclass(frozen=True)
class Read:
    """Who read a row in the document, and when the second of them did."""

    by: str
    on: date


def applied(label: Label, read: Mapping[tuple[str, str], Read], own: Iterable[Row] = ()) -> Label:
    """The set with the site's readings, and with its own rows before those they replace.

    `read` names rows by (row id, digest): a row whose content changed since is unverified again,
    and so is one that says itself that it is verified. Unknown rows stay unknown.
    """
    own = [row for row in (_standing(row, read) for row in own) if row.status is Status.SITE]
    taken = {place_of(row) for row in own}

    def read_of(rows: tuple[R, ...]) -> tuple[R, ...]:
        return tuple(_standing(row, read) for row in rows if place_of(row) not in taken)

    def mine(kind: type[R]) -> tuple[R, ...]:
        return tuple(row for row in own if isinstance(row, kind))

    return replace(
        label,
        course=_standing(label.course, read),
        doses=read_of(label.doses),
        cycles=read_of(label.cycles),
        premedications=read_of(label.premedications),
        durations=(*mine(DurationRow), *read_of(label.durations)),
        bags=(*mine(BagRow), *read_of(label.bags)),
        storage=(*mine(StorageRow), *read_of(label.storage)),
        reconstitution=_standing(label.reconstitution, read),
        restart=_standing(label.restart, read),
    )


def own_row(kind: str, data: Mapping[str, Any], *, source: str) -> Row:
    """A site's own row, waiting to be read. Raises HardStop when it cannot be a row."""
    fixed = {"status": Status.UNVERIFIED, "confidence": "V", "source": source}
    try:
        return built(ROW_OF_KIND[kind], {**data, **{k: str(v) for k, v in fixed.items()}})
    except (KeyError, ValueError) as fault:
        message = f"This cannot be a row: {fault}. Check what was typed."
        raise HardStop(Stop("label.own_row", message)) from fault


def is_own(row: Row) -> bool:
    """Whether the row is a site's own, read or not."""
    return row.row_id.startswith("site.")


def _standing(row: R, read: Mapping[tuple[str, str], Read]) -> R:
    if row.status in (Status.UNKNOWN, Status.TRAINING_COMPUTED):
        return row
    found = read.get((row.row_id, digest_of(row)))
    if found is None:
        return replace(row, status=Status.UNVERIFIED, verified_by="", verified_at=None)
    status = Status.SITE if is_own(row) else Status.VERIFIED
    return replace(row, status=status, verified_by=found.by, verified_at=found.on)
