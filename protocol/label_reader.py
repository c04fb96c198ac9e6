"""From the tables of a label file to typed rows. Anything the row does not know is refused."""

from dataclasses import fields
from decimal import Decimal
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from .label_rows import BagRow, Row, Status

T = TypeVar("T")
R = TypeVar("R", bound=Row)


def one(kind: type[R], data: object) -> R:
    """One row from one table; raises ValueError for unknown keys or a verified row unsigned."""
    row = _built(kind, data)
    if row.status is Status.VERIFIED and not (row.verified_by and row.verified_at):
        raise ValueError(f"row {row.row_id} is verified, but by whom and when is not said")
    return row


def rows(kind: type[R], data: object) -> tuple[R, ...]:
    """Rows from an array of tables."""
    return tuple(one(kind, item) for item in _tables(data))


def document_rows(kind: type[T], data: object) -> tuple[T, ...]:
    """Sources from an array of tables."""
    return tuple(_built(kind, item) for item in _tables(data))


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
    assert isinstance(data, dict)
    return data if data["status"] == Status.UNKNOWN else {**data, "status": status}


def _named(group: dict[str, Any], band: dict[str, Any]) -> dict[str, Any]:
    """A band is called after its group and its lower end."""
    if "bsa_from" not in band:
        return band
    return {"row_id": f"{group['row_id']}.{band['bsa_from']}", **band}


def _tables(data: object) -> list[dict[str, Any]]:
    assert isinstance(data, list), "expected an array of tables"
    return data


def _built(kind: type[T], data: object) -> T:
    assert isinstance(data, dict), "expected a table"
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    unknown = set(data) - known
    if unknown:
        raise ValueError(f"{kind.__name__} does not know {', '.join(sorted(unknown))}")
    hints = get_type_hints(kind)
    return kind(**{name: _value(hints[name], value) for name, value in data.items()})


def _value(hint: Any, value: Any) -> Any:
    """Whole numbers become Decimal where the row wants one; lists become tuples."""
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if Decimal in kinds:
        return Decimal(value)
    if get_origin(hint) is tuple:
        return tuple(value)
    return Status(value) if hint is Status else value
