"""Weights and heights of a bundle: the newest one, in the unit that is expected, or a refusal."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from display.formats import date_short

MEASURED = {"final", "amended", "corrected"}
FOREIGN = {  # UCUM code -> (its name, how much of the expected unit it is, the expected unit)
    "[lb_av]": ("lb", Decimal("0.45359237"), "kg"),
    "lb": ("lb", Decimal("0.45359237"), "kg"),
    "lbs": ("lb", Decimal("0.45359237"), "kg"),
    "[in_i]": ("in", Decimal("2.54"), "cm"),
    "in": ("in", Decimal("2.54"), "cm"),
}


@dataclass(frozen=True)
class Reading:
    value: Decimal  # kg or cm, two decimals
    measured_at: datetime


def newest_reading(observations: list, *, code: str, unit: str, zone: str) -> Reading | None:
    """The newest measured value with this LOINC code. Raises ValueError on another unit:
    nothing is converted silently."""
    found = []
    for item in observations:
        codes = [coding.code for coding in item.code.coding or []]
        moment = moment_of(item.effectiveDateTime, zone)
        if code in codes and item.status in MEASURED and moment and item.valueQuantity:
            found.append((moment, item.valueQuantity))
    if not found:
        return None
    moment, quantity = max(found, key=lambda pair: pair[0])
    check_unit(quantity, unit=unit, day=date_short(moment, zone))
    value = Decimal(quantity.value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Reading(value=value, measured_at=moment)


def check_unit(quantity, *, unit: str, day: str) -> None:
    given = quantity.code or quantity.unit or ""
    if quantity.value is None:
        raise ValueError(_("The newest measurement (%(day)s) has no value.") % {"day": day})
    if given == unit:
        return
    if given in FOREIGN and FOREIGN[given][2] == unit:
        name, factor, _unit = FOREIGN[given]
        amount = (Decimal(quantity.value) * factor).quantize(Decimal("0.1"))
        raise ValueError(
            _(
                "The newest value of %(day)s is in %(name)s, not %(unit)s: "
                "%(value)s %(name)s is %(amount)s %(unit)s. "
                "Convert it where it comes from, or enrol by form with a new measurement."
            )
            % {
                "day": day,
                "name": name,
                "unit": unit,
                "value": quantity.value,
                "amount": amount,
            }
        )
    raise ValueError(
        _("The newest value of %(day)s has the unit “%(given)s”; %(unit)s is needed.")
        % {"day": day, "given": given or "?", "unit": unit}
    )


def moment_of(value, zone: str) -> datetime | None:
    """Aware UTC; a bare date is that day at the site: its midnight there, not that of Greenwich."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        return datetime.combine(value, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return (value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
