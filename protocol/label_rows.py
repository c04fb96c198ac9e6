"""The rows of a label set. Every row says which it is, how sure we are, and who says so."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .stops import HardStop, Stop


class Status(StrEnum):
    """How far a row may be used: only a row that was read twice makes a bag for a patient."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    UNKNOWN = "unknown"
    TRAINING_COMPUTED = "training-computed"
    SITE = "site-protocol"  # never in a file: a site's own row that two of its people read


@dataclass(frozen=True, kw_only=True)
class Row:
    """What every row carries. `confidence` is V, V2, C, X or R as in labels/README.md."""

    row_id: str
    status: Status
    source: str
    confidence: str
    verified_by: str = ""
    verified_at: date | None = None
    note: str = ""

    def refuse(self, training: bool) -> Stop | None:
        """The reason why this row may not drive a bag, or None. Unknown rows never may."""
        if self.status in (Status.VERIFIED, Status.SITE):
            return None
        if self.status is Status.UNKNOWN:
            return self._stop("label.row_unknown", self._unknown())
        if training:
            return None
        message = (
            f"Row {self.row_id} is {self.status} and may only be used in training. Two pharmacists"
            " must read it in the current label and verify it first."
        )
        return self._stop("label.row_unverified", message)

    def refuse_planning(self) -> Stop | None:
        """The reason why this row may not even plan: it is unknown, or only remembered."""
        if self.status is Status.UNKNOWN:
            return self._stop("label.row_unknown", self._unknown())
        if self.status is Status.UNVERIFIED and not self.confidence.startswith("V"):
            return self.refuse(training=False)
        return None

    def for_planning(self) -> None:
        """Raise HardStop, naming this row, when it may not plan."""
        stop = self.refuse_planning()
        if stop:
            raise HardStop(stop)

    def _stop(self, code: str, message: str) -> Stop:
        return Stop(code, message, self.source, field="label", row_id=self.row_id)

    def _unknown(self) -> str:
        return (
            f"Row {self.row_id} is not known in this label set. Choose another length or label"
            " set, or ask pharmacy to read the current label."
        )


@dataclass(frozen=True, kw_only=True)
class CourseRow(Row):
    cycle_hours: int
    fixed_dose_from_kg: Decimal
    adult_from_years: int


@dataclass(frozen=True, kw_only=True)
class DoseRow(Row):
    """Dose of one stretch of infusion hours, for patients of fixed and of per-m2 dose."""

    indication: str
    first_cycle: int
    last_cycle: int
    from_hour: int
    to_hour: int
    fixed_mcg_per_day: Decimal | None = None
    per_m2_mcg_per_day: Decimal | None = None
    cap_mcg_per_day: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class CycleRow(Row):
    """What belongs to a cycle beside its dose. `supervised_days` is first and last day, or ()."""

    indication: str
    first_cycle: int
    last_cycle: int
    phase: str
    treatment_free_days: int
    supervised_days: tuple[int, ...] = ()
    supervision_text: str


@dataclass(frozen=True, kw_only=True)
class PremedicationRow(Row):
    """Premedication of one population at one kind of event. `needed`: yes, no or ask."""

    population: str
    indication: str
    event: str
    first_cycle: int
    last_cycle: int
    needed: str
    drug: str = ""
    dose_mg: Decimal | None = None
    mg_per_m2: Decimal | None = None
    max_mg: Decimal | None = None
    route: str = ""
    window_text: str = ""
    timing: str = "before"
    minutes_before: int | None = None
    alternatives: tuple[str, ...] = ()
    text: str


@dataclass(frozen=True, kw_only=True)
class DurationRow(Row):
    """One run length: rate, volumes, and whether the bag is preserved."""

    hours: int
    rate_ml_per_h: Decimal
    preservative: bool
    made_ml: Decimal | None = None
    filter_required: bool | None = None
    preservative_from_kg: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class BagRow(Row):
    """Composition of one bag: a fixed daily dose, or a per-m2 dose in one half-open BSA band."""

    hours: int
    basis: str
    dose_mcg: Decimal
    bsa_from: Decimal | None = None
    bsa_to: Decimal | None = None
    reconstituted_ml: Decimal | None = None
    vials: int | None = None
    stabiliser_ml: Decimal | None = None
    saline_ml: Decimal | None = None
    bacteriostatic_saline_ml: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class StorageRow(Row):
    """How long a thing keeps. `hours` are the bag lengths it speaks of; () means any length."""

    item: str
    preservative: bool = False
    hours: tuple[int, ...] = ()
    room_hours: int | None = None
    cold_hours: int | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ReconstitutionRow(Row):
    water_ml_per_vial: Decimal
    mcg_per_ml: Decimal
    withdrawable_ml_per_vial: Decimal


@dataclass(frozen=True, kw_only=True)
class RestartRow(Row):
    """What a gap in the infusion changes, and when."""

    supervised_from_minutes: int
    supervision_text: str
    same_cycle_hours: int
    same_cycle_causes: tuple[str, ...]
    same_cycle_text: str
