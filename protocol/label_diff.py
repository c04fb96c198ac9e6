"""What differs between two label sets, row by row."""

from dataclasses import dataclass
from typing import Literal

from .label import Label
from .label_facts import as_text, kind_of, place_of, values_of
from .label_rows import Row, Status

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class Change:
    """One row. `fields` are (name, old, new) as text; what is unknown is ""."""

    kind: Kind
    table: str
    old: Row | None
    new: Row | None
    fields: tuple[tuple[str, str, str], ...] = ()

    @property
    def row(self) -> Row:
        """The row to name: the new one, or the one that goes."""
        row = self.new or self.old
        assert row is not None, "a change has a row"
        return row


def changes(old: Label, new: Label) -> tuple[Change, ...]:
    """Rows added, changed and removed, in the order of the new set, then of the old.

    Rows answer to each other by what they speak of, not by their names."""
    before = {place_of(row): row for row in old.rows}
    after = {place_of(row): row for row in new.rows}
    found = [_change(before.get(place), row) for place, row in after.items()]
    gone = [Change("removed", kind_of(r), r, None) for p, r in before.items() if p not in after]
    return (*(one for one in found if one), *gone)


def _change(old: Row | None, new: Row) -> Change | None:
    if old is None:
        return Change("added", kind_of(new), None, new)
    fields = tuple(
        (name, was, now)
        for (name, was), now in zip(_said(old).items(), _said(new).values(), strict=True)
        if was != now
    )
    return Change("changed", kind_of(new), old, new, fields) if fields else None


def _said(row: Row) -> dict[str, str]:
    """Values and our sentences; a row that becomes known or unknown has changed as well."""
    texts = ("phase", "supervision_text", "window_text", "same_cycle_text", "text")
    words = {name: as_text(getattr(row, name)) for name in texts if hasattr(row, name)}
    known = "" if row.status is Status.UNKNOWN else "known"
    return {**values_of(row), **words, "known": known}
