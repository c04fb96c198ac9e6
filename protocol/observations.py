"""What an observation is called when it is compared with a published definition.

Only the inputs of the consensus grading of cytokine release are here. They say that somebody must
look, whatever grade follows: hypotension or hypoxia without fever is not that syndrome by its
table, and is told all the same. Where no definition could be read there is none: a person says
that a figure is outside what is expected for this patient.
"""

from dataclasses import dataclass
from decimal import Decimal

FEVER, LOW_PRESSURE, OXYGEN_GIVEN = "fever", "low_pressure", "oxygen_given"

# ASTCT consensus grading (Lee 2019): fever is a temperature of 38.0 °C or more.
FEVER_FROM_C = Decimal("38.0")
FEVER_SOURCE = "ASTCT consensus (Lee 2019): fever is 38.0 °C or more"

# Below these the upper pressure is hypotension. Under one year no definition could be read.
ADULT_BELOW_MMHG = 90
CHILD_BASE_MMHG, CHILD_PER_YEAR_MMHG = 70, 2
CHILD_FROM_YEARS, CHILD_TO_YEARS, ADULT_FROM_YEARS = 1, 10, 18
ADULT_SOURCE = "CRS grading table (PMC8021214, table 1): adults below 90 mmHg"
CHILD_SOURCE = (
    "Paediatric CRS guidance (nature s41571-018-0075-2, table 2): 1 to 10 years below "
    "70 + 2 x age, older children below 90 mmHg"
)

# Hypoxia is graded by the oxygen that is needed, not by the saturation.
OXYGEN_SOURCE = "ASTCT consensus (Lee 2019): hypoxia is graded by the oxygen device"
ROOM_AIR = ("room air", "ra", "air", "none", "no", "no oxygen")


@dataclass(frozen=True)
class PressureLimit:
    """Hypotension is an upper pressure below this, by this source."""

    below_mmhg: int
    source: str


@dataclass(frozen=True)
class Finding:
    """Something in one set of vital signs that a person must hear of."""

    kind: str
    field: str
    source: str


def is_fever(temperature_c: Decimal | None) -> bool:
    """Whether a temperature in °C counts as fever; one not taken does not."""
    return temperature_c is not None and temperature_c >= FEVER_FROM_C


def pressure_limit(age_years: int) -> PressureLimit | None:
    """The definition of hypotension at this age; None where none could be read."""
    if age_years < CHILD_FROM_YEARS:
        return None
    if age_years >= ADULT_FROM_YEARS:
        return PressureLimit(ADULT_BELOW_MMHG, ADULT_SOURCE)
    if age_years > CHILD_TO_YEARS:
        return PressureLimit(ADULT_BELOW_MMHG, CHILD_SOURCE)
    return PressureLimit(CHILD_BASE_MMHG + CHILD_PER_YEAR_MMHG * age_years, CHILD_SOURCE)


def is_on_oxygen(said: str) -> bool:
    """Whether the words about oxygen name a device; unknown words count as one."""
    return bool(said.strip()) and said.strip().strip(".").casefold() not in ROOM_AIR


def findings(
    *, temperature_c: Decimal | None, systolic_mmhg: int | None, oxygen: str, age_years: int
) -> tuple[Finding, ...]:
    """Each definition that is met, whether or not the others are."""
    found = []
    if is_fever(temperature_c):
        found.append(Finding(FEVER, "temperature_c", FEVER_SOURCE))
    limit = pressure_limit(age_years)
    if limit is not None and systolic_mmhg is not None and systolic_mmhg < limit.below_mmhg:
        found.append(Finding(LOW_PRESSURE, "systolic_mmhg", limit.source))
    if is_on_oxygen(oxygen):
        found.append(Finding(OXYGEN_GIVEN, "oxygen", OXYGEN_SOURCE))
    return tuple(found)
