"""The next bag at a time and of a length somebody asks for, and another time of going home."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from commands.refusals import refuse
from display.formats import local
from infusions import queries
from infusions.models import Cycle
from infusions.plans.words import moment_of
from protocol.planner_judge import Refusal, judged
from protocol.planner_legal import Runs
from protocol.planner_search import Search
from protocol.stops import HardStop, Stop

MINUTE = timedelta(minutes=1)


def latest_hang(cycle: Cycle, at: datetime) -> datetime:
    """When the running bag is over, or its dose is, whichever comes first."""
    elapsed = queries.elapsed_at(cycle, at)
    step = queries.next_step_after(cycle, elapsed)
    over = [cycle.bag_ends_at, cycle.expected_end_at]
    return min([*over, at + (step - elapsed)] if step is not None else over)


def check_hang(cycle: Cycle, hang: datetime, at: datetime) -> None:
    if cycle.state != Cycle.State.RUNNING:
        refuse("what_if.not_running", _("Nothing runs: there is no next bag to hang."))
    if hang < at.replace(second=0, microsecond=0):
        refuse("what_if.hang_past", _("That time is past. The next bag hangs now or later."))
    latest = latest_hang(cycle, at)
    if hang > latest:
        words = _("The running bag, or its dose, is over on %(at)s. Hang the next bag by then.")
        moment = moment_of(local(latest, cycle.patient.care_team.site.zone))
        refuse("what_if.hang_late", words % {"at": moment})


def hour_at(minutes: int, start: datetime, moment: datetime) -> int:
    """The infused hour that runs at a moment, when `minutes` are infused at `start`."""
    return (minutes + (moment - start) // MINUTE) // 60


def check_leaves(cycle: Cycle, hour: int, leaves: datetime, at: datetime) -> None:
    if cycle.responsible_setting == "home":
        refuse("what_if.at_home", _("The patient is at home already."))
    if leaves < at.replace(second=0, microsecond=0) or hour < 0:
        refuse("what_if.leaves_past", _("Going home lies before the start, or is past."))
    if hour >= cycle.total_hours:
        refuse("what_if.leaves_late", _("Going home must fall inside the cycle."))


def run_of_length(found: Search, hours: int) -> Runs:
    """The first bag of the case with this length, run as long as it can; HardStop says why not."""
    begin = found.case.delivered_minutes
    runs = [ran for ran, length, _cost in found.legal.steps(begin) if length == hours]
    going_on = [ran for ran in runs if begin + ran in found.nodes]
    if runs:
        return hours, max(going_on or runs)
    refusal = judged(found.legal, [(hours, hours * 60)])
    assert isinstance(refusal, Refusal), "a length that is no step is refused"
    raise HardStop(Stop(refusal.code, refusal.message, field="length"))
