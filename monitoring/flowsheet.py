"""The last hours as small charts. Axis ends are for drawing only."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from display.vitals import Reading, VitalsChart, VitalSeries
from protocol.observations import FEVER_FROM_C

ROWS = (
    ("temperature_c", gettext_noop("Temperature"), "°C", 35, 41, 1),
    ("heart_rate_per_min", gettext_noop("Heart rate"), "/min", 40, 160, 0),
    ("systolic_mmhg", gettext_noop("Upper pressure"), "mmHg", 60, 190, 0),
    ("spo2_percent", gettext_noop("Saturation"), "%", 80, 100, 0),
    ("respiratory_rate_per_min", gettext_noop("Breaths"), "/min", 5, 45, 0),
)


def chart_of(rows, *, at: datetime, zone: str, hours: int) -> VitalsChart:
    series = tuple(series_of(rows, at, *row) for row in ROWS)
    return VitalsChart(title=_("Vital signs"), now=at, zone=zone, series=series, hours=hours)


def series_of(rows, at, field, name, unit, low, high, decimals) -> VitalSeries:
    readings = tuple(
        Reading(hours_before(row.measured_at, at), getattr(row, field))
        for row in rows
        if getattr(row, field) is not None
    )
    limit = FEVER_FROM_C if field == "temperature_c" else None
    return VitalSeries(_(name), unit, readings, low, high, limit_high=limit, decimals=decimals)


def hours_before(moment: datetime, at: datetime) -> Decimal:
    return Decimal((moment - at) // timedelta(seconds=1)) / 3600
