"""Decimal only. Every rounding rule of the core is in this file, and all of them round half up."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from .stops import HardStop, Stop

HUNDREDTH = Decimal("0.01")
MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_PER_HOUR = Decimal(3_600_000_000)
HOURS_PER_DAY = 24


def _hundredths(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def mcg(value: Decimal) -> Decimal:
    """Micrograms to 0.01, which loses nothing of a per-m2 dose at a BSA of two decimals."""
    return _hundredths(value)


def mg(value: Decimal) -> Decimal:
    """Milligrams to 0.01."""
    return _hundredths(value)


def ml(value: Decimal) -> Decimal:
    """Millilitres to 0.01."""
    return _hundredths(value)


def plain(value: Decimal) -> str:
    """The number as people write it: no trailing zeros, no exponent (`11.10` becomes `11.1`)."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def hours(span: timedelta) -> Decimal:
    """Elapsed hours, exact to the microsecond."""
    return Decimal(span // MICROSECOND) / MICROSECONDS_PER_HOUR


def positive(value: Decimal, *, field: str, unit: str) -> Decimal:
    """Return the value, or raise HardStop when it is no finite number above zero.

    Raises TypeError for a binary fraction: those never reach a dose.
    """
    if not isinstance(value, Decimal):
        raise TypeError(f"{field} must be a Decimal, not {type(value).__name__}")
    if not value.is_finite() or value <= 0:
        message = f"{field} must be a number of {unit} above zero. Measure and enter it again."
        raise HardStop(Stop("measurement.not_positive", message, field=field))
    return value


def bsa_m2(weight_kg: Decimal, height_cm: Decimal) -> Decimal:
    """Body surface by Mosteller, sqrt(cm x kg / 3600), in m2 to two decimals.

    Raises HardStop when a measurement is not above zero. The labels read name no formula.
    """
    positive(weight_kg, field="weight_kg", unit="kilograms")
    positive(height_cm, field="height_cm", unit="centimetres")
    return _hundredths((weight_kg * height_cm / Decimal(3600)).sqrt())


def round_bsa(value: Decimal) -> Decimal:
    """A given body surface to two decimals, so that no value falls between two bands."""
    return _hundredths(positive(value, field="bsa_m2", unit="square metres"))
