"""How the planner's figures and times are said. Times are local times of the case's zone."""

from django.utils.translation import gettext_lazy, ngettext

from display.formats import moment_of as moment_of

GOAL_NAMES = {
    "outside_window": gettext_lazy("Changes outside their window"),
    "home_attendances": gettext_lazy("Attendances at home"),
    "bags": gettext_lazy("Bags"),
    "cut_minutes": gettext_lazy("Infusion time thrown away"),
}


def figure(goal: str, value: int) -> str:
    """ "12 h 30" for minutes, a plain number for the others."""
    if goal != "cut_minutes":
        return str(value)
    hours, minutes = divmod(value, 60)
    return f"{hours} h {minutes:02d}" if minutes else f"{hours} h"


def ties_words(ties: int) -> str:
    one, many = "Proven best, no other plan is as good", "Proven best, %(ties)s ties"
    return ngettext(one, many, ties) % {"ties": ties}
