"""What goes into a bag. A bag is made from verified rows only; training may use computed ones."""

from dataclasses import dataclass
from decimal import Decimal

from .dosing import DoseStep
from .label import REFERENCE, Label, Status, load
from .label_rows import BagRow, DurationRow, Row
from .stability import storage_row
from .stops import HardStop, Stop
from .units import HOURS_PER_DAY, mcg, ml, plain, positive, round_bsa


@dataclass(frozen=True)
class BagRecipe:
    """One bag. `saline_ml` is preservative-free, `bacteriostatic_saline_ml` is preserved saline;
    `water_ml` reconstitutes the vials. `filter_required` None: pharmacy must say.
    """

    hours: int
    dose_mcg_per_day: Decimal
    rate_ml_per_h: Decimal
    infused_ml: Decimal
    reconstituted_ml: Decimal
    vials: int
    stabiliser_ml: Decimal
    saline_ml: Decimal
    bacteriostatic_saline_ml: Decimal
    water_ml: Decimal
    made_ml: Decimal
    drug_mcg: Decimal
    preservative: bool
    filter_required: bool | None
    row_id: str
    source: str
    status: Status


@dataclass(frozen=True)
class Refused:
    """A length that cannot be made for this patient, and the first reason."""

    hours: int
    stop: Stop


def recipe(
    label: Label,
    *,
    dose: DoseStep,
    weight_kg: Decimal,
    bsa_m2: Decimal | None,
    hours: int,
    training: bool,
) -> BagRecipe:
    """The bag of `hours` run length for this dose and patient.

    Raises HardStop naming the row: unknown always, unverified or training-computed outside
    training; also below the weight limit for preservative and when no row or BSA band fits.
    """
    positive(weight_kg, field="weight_kg", unit="kilograms")
    duration = _duration(label, hours)
    stops = _too_light(duration, weight_kg)
    row = _bag_row(label, dose, bsa_m2, hours, stops)
    storage = storage_row(label, preservative=duration.preservative, hours=hours)
    stops += _unusable((duration, row, storage, label.reconstitution), training)
    if stops:
        raise HardStop(*stops)
    return _filled(label, dose, duration, row)


def lengths(
    label: Label,
    *,
    dose: DoseStep,
    weight_kg: Decimal,
    bsa_m2: Decimal | None,
    training: bool,
) -> tuple[BagRecipe | Refused, ...]:
    """Every length the label set names, shortest first: a recipe, or why there is none."""
    return tuple(
        _recipe_or_refusal(label, dose, weight_kg, bsa_m2, hours, training)
        for hours in sorted(duration.hours for duration in label.durations)
    )


def delivered_mcg_per_day(
    reconstituted_ml: Decimal, base_ml: Decimal, rate: Decimal, *, mcg_per_ml: Decimal | None = None
) -> Decimal:
    """Mass balance: what a bag of V mL drug in `base_ml` mL of everything else delivers a day.

    V x strength / (base + V) x mL/h x 24, in mcg/day to 0.01. The strength after reconstitution
    (mcg/mL) is that of the reference set unless given.
    """
    strength = mcg_per_ml or load(REFERENCE).reconstitution.mcg_per_ml
    concentration = reconstituted_ml * strength / (base_ml + reconstituted_ml)
    return mcg(concentration * rate * HOURS_PER_DAY)


def _recipe_or_refusal(
    label: Label,
    dose: DoseStep,
    weight_kg: Decimal,
    bsa_m2: Decimal | None,
    hours: int,
    training: bool,
) -> BagRecipe | Refused:
    try:
        return recipe(
            label, dose=dose, weight_kg=weight_kg, bsa_m2=bsa_m2, hours=hours, training=training
        )
    except HardStop as refusal:
        return Refused(hours, refusal.stops[0])


def _duration(label: Label, hours: int) -> DurationRow:
    for row in label.durations:
        if row.hours == hours:
            return row
    message = f"{label.title} names no {hours} h bag. Choose another length."
    raise HardStop(Stop("bag.no_such_length", message, field="hours"))


def _too_light(duration: DurationRow, weight_kg: Decimal) -> list[Stop]:
    limit = duration.preservative_from_kg
    if limit is None or weight_kg >= limit:
        return []
    message = (
        f"The {duration.hours} h bag holds preservative and is not for patients below"
        f" {plain(limit)} kg. Choose a preservative-free length."
    )
    return [Stop("bag.preservative_weight", message, duration.source, field="hours")]


def _bag_row(
    label: Label, dose: DoseStep, bsa_m2: Decimal | None, hours: int, before: list[Stop]
) -> BagRow:
    """The composition row; raises HardStop, after the stops found before, when none fits."""
    amount = dose.mcg_per_day if dose.basis == "fixed" else dose.per_m2_mcg_per_day
    of_dose = [
        row
        for row in label.bags
        if (row.hours, row.basis, row.dose_mcg) == (hours, dose.basis, amount)
    ]
    fitting = [row for row in of_dose if _in_band(row, bsa_m2)]
    if fitting:
        return fitting[0]
    stop = _no_band(label, hours, bsa_m2) if of_dose else _no_dose(label, hours, dose)
    raise HardStop(*before, stop)


def _in_band(row: BagRow, bsa_m2: Decimal | None) -> bool:
    if row.bsa_from is None or row.bsa_to is None:
        return True
    return bsa_m2 is not None and row.bsa_from <= round_bsa(bsa_m2) < row.bsa_to


def _no_band(label: Label, hours: int, bsa_m2: Decimal | None) -> Stop:
    surface = "a missing body surface" if bsa_m2 is None else f"{plain(round_bsa(bsa_m2))} m2"
    message = (
        f"{label.title} has no {hours} h bag row for {surface}. Check height and weight, then"
        " ask pharmacy."
    )
    return Stop("bag.no_bsa_band", message, field="hours")


def _no_dose(label: Label, hours: int, dose: DoseStep) -> Stop:
    per_m2 = dose.per_m2_mcg_per_day
    amount = f"{plain(per_m2)} mcg/m2/day" if per_m2 else f"{plain(dose.mcg_per_day)} mcg/day"
    message = f"{label.title} has no {hours} h bag for {amount}. Choose another length."
    return Stop("bag.no_row", message, field="hours")


def _unusable(rows: tuple[Row, ...], training: bool) -> list[Stop]:
    return [stop for row in rows if (stop := row.refuse(training))]


def _filled(label: Label, dose: DoseStep, duration: DurationRow, row: BagRow) -> BagRecipe:
    vial = label.reconstitution
    drug, vials = row.reconstituted_ml, row.vials
    stabiliser, saline = row.stabiliser_ml, row.saline_ml
    assert drug is not None and vials is not None, f"{row.row_id} is usable but has no drug volume"
    assert stabiliser is not None and saline is not None, f"{row.row_id} has no diluent volume"
    return BagRecipe(
        hours=duration.hours,
        dose_mcg_per_day=dose.mcg_per_day,
        rate_ml_per_h=duration.rate_ml_per_h,
        infused_ml=ml(duration.rate_ml_per_h * duration.hours),
        reconstituted_ml=drug,
        vials=vials,
        stabiliser_ml=stabiliser,
        saline_ml=saline,
        bacteriostatic_saline_ml=row.bacteriostatic_saline_ml,
        water_ml=vial.water_ml_per_vial * vials,
        made_ml=drug + stabiliser + saline + row.bacteriostatic_saline_ml,
        drug_mcg=mcg(drug * vial.mcg_per_ml),
        preservative=duration.preservative,
        filter_required=duration.filter_required,
        row_id=row.row_id,
        source=row.source,
        status=row.status,
    )
