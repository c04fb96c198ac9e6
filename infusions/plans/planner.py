"""What the plan and order pages show about a cycle."""

from datetime import datetime

from django.utils.translation import gettext as _

from display.formats import local
from infusions import queries, values
from infusions.courses import due_of
from infusions.models import Cycle
from infusions.plans.words import moment_of
from protocol import schedule
from protocol.stops import HardStop

HOURS_PER_DAY = 24


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
        "cautions": cautions_of(cycle, rules, calendar),
        "signed": queries.signed_order_of(cycle),
    }


def cautions_of(cycle: Cycle, rules, calendar) -> list[str]:
    """What speaks against a cycle as it is planned: the prescriber signs knowing it."""
    found = [_early_home(cycle, calendar), _early_start(cycle, rules)]
    return [words for words in found if words]


def _early_home(cycle: Cycle, calendar) -> str:
    days, home = calendar.supervised_days, cycle.home_from_hour
    if not days or home is None or home >= days[1] * HOURS_PER_DAY:
        return ""
    words = _("Going home is planned after %(home)s h of infusion, inside the supervised days "
              "%(first)s to %(last)s.")  # fmt: skip
    facts = {"home": home, "first": days[0], "last": days[1]}
    return words % facts


def _early_start(cycle: Cycle, rules) -> str:
    """After a cycle that ended at its end a start this early is refused; after one that was
    discontinued the label set does not say whether its treatment-free days count."""
    if cycle.started_at is not None:
        return ""
    earlier = cycle.patient.cycles.filter(state=Cycle.State.DISCONTINUED, ended_at__isnull=False)
    last = earlier.order_by("-ended_at").first()
    if last is None:
        return ""
    facts = {"indication": last.indication, "cycle_no": last.number, "ended_at": last.ended_at}
    first = schedule.next_cycle_not_before(rules, **facts)
    if cycle.planned_start >= first:
        return ""
    words = _("Cycle %(n)s was discontinued on %(ended)s. Were its treatment-free days to count, "
              "this cycle would start not before %(first)s: the prescriber decides.")  # fmt: skip
    zone = cycle.patient.care_team.site.zone
    moments = {"ended": local(last.ended_at, zone), "first": local(first, zone)}
    return words % ({"n": last.number} | {name: moment_of(at) for name, at in moments.items()})


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
