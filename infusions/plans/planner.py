"""What the plan and order pages show about a cycle."""

from datetime import datetime

from django.utils.translation import gettext as _

from infusions import queries, values
from infusions.courses import due_of
from infusions.models import Cycle
from protocol import schedule
from protocol.stops import HardStop


def suggestions_for(patient) -> dict:
    """The next cycle number; nothing clinical is chosen for anybody."""
    last = patient.cycles.order_by("-number").first()
    found = {"number": 1}
    if last is not None:
        repeat = last.state == Cycle.State.DISCONTINUED
        found["number"] = last.number if repeat else last.number + 1
        found["indication"], found["philadelphia"] = last.indication, last.philadelphia
    return found


def course_facts(cycle: Cycle) -> dict:
    """Doses, calendar and premedication of a cycle."""
    rules = values.label_of(cycle)
    steps = values.steps_of(cycle)
    begin = cycle.started_at or cycle.planned_start
    calendar = schedule.cycle_schedule(
        rules, indication=cycle.indication, cycle_no=cycle.number, start=begin
    )
    return {
        "patient": cycle.patient,
        "cycle": cycle,
        "zone": cycle.patient.care_team.site.zone,
        "rules": rules,
        "steps": steps,
        "calendar": calendar,
        "premedication": premedication_of(cycle, rules, calendar),
        "signed": queries.signed_order_of(cycle),
    }


def premedication_of(cycle: Cycle, rules, calendar) -> list[dict]:
    """What is due before the start and before each dose step, with the time of the event."""
    moments = [("cycle_start", _("Before the start"), calendar.start)]
    moments += [("step", _("Before the dose step"), at) for at in calendar.step_at]
    return [
        {"name": name, "event_at": at, "due": _due(cycle, rules, event, at)}
        for event, name, at in moments
    ]


def _due(cycle: Cycle, rules, event: str, at: datetime):
    number, area = cycle.number, cycle.bsa_m2
    return due_of(rules, cycle.patient, cycle.indication, number, event, area, at)


def made_of(row) -> dict:
    try:
        return {"recipe": values.recipe_for(*row), "reason": ""}
    except HardStop as stop:
        return {"recipe": None, "reason": str(stop)}
