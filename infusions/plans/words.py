"""How the planner's figures and times are said. Times are local times of the case's zone."""

from datetime import datetime

from django.utils import dateformat
from django.utils.translation import gettext_lazy, ngettext

from display.formats import offset_if_doubtful

GOAL_NAMES = {
    "outside_window": gettext_lazy("Changes outside their window"),
    "home_attendances": gettext_lazy("Attendances at home"),
    "bags": gettext_lazy("Bags"),
    "cut_minutes": gettext_lazy("Infusion time thrown away"),
}


def moment_of(local: datetime) -> str:
    """ "Mon 11 Jan 10:00", with the offset in the hour that happens twice."""
    return f"{dateformat.format(local, 'D j M')} {local:%H:%M}{offset_if_doubtful(local)}"


def figure(goal: str, value: int) -> str:
    """ "12 h 30" for minutes, a plain number for the others."""
    if goal != "cut_minutes":
        return str(value)
    hours, minutes = divmod(value, 60)
    return f"{hours} h {minutes:02d}" if minutes else f"{hours} h"


def ties_words(ties: int) -> str:
    one, many = "Proven best, no other plan is as good", "Proven best, %(ties)s ties"
    return ngettext(one, many, ties) % {"ties": ties}
