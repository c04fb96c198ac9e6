"""What the protocol tests share: moments, patients, the sets, and short ways to ask the core."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from protocol.bags import BagRecipe, Refused, lengths, recipe
from protocol.dosing import DoseStep, dose_steps
from protocol.label import Label, label_ids, load
from protocol.stops import HardStop, Stop

TRAINING = load("training-us-current")
US = load("us-pi-current")
US_2014 = load("us-pi-2014")
US_2017 = load("us-pi-2017")
EU = load("eu-smpc")
SETS = [load(label_id) for label_id in label_ids()]

MONDAY = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
ADULT = Decimal(70)
CHILD = Decimal(20)


def d(number: object) -> Decimal:
    return Decimal(str(number))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


def steps(label: Label = US, *, indication="rr", cycle_no=1, weight=ADULT, bsa=None):
    return dose_steps(label, indication=indication, cycle_no=cycle_no, weight_kg=weight, bsa_m2=bsa)


def full_dose(label: Label = TRAINING, *, weight=ADULT, bsa=None) -> DoseStep:
    """28 mcg/day, or 15 mcg/m2/day for a light patient."""
    return steps(label, cycle_no=2, weight=weight, bsa=bsa)[0]


def low_dose(label: Label = TRAINING, *, weight=ADULT, bsa=None) -> DoseStep:
    """9 mcg/day, or 5 mcg/m2/day for a light patient."""
    return steps(label, weight=weight, bsa=bsa)[0]


def bag(
    hours: int, label: Label = TRAINING, *, dose=None, weight=ADULT, bsa=None, training=True
) -> BagRecipe:
    step = dose or full_dose(label, weight=weight, bsa=bsa)
    return recipe(label, dose=step, weight_kg=weight, bsa_m2=bsa, hours=hours, training=training)


def offered(label: Label = TRAINING, *, dose=None, weight=ADULT, bsa=None, training=True):
    step = dose or full_dose(label, weight=weight, bsa=bsa)
    found = lengths(label, dose=step, weight_kg=weight, bsa_m2=bsa, training=training)
    return {one.hours: one for one in found}


def makeable(found: dict[int, BagRecipe | Refused]) -> list[int]:
    return [hours for hours, one in found.items() if isinstance(one, BagRecipe)]


def stops_of(ask) -> tuple[Stop, ...]:
    """The stops `ask` is refused with; fails when it is not refused."""
    with pytest.raises(HardStop) as refused:
        ask()
    return refused.value.stops


def codes_of(ask) -> list[str]:
    return [stop.code for stop in stops_of(ask)]
