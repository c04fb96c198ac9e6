"""What a person reads of a label row: what names the row, and which of its values must be read.

Sentences of a row are our own words for these values and are not typed again; they belong to its
digest, so that a changed sentence has to be read again too."""

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal

from .label import Label
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
    StorageRow,
)
from .units import plain

Kind = Literal["number", "count", "yes_no", "words", "days"]
STANDING = {"status", "verified_by", "verified_at"}


@dataclass(frozen=True)
class Fact:
    """One value of a row: the name of its attribute, its unit ("" for none) and how it is typed."""

    name: str
    unit: str = ""
    kind: Kind = "number"


TITLES = {
    CourseRow: (),
    DoseRow: ("indication", "first_cycle", "last_cycle", "from_hour", "to_hour"),
    CycleRow: ("indication", "first_cycle", "last_cycle"),
    PremedicationRow: ("indication", "population", "event", "first_cycle", "last_cycle"),
    DurationRow: ("hours",),
    BagRow: ("hours", "basis", "dose_mcg", "bsa_from", "bsa_to"),
    StorageRow: ("item", "preservative", "hours"),
    ReconstitutionRow: (),
    RestartRow: (),
}

FACTS: dict[type[Row], tuple[Fact, ...]] = {
    CourseRow: (
        Fact("cycle_hours", "h", "count"),
        Fact("fixed_dose_from_kg", "kg"),
        Fact("adult_from_years", "years", "count"),
    ),
    DoseRow: (
        Fact("fixed_mcg_per_day", "mcg/day"),
        Fact("per_m2_mcg_per_day", "mcg/m2/day"),
        Fact("cap_mcg_per_day", "mcg/day"),
    ),
    CycleRow: (
        Fact("treatment_free_days", "days", "count"),
        Fact("supervised_days", "days", "days"),
    ),
    PremedicationRow: (
        Fact("needed", kind="words"),
        Fact("drug", kind="words"),
        Fact("dose_mg", "mg"),
        Fact("mg_per_m2", "mg/m2"),
        Fact("max_mg", "mg"),
        Fact("route", kind="words"),
        Fact("timing", kind="words"),
        Fact("minutes_before", "min", "count"),
        Fact("alternatives", kind="words"),
    ),
    DurationRow: (
        Fact("rate_ml_per_h", "mL/h"),
        Fact("preservative", kind="yes_no"),
        Fact("made_ml", "mL"),
        Fact("filter_required", kind="yes_no"),
        Fact("preservative_from_kg", "kg"),
    ),
    BagRow: (
        Fact("reconstituted_ml", "mL"),
        Fact("vials", kind="count"),
        Fact("stabiliser_ml", "mL"),
        Fact("saline_ml", "mL"),
        Fact("bacteriostatic_saline_ml", "mL"),
    ),
    StorageRow: (Fact("room_hours", "h", "count"), Fact("cold_hours", "h", "count")),
    ReconstitutionRow: (
        Fact("water_ml_per_vial", "mL"),
        Fact("mcg_per_ml", "mcg/mL"),
        Fact("withdrawable_ml_per_vial", "mL"),
    ),
    RestartRow: (
        Fact("supervised_from_minutes", "min", "count"),
        Fact("same_cycle_hours", "h", "count"),
        Fact("same_cycle_causes", kind="words"),
    ),
}

KINDS: dict[type[Row], str] = {
    CourseRow: "course",
    DoseRow: "dose",
    CycleRow: "cycle",
    PremedicationRow: "premedication",
    DurationRow: "duration",
    BagRow: "bag",
    StorageRow: "storage",
    ReconstitutionRow: "reconstitution",
    RestartRow: "restart",
}
ROW_OF_KIND = {name: kind for kind, name in KINDS.items()}


def kind_of(row: Row) -> str:
    """The table of the label file that the row stands in."""
    return KINDS[type(row)]


def facts_of(row: Row) -> tuple[Fact, ...]:
    """The values a reader types, in the order of the row."""
    return FACTS[type(row)]


def place_of(row: Row) -> tuple[object, ...]:
    """What the row speaks of: two rows of one place answer the same question."""
    return (kind_of(row), *(getattr(row, name) for name in TITLES[type(row)]))


def values_of(row: Row) -> dict[str, str]:
    """Each value as text that is equal when the value is: "" for one that is not stated. When
    nothing has to be given, nothing is said of when."""
    found = {fact.name: as_text(getattr(row, fact.name)) for fact in facts_of(row)}
    if found.get("needed") in ("no", "ask"):
        found["timing"] = ""
    return found


def as_text(value: object) -> str:
    """4.50 and 4.5 read the same, and so do two lists in another order and other letters' case.
    None of something and nothing said of it are the same."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == () or value == 0:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple | list) and all(isinstance(item, int) for item in value):
        return "-".join(str(item) for item in value)
    if isinstance(value, tuple | list):
        return ", ".join(sorted(as_text(item) for item in value))
    return " ".join(str(value).replace("_", " ").lower().split())


@cache
def digest_of(row: Row) -> str:
    """SHA-256 of everything the row says, but not of who verified it."""
    said = {f.name: _said(getattr(row, f.name)) for f in fields(row) if f.name not in STANDING}
    text = json.dumps({"kind": kind_of(row), **said}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_set(label: Label) -> str:
    """SHA-256 over every row of a set, whatever their order."""
    each = sorted(f"{row.row_id} {digest_of(row)}" for row in label.rows)
    return hashlib.sha256("\n".join(each).encode()).hexdigest()


def _said(value: object) -> object:
    if isinstance(value, tuple):
        return [_said(item) for item in value]
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value
