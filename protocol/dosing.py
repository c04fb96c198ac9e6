"""Which dose is due in which infusion hour: fixed from 45 kg on, by body surface below."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .label import Label, Status
from .label_rows import CycleRow, DoseRow
from .stops import HardStop, Stop
from .units import mcg, plain, positive, round_bsa

Indication = Literal["rr", "mrd", "consolidation"]
NAMES = {
    "rr": "relapsed or refractory",
    "mrd": "MRD-positive",
    "consolidation": "consolidation phase",
}


@dataclass(frozen=True)
class DoseStep:
    """One stretch of constant dose, infusion hours `from_hour` (included) to `to_hour` (not).

    `per_m2_mcg_per_day` is set when `basis` is "bsa"; `alerts` are sentences to show.
    """

    from_hour: int
    to_hour: int
    mcg_per_day: Decimal
    basis: Literal["fixed", "bsa"]
    formula: str
    source: str
    row_id: str
    status: Status
    capped: bool
    alerts: tuple[str, ...] = ()
    per_m2_mcg_per_day: Decimal | None = None


def dose_steps(
    label: Label,
    *,
    indication: str,
    cycle_no: int,
    weight_kg: Decimal,
    bsa_m2: Decimal | None,
) -> tuple[DoseStep, ...]:
    """The dose steps of one cycle in mcg/day, in order, covering every hour of it.

    Weight is the actual weight in kg; body surface (m2, rounded to two decimals here) is needed
    below the fixed-dose weight only. Raises HardStop when the label set has no such cycle, when
    a row is unknown or only remembered, and when weight or body surface is missing.
    """
    positive(weight_kg, field="weight_kg", unit="kilograms")
    rows = [row for row in label.doses if _covers(row, indication, cycle_no)]
    if not rows:
        raise HardStop(no_such_cycle(label, indication, cycle_no))
    fixed = weight_kg >= label.course.fixed_dose_from_kg
    bsa = None if fixed else _needed_bsa(label, bsa_m2)
    ordered = sorted(rows, key=lambda row: row.from_hour)
    return tuple(_step(row, bsa) for row in ordered)


def dose_at(steps: Sequence[DoseStep], elapsed_hours: Decimal | int) -> DoseStep:
    """The step due at an elapsed infusion hour; the very end still belongs to the last step.

    Raises HardStop before the start and after the end of the cycle.
    """
    for step in steps:
        if step.from_hour <= elapsed_hours < step.to_hour:
            return step
    if steps and elapsed_hours == steps[-1].to_hour:
        return steps[-1]
    message = f"Infusion hour {elapsed_hours} lies outside this cycle. Check the infusion events."
    raise HardStop(Stop("dose.outside_cycle", message))


def no_such_cycle(label: Label, indication: str, cycle_no: int) -> Stop:
    """The refusal for a cycle that a label set does not have."""
    name = NAMES.get(indication, repr(indication))
    message = (
        f"{label.title} has no cycle {cycle_no} for {name}. Choose another cycle number,"
        " indication or label set."
    )
    return Stop("dose.no_such_cycle", message, field="cycle_no")


def _covers(row: DoseRow | CycleRow, indication: str, cycle_no: int) -> bool:
    return row.indication == indication and row.first_cycle <= cycle_no <= row.last_cycle


def _needed_bsa(label: Label, bsa_m2: Decimal | None) -> Decimal:
    if bsa_m2 is not None:
        return round_bsa(bsa_m2)
    limit = plain(label.course.fixed_dose_from_kg)
    message = f"Below {limit} kg the dose depends on body surface. Enter the height."
    raise HardStop(Stop("dose.bsa_missing", message, label.course.source, field="height_cm"))


def _step(row: DoseRow, bsa: Decimal | None) -> DoseStep:
    row.for_planning()
    return _fixed_step(row) if bsa is None else _bsa_step(row, bsa)


def _fixed_step(row: DoseRow) -> DoseStep:
    dose = _given(row, row.fixed_mcg_per_day)
    return DoseStep(
        from_hour=row.from_hour,
        to_hour=row.to_hour,
        mcg_per_day=dose,
        basis="fixed",
        formula=f"{plain(dose)} mcg/day, fixed dose",
        source=row.source,
        row_id=row.row_id,
        status=row.status,
        capped=False,
    )


def _bsa_step(row: DoseRow, bsa: Decimal) -> DoseStep:
    per_m2 = _given(row, row.per_m2_mcg_per_day)
    cap = _given(row, row.cap_mcg_per_day)
    raw = mcg(per_m2 * bsa)
    capped = raw > cap
    return DoseStep(
        from_hour=row.from_hour,
        to_hour=row.to_hour,
        mcg_per_day=min(raw, cap),
        basis="bsa",
        formula=_formula(per_m2, bsa, raw, cap),
        source=row.source,
        row_id=row.row_id,
        status=row.status,
        capped=capped,
        alerts=(_implausible(bsa),) if capped else (),
        per_m2_mcg_per_day=per_m2,
    )


def _given(row: DoseRow, value: Decimal | None) -> Decimal:
    """A dose the row must hold; raises HardStop, naming the row, when it is left open."""
    if value is None:
        message = f"Row {row.row_id} gives no dose for this weight. Ask the prescriber."
        raise HardStop(Stop("label.row_unknown", message, row.source, field="label"))
    return value


def _formula(per_m2: Decimal, bsa: Decimal, raw: Decimal, cap: Decimal) -> str:
    product = f"{plain(per_m2)} mcg/m2/day x {plain(bsa)} m2 = {plain(raw)} mcg/day"
    return product if raw <= cap else f"{product}, capped at {plain(cap)} mcg/day"


def _implausible(bsa: Decimal) -> str:
    return (
        f"implausible BSA for weight: {plain(bsa)} m2 reaches the dose cap. Measure height and"
        " weight again."
    )
