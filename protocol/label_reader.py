"""From the tables of a label file to typed rows. Anything the row does not know is refused."""

from dataclasses import MISSING, fields
from decimal import Decimal
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from .label_rows import BagRow, Row, Status

T = TypeVar("T")
R = TypeVar("R", bound=Row)

WORDS = {
    "indication": ("rr", "mrd", "consolidation"),
    "population": ("adult", "child"),
    "event": ("cycle_start", "step", "restart"),
    "needed": ("yes", "no", "ask"),
    "timing": ("at_least", "within", "before"),
    "basis": ("fixed", "bsa"),
    "item": ("bag", "reconstituted_vial"),
}
NEEDED_IN_USE = {
    "BagRow": ("reconstituted_ml", "vials", "stabiliser_ml", "saline_ml"),
    "StorageRow": ("room_hours", "cold_hours"),
}


def one(kind: type[R], data: object) -> R:
    """One row from one table; raises ValueError for unknown keys or a verified row unsigned."""
    row = built(kind, data)
    if row.status is Status.SITE:
        raise ValueError(f"row {row.row_id} is a site's own: no file holds it")
    if row.status is Status.VERIFIED and not (row.verified_by and row.verified_at):
        raise ValueError(f"row {row.row_id} is verified, but by whom and when is not said")
    if row.status is not Status.UNKNOWN:
        _refuse_empty(row)
    return row


def rows(kind: type[R], data: object) -> tuple[R, ...]:
    """Rows from an array of tables."""
    return tuple(one(kind, item) for item in _tables(data))


def document_rows(kind: type[T], data: object) -> tuple[T, ...]:
    """Sources from an array of tables."""
    return tuple(built(kind, item) for item in _tables(data))


def bag_rows(data: object) -> tuple[BagRow, ...]:
    """Bags are written in groups of one length and dose; each band becomes a row of its own."""
    found: list[BagRow] = []
    for group in _tables(data):
        shared = {name: value for name, value in group.items() if name != "bands"}
        bands = _tables(group.get("bands", [{}]))
        found += [one(BagRow, {**shared, **_named(group, band)}) for band in bands]
    return tuple(found)


def restamped(data: object, status: str) -> object:
    """The same tables with another status; what is unknown stays unknown."""
    if isinstance(data, list):
        return [restamped(item, status) for item in data]
    row = _table(data)
    return row if row.get("status") == Status.UNKNOWN else {**row, "status": status}


def built(kind: type[T], data: object, **ready: object) -> T:
    """A dataclass from a table and from values already `ready`.

    Raises ValueError for keys it does not know, keys missing, and values of the wrong kind.
    """
    table = _table(data)
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    _refuse(kind, "does not know", set(table) - (set(known) - set(ready)))
    needed = {n for n, f in known.items() if f.default is MISSING}
    _refuse(kind, "misses", needed - set(table) - set(ready))
    hints = get_type_hints(kind)
    given = {name: _value(name, hints[name], value) for name, value in table.items()}
    return kind(**given, **ready)


def _named(group: dict[str, Any], band: dict[str, Any]) -> dict[str, Any]:
    """A band is called after its group and its lower end."""
    if "bsa_from" not in band:
        return band
    return {"row_id": f"{group['row_id']}.{band['bsa_from']}", **band}


def _table(data: object) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ValueError(f"expected a table, not {data!r}")
    return data


def _tables(data: object) -> list[dict[str, Any]]:
    if not isinstance(data, list):
        raise ValueError(f"expected an array of tables, not {data!r}")
    return [_table(item) for item in data]


def _refuse(kind: type[Any], what: str, names: set[str]) -> None:
    if names:
        raise ValueError(f"{kind.__name__} {what} {', '.join(sorted(names))}")


def _refuse_empty(row: Row) -> None:
    """A row that may come into use gives every amount; one that cannot is marked unknown."""
    for name in NEEDED_IN_USE.get(type(row).__name__, ()):
        if getattr(row, name) is None:
            raise ValueError(f"row {row.row_id} is {row.status} but gives no {name}")


def _value(name: str, hint: Any, value: Any) -> Any:
    """Whole numbers become Decimal where the row wants one; lists become tuples."""
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if name in WORDS and value not in WORDS[name]:
        raise ValueError(f"{name} is one of {', '.join(WORDS[name])}, not {value!r}")
    if Decimal in kinds and type(value) in (int, Decimal):
        return Decimal(value)
    if get_origin(hint) is tuple and isinstance(value, list):
        return _items(name, hint, value)
    if hint is Status:
        return Status(value)
    if type(value) not in kinds:
        raise ValueError(f"{name} cannot be {value!r}")
    return value


def _items(name: str, hint: Any, value: list[Any]) -> tuple[Any, ...]:
    if any(type(item) is not get_args(hint)[0] for item in value):
        raise ValueError(f"{name} cannot hold {value!r}")
    return tuple(value)
