"""What an observation is called when it is compared with a published definition."""

from decimal import Decimal

# ASTCT consensus grading (Lee 2019): fever is a temperature of 38.0 °C or more.
FEVER_FROM_C = Decimal("38.0")


def is_fever(temperature_c: Decimal | None) -> bool:
    """Whether a temperature in °C counts as fever; one not taken does not."""
    return temperature_c is not None and temperature_c >= FEVER_FROM_C
