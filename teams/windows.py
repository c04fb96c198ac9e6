"""Change windows as an administrator types them, one a line: `mon-fri 08:00-17:00`."""

import re
from datetime import date, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DAY = "mon|tue|wed|thu|fri|sat|sun"
LINE = re.compile(rf"^((?:{DAY})(?:-(?:{DAY}))?)\s+(\d\d:\d\d)\s*-\s*(\d\d:\d\d)$")


class WindowsField(forms.CharField):
    """Cleans to [[days, from, to], …], as the planner reads them."""

    widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})
    default_error_messages = {
        "line": _("Write each window as mon-fri 08:00-17:00. This line does not read so: %(line)s"),
        "order": _("A window ends later on the same day than it begins: %(line)s"),
    }

    def prepare_value(self, value):
        if isinstance(value, list):
            return "\n".join(f"{days} {begin}-{end}" for days, begin, end in value)
        return value

    def clean(self, value):
        lines = super().clean(value).lower().splitlines()
        return [self.window(line.strip()) for line in lines if line.strip()]

    def window(self, line: str) -> list[str]:
        found = LINE.match(line)
        try:
            days, begin, end = found.groups()
            ends_later = time.fromisoformat(begin) < time.fromisoformat(end)
        except (AttributeError, ValueError) as error:
            params = {"line": line}
            raise ValidationError(self.error_messages["line"], "line", params) from error
        if not ends_later:
            raise ValidationError(self.error_messages["order"], "order", {"line": line})
        return [days, begin, end]


class DaysField(forms.CharField):
    """Days, one a line, cleaned to sorted ISO dates."""

    widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})
    default_error_messages = {"day": _("Write each day as 2026-12-25. This is not one: %(line)s")}

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value):
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        return sorted({self.day(line) for line in lines})

    def day(self, line: str) -> str:
        try:
            return date.fromisoformat(line).isoformat()
        except ValueError as error:
            raise ValidationError(self.error_messages["day"], "day", {"line": line}) from error
