"""Dated label sets. `load` one by its key; a running cycle keeps the one it was started with."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from .label_reader import bag_rows, built, document_rows, one, restamped, rows
from .label_rows import (
    BagRow,
    CourseRow,
    CycleRow,
    DoseRow,
    DurationRow,
    PremedicationRow,
    ReconstitutionRow,
    RestartRow,
    Row,
    Status,
    StorageRow,
)
from .stops import HardStop, Stop

__all__ = ["Document", "Label", "Status", "label_ids", "load", "newest", "parse"]

REFERENCE = "us-pi-current"
FOLDER = Path(__file__).parent / "labels"
RULES = ("course", "dose", "cycle", "premedication", "restart", "reconstitution")
TABLES = (*RULES, "duration", "bag", "storage")


@dataclass(frozen=True, kw_only=True)
class Document:
    """Where rows were read."""

    source: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Label:
    """One label set: what may be given to whom, from one jurisdiction and one date on."""

    id: str
    title: str
    jurisdiction: str
    revision: str
    effective_from: date
    is_training: bool
    documents: tuple[Document, ...]
    course: CourseRow
    doses: tuple[DoseRow, ...]
    cycles: tuple[CycleRow, ...]
    premedications: tuple[PremedicationRow, ...]
    durations: tuple[DurationRow, ...]
    bags: tuple[BagRow, ...]
    storage: tuple[StorageRow, ...]
    reconstitution: ReconstitutionRow
    restart: RestartRow

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row, for review pages and tests."""
        single: tuple[Row, ...] = (self.course, self.reconstitution, self.restart)
        many = self.doses + self.cycles + self.premedications
        return (*single, *many, *self.durations, *self.bags, *self.storage)


def label_ids() -> list[str]:
    """Keys of the label sets in the folder, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def load(label_id: str) -> Label:
    """Read one label set; raises HardStop for an unknown key and ValueError for a faulty file."""
    if label_id not in label_ids():
        message = f"There is no label set {label_id!r}. Choose one of {', '.join(label_ids())}."
        raise HardStop(Stop("label.unknown_set", message, field="label"))
    label = parse(_read(label_id))
    if label.id != label_id:
        raise ValueError(f"the file {label_id}.toml holds the label set {label.id}")
    return label


def newest(on: date, jurisdiction: str, *, training: bool = False) -> Label:
    """The set of a jurisdiction in force on a date; raises HardStop when there is none.

    A training set is found only when `training`, a real one only when not.
    """
    sets = [s for s in map(load, label_ids()) if s.is_training is training]
    in_force = [s for s in sets if s.jurisdiction == jurisdiction and s.effective_from <= on]
    if not in_force:
        message = f"No label set of {jurisdiction} is in force on {on.isoformat()}."
        raise HardStop(Stop("label.none_in_force", message, field="label"))
    return max(in_force, key=lambda label: label.effective_from)


def parse(data: dict[str, object]) -> Label:
    """Build a Label from the contents of its file; raises ValueError for anything not known."""
    own = {name: value for name, value in data.items() if name != "inherit"}
    tables = {**_inherited(data.get("inherit")), **own}
    _check_names("unknown tables", set(tables) - {"label", "document", *TABLES})
    _check_names("missing tables", {"label", "document", *TABLES} - set(tables))
    label = built(
        Label,
        tables["label"],
        documents=document_rows(Document, tables["document"]),
        course=one(CourseRow, tables["course"]),
        doses=rows(DoseRow, tables["dose"]),
        cycles=rows(CycleRow, tables["cycle"]),
        premedications=rows(PremedicationRow, tables["premedication"]),
        durations=rows(DurationRow, tables["duration"]),
        bags=bag_rows(tables["bag"]),
        storage=rows(StorageRow, tables["storage"]),
        reconstitution=one(ReconstitutionRow, tables["reconstitution"]),
        restart=one(RestartRow, tables["restart"]),
    )
    _check_unique(label)
    return label


def _read(label_id: str) -> dict[str, object]:
    text = (FOLDER / f"{label_id}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def _inherited(inherit: object) -> dict[str, object]:
    """Rules taken from another set, stamped with the status that the inheriting set gives them."""
    if inherit is None:
        return {}
    if not isinstance(inherit, dict) or set(inherit) != {"label", "status", "tables"}:
        raise ValueError("inherit names a label, a status and tables")
    parent = _read(inherit["label"])
    _check_names("tables to inherit that are missing", set(inherit["tables"]) - set(parent))
    return {name: restamped(parent[name], inherit["status"]) for name in inherit["tables"]}


def _check_names(what: str, names: set[str]) -> None:
    if names:
        raise ValueError(f"{what}: {', '.join(sorted(names))}")


def _check_unique(label: Label) -> None:
    ids = [row.row_id for row in label.rows]
    _check_names(f"row ids used twice in {label.id}", {i for i in ids if ids.count(i) > 1})
