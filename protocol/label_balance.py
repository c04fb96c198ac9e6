"""What a bag row delivers, against the dose it is for: a row outside the band was mistyped."""

from decimal import Decimal

from .bags import delivered_mcg_per_day
from .label import Label
from .label_rows import BagRow
from .stops import HardStop, Stop
from .units import plain

# Percent; see labels/README.md, step 5. Not a clinical limit.
LEAST, MOST = Decimal(-8), Decimal(3)
CENTI = Decimal("0.01")


def check_balance(label: Label, row: BagRow) -> None:
    """Raises HardStop when the set has no rate for the length of this bag, when what it delivers
    a day is not the dose it is for, or when its vials do not hold the volume."""
    rate = next((one.rate_ml_per_h for one in label.durations if one.hours == row.hours), None)
    if rate is None:
        message = f"There is no {row.hours} h bag length in this set. Add the bag length first."
        raise HardStop(Stop("label.no_length", message, field="hours"))
    drug, rest = row.reconstituted_ml, (row.stabiliser_ml, row.saline_ml)
    assert drug is not None and row.vials is not None, "a bag row in use gives its amounts"
    base = sum((ml or Decimal(0) for ml in rest), row.bacteriostatic_saline_ml)
    strength = label.reconstitution.mcg_per_ml
    delivered = delivered_mcg_per_day(drug, base, rate, mcg_per_ml=strength)
    wanted = wanted_mcg_per_day(row)
    if not LEAST <= (delivered / wanted - 1) * 100 <= MOST:
        message = (
            f"This bag would deliver {plain(delivered)} mcg/day and is for {plain(wanted)}."
            " Check the volumes and the rate."
        )
        raise HardStop(Stop("label.balance", message, field="reconstituted_ml"))
    if row.vials * label.reconstitution.withdrawable_ml_per_vial < drug:
        message = f"{row.vials} vials do not hold {plain(drug)} mL. Check the number of vials."
        raise HardStop(Stop("label.too_few_vials", message, field="vials"))


def wanted_mcg_per_day(row: BagRow) -> Decimal:
    """The daily dose a row is for: of a band, the one at its middle."""
    if row.bsa_from is None or row.bsa_to is None:
        return row.dose_mcg
    return row.dose_mcg * (row.bsa_from + row.bsa_to - CENTI) / 2
