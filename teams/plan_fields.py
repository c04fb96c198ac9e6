"""What a site says about bag plans, as an administrator types it: goals in order, line care."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from protocol.planner_case import GOALS

DAY = "mon|tue|wed|thu|fri|sat|sun"
DAYS_TEXT = re.compile(rf"^(?:{DAY})(?:[-,](?:{DAY}))*$")
CARE = re.compile(r"^(needle|dressing|tubing)\s+(\d{1,2})\s*-\s*(\d{1,2})$")
LONGEST_HOURS = 24 * 28


class Lines(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 4, "autocomplete": "off"})

    def lines(self, value) -> list[str]:
        text = super().clean(value).lower().splitlines()
        return [line.strip() for line in text if line.strip()]


# The four goals of a plan as people read them, in the order of protocol.planner_case.GOALS.
GOAL_WORDS = {
    "outside_window": _("Changes outside their window"),
    "home_attendances": _("Attendances at home"),
    "bags": _("Bags"),
    "cut_minutes": _("Infusion time thrown away"),
}


class GoalsField(Lines):
    """Cleans to the four goal names, most important first; typed and shown in words."""

    default_error_messages = {"goals": _("Name each of the four once: %(names)s")}

    def prepare_value(self, value):
        if not isinstance(value, list):
            return value
        return "\n".join(str(GOAL_WORDS.get(name, name)) for name in value)

    def clean(self, value):
        names = {str(words).lower(): name for name, words in GOAL_WORDS.items()}
        lines = [names.get(line, line) for line in self.lines(value)]
        if sorted(lines) != sorted(GOALS):
            params = {"names": ", ".join(str(words) for words in GOAL_WORDS.values())}
            raise ValidationError(self.error_messages["goals"], "goals", params)
        return lines


class LineCareField(Lines):
    """Cleans to {"needle": [6, 8]}: days from one care to the next, earliest and latest."""

    default_error_messages = {
        "line": _("Write each as needle 6-8, dressing 5-7 or tubing 1-4. This is not one: %(line)s")
    }

    def prepare_value(self, value):
        if isinstance(value, dict):
            return "\n".join(f"{name} {low}-{high}" for name, (low, high) in value.items())
        return value

    def clean(self, value):
        return dict(self.care(line) for line in self.lines(value))

    def care(self, line: str) -> tuple[str, list[int]]:
        found = CARE.match(line)
        days = [int(found[2]), int(found[3])] if found else [1, 0]
        if not 1 <= days[0] <= days[1]:
            raise ValidationError(self.error_messages["line"], "line", {"line": line})
        return found[1], days
