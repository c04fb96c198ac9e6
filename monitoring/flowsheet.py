"""The last hours as small charts. Axis ends are for drawing only."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from display.vitals import Reading, VitalsChart, VitalSeries
from protocol.observations import FEVER_FROM_C, pressure_limit

ROWS = (
    ("temperature_c", gettext_noop("Temperature"), "°C", 35, 41, 1),
    ("heart_rate_per_min", gettext_noop("Heart rate"), "/min", 40, 160, 0),
    ("systolic_mmhg", gettext_noop("Upper pressure"), "mmHg", 60, 190, 0),
    ("spo2_percent", gettext_noop("Saturation"), "%", 80, 100, 0),
    ("respiratory_rate_per_min", gettext_noop("Breaths"), "/min", 5, 45, 0),
)


def chart_of(rows, *, at: datetime, zone: str, hours: int, age_years: int) -> VitalsChart:
    """Limits are drawn where there is a definition; figures a nurse marked are out as well."""
    limits = limits_at(age_years)
    series = tuple(series_of(rows, at, *row, limits=limits.get(row[0], {})) for row in ROWS)
    return VitalsChart(title=_("Vital signs"), now=at, zone=zone, series=series, hours=hours)


def limits_at(age_years: int) -> dict[str, dict]:
    pressure = pressure_limit(age_years)
    low = {"systolic_mmhg": {"limit_low": pressure.below_mmhg}} if pressure else {}
    return {"temperature_c": {"limit_high": FEVER_FROM_C}, **low}


def series_of(rows, at, field, name, unit, low, high, decimals, *, limits: dict) -> VitalSeries:
    readings = tuple(
        Reading(
            hours_before(row.measured_at, at),
            getattr(row, field),
            is_marked=field in row.outside_expected,
        )
        for row in rows
        if getattr(row, field) is not None
    )
    return VitalSeries(_(name), unit, readings, low, high, decimals=decimals, **limits)


def hours_before(moment: datetime, at: datetime) -> Decimal:
    return Decimal((moment - at) // timedelta(seconds=1)) / 3600
