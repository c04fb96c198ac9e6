"""Strict input: numbers a pharmacist would accept on paper, and local times that exist."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clock.now import now

JUST_PASSED = timedelta(minutes=5)
REST_OF_MINUTE = timedelta(minutes=1) - timedelta.resolution
NUMBER = re.compile(r"^(0|[1-9][0-9]{0,4})(\.[0-9]{1,3})?$", re.ASCII)


class StrictDecimalField(forms.CharField):
    """ASCII digits with one point; no sign, exponent, comma, underscore, leading or bare point."""

    default_error_messages = {
        "number_format": _(
            "Type a plain number with a point, such as 4.5: no comma, unit or sign."
        ),
        "out_of_range": _("This must be between %(low)s and %(high)s %(unit)s."),
    }

    def __init__(self, *, low: str, high: str, unit: str, **kwargs):
        self.low, self.high, self.unit = Decimal(low), Decimal(high), unit
        attrs = {"inputmode": "decimal", "autocomplete": "off", "data-unit": unit}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def clean(self, value):
        text = super().clean(value)
        if text in self.empty_values:
            return None
        if not NUMBER.match(text):
            raise ValidationError(self.error_messages["number_format"], code="number_format")
        number = Decimal(text)
        if not self.low <= number <= self.high:
            raise ValidationError(
                self.error_messages["out_of_range"],
                code="out_of_range",
                params={"low": self.low, "high": self.high, "unit": self.unit},
            )
        return number


class LocalTimeField(forms.CharField):
    """A moment typed as local wall time of `zone` (`YYYY-MM-DDTHH:MM`); gives aware UTC.

    A time that does not exist (spring) is moved to the next valid one; a time that exists twice
    (autumn) needs the answer to "first or second", given as a trailing ` (1)` or ` (2)`."""

    default_error_messages = {
        "format": _("Give the date and time as 2026-03-14 02:30."),
        "twice": _(
            "%(time)s happens twice that night. Add (1) for the first or (2) for the second."
        ),
    }

    def __init__(self, *, zone: str = "UTC", **kwargs):
        self.zone = zone
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "data-when": ""}))
        kwargs.setdefault("help_text", _("By the site's clock, as 2026-03-14 02:30."))
        super().__init__(**kwargs)

    def get_bound_field(self, form, field_name):
        """The buttons beside the box (static/js/when.js) write the time of this zone, not of the
        device; forms may set the zone after the field was made."""
        if "data-when" in self.widget.attrs:
            self.widget.attrs["data-when"] = self.zone
        return super().get_bound_field(form, field_name)

    def prepare_value(self, value):
        if isinstance(value, datetime):
            return value.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M")
        return value

    def clean(self, value):
        text = super().clean(value)
        if text in self.empty_values:
            return None
        found = re.match(r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::00)?(?: \(([12])\))?$", text)
        try:
            local = datetime.strptime(f"{found[1]} {found[2]}", "%Y-%m-%d %H:%M")  # noqa: DTZ007
        except (TypeError, ValueError) as error:
            raise ValidationError(self.error_messages["format"], code="format") from error
        return this_very_moment(self.resolve(local, found[3]))

    def resolve(self, local: datetime, which: str | None) -> datetime:
        zone = ZoneInfo(self.zone)
        first = local.replace(tzinfo=zone, fold=0)
        second = local.replace(tzinfo=zone, fold=1)
        if first.utcoffset() == second.utcoffset():
            return first.astimezone(UTC)
        exists = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
        if not exists:  # the clock jumped over it: the same instant after the jump
            return local.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if which is None:
            params = {"time": local.strftime("%H:%M")}
            raise ValidationError(self.error_messages["twice"], code="twice", params=params)
        return (first if which == "1" else second).astimezone(UTC)


def this_very_moment(minute: datetime) -> datetime:
    """The minute that is now means now, to the second: a restart in the minute of its stop comes
    after it, and what was just done is not before what led to it. A minute that has just passed
    means its end, for the same reason: the form was opened in it and sent in the next one."""
    at = now()
    if at.replace(second=0, microsecond=0) == minute:
        return at
    return minute + REST_OF_MINUTE if timedelta(0) < at - minute < JUST_PASSED else minute
