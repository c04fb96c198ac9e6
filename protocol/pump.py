"""The pump program of a bag, and what is wrong with one that was typed in.

Nothing here tells the right answer: a person who reads a bag back blind must not be led to it.
"""

from dataclasses import dataclass
from decimal import Decimal

from .bags import BagRecipe
from .stops import Stop
from .units import HOURS_PER_DAY, ml

CITATION = "Infuse at the rate on the pharmacy bag label"
CONSISTENT_WITHIN = Decimal("0.01")
NAMES = ("rate", "volume", "run time")
FIELDS = {"rate": "rate_ml_per_h", "volume": "volume_ml", "run time": "duration_h"}
READ_AGAIN = "Read the bag label again and enter what you read."


@dataclass(frozen=True)
class Program:
    rate_ml_per_h: Decimal
    volume_ml: Decimal
    duration_h: Decimal


def expected(recipe: BagRecipe) -> Program:
    """The program that infuses a whole bag: mL/h, mL to be infused, h."""
    return Program(recipe.rate_ml_per_h, recipe.infused_ml, Decimal(recipe.hours))


def ml_per_day(rate: Decimal) -> Decimal:
    """A rate in mL/h as mL/day, to show beside it."""
    return ml(rate * HOURS_PER_DAY)


def differences(expected: Program, entered: Program) -> tuple[Stop, ...]:
    """Everything wrong with an entered program, most telling first; empty when it is the bag's.

    Names ten-fold, swapped and per-day errors; rate x duration must be the volume within 1 %.
    """
    swapped = _swapped(expected, entered)
    found = [
        swapped,
        None if swapped else _rate(expected, entered.rate_ml_per_h),
        None if swapped else _volume(expected, entered.volume_ml),
        None if swapped else _duration(expected, entered.duration_h),
        _inconsistent(entered),
    ]
    return tuple(stop for stop in found if stop)


def _swapped(expected: Program, entered: Program) -> Stop | None:
    """The right numbers, but in each other's fields."""
    right, given = _numbers(expected), _numbers(entered)
    if given == right or sorted(given) != sorted(right):
        return None
    wrong = [name for name, a, b in zip(NAMES, right, given, strict=True) if a != b]
    message = f"The {' and '.join(wrong)} are in each other's fields."
    return _stop("swapped", message, FIELDS[wrong[0]])


def _numbers(program: Program) -> tuple[Decimal, Decimal, Decimal]:
    return program.rate_ml_per_h, program.volume_ml, program.duration_h


def _rate(expected: Program, rate: Decimal) -> Stop | None:
    right = expected.rate_ml_per_h
    if rate == right:
        return None
    if rate == right * 10:
        return _stop("rate_tenfold", "This is ten times the label rate.", "rate_ml_per_h")
    if rate * 10 == right:
        return _stop("rate_tenth", "This is one tenth of the label rate.", "rate_ml_per_h")
    if rate == ml_per_day(right):
        message = "This is the volume of a day, not of an hour."
        return _stop("rate_per_day", message, "rate_ml_per_h")
    return _stop("rate_differs", "The pump rate differs from the bag label.", "rate_ml_per_h")


def _volume(expected: Program, volume: Decimal) -> Stop | None:
    right = expected.volume_ml
    if volume == right:
        return None
    if volume in (right * 10, right / 10):
        message = "The volume is ten times too large or too small: check the decimal point."
        return _stop("volume_tenfold", message, "volume_ml")
    return _stop("volume_differs", "The volume differs from the bag label.", "volume_ml")


def _duration(expected: Program, duration: Decimal) -> Stop | None:
    if duration == expected.duration_h:
        return None
    return _stop("duration_differs", "The run time differs from the bag label.", "duration_h")


def _inconsistent(entered: Program) -> Stop | None:
    product = entered.rate_ml_per_h * entered.duration_h
    if abs(product - entered.volume_ml) <= entered.volume_ml * CONSISTENT_WITHIN:
        return None
    return _stop("inconsistent", "Rate times run time does not give the volume.", "volume_ml")


def _stop(code: str, message: str, field: str) -> Stop:
    return Stop(f"pump.{code}", f"{message} {READ_AGAIN}", CITATION, field=field)
