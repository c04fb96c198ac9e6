"""Why a plan is the best one, or why there is none, in one sentence a pharmacist can check."""

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

from .planner_case import Case
from .planner_legal import MINUTES_PER_HOUR, Runs, unpack
from .planner_search import Search

SATURDAY = 5
NAMES = {
    "outside_window": "changes outside the windows",
    "home_attendances": "attendances at home",
    "bags": "bags",
    "cut_minutes": "minutes of drug thrown away",
}
BOUNDARIES = {"step": "the dose step", "discharge": "the discharge", "end": "the end of the cycle"}


def why(found: Search, runs: Sequence[Runs]) -> str:
    """What forced the plan: the first goal that could not be met, then the others in order."""
    case = found.case
    root = found.nodes[case.delivered_minutes]
    cost = unpack(case, root.best)
    counts = [f"{cost[goal]} {NAMES[goal]}" for goal in case.goals if goal != "outside_window"]
    ways = "1 plan is" if root.ways == 1 else f"{root.ways} plans are"
    return (
        f"{_windows(case, cost['outside_window'], runs)}. In the order of the goals the fewest"
        f" possible are {', '.join(counts)}; {ways} equally good and the one with the longest"
        f" first bags is shown."
    )


def _windows(case: Case, many: int, runs: Sequence[Runs]) -> str:
    """The claim about the windows; proven only for the goal that comes first."""
    if not many:
        return "Every change falls inside its window"
    if case.goals[0] != "outside_window":
        return f"{many} of the changes are outside the windows, which is not the first goal"
    if all(_at_weekend(case, minute) for minute in _outside(case, runs)):
        return f"With this start, weekend changes cannot be avoided with these lengths: {many}"
    return f"Changes outside the windows cannot be avoided with these lengths and dates: {many}"


def _outside(case: Case, runs: Sequence[Runs]) -> list[int]:
    ends = accumulate((ran for _, ran in runs), initial=case.delivered_minutes)
    return [end for end in list(ends)[1:] if case.is_outside(end)]


def _at_weekend(case: Case, minute: int) -> bool:
    away = case.why_outside(minute) == "window"
    return away and case.local(minute).weekday() >= SATURDAY


def why_impossible(found: Search) -> str:
    """Names the first boundary that no sequence of bags ends at, and lengths that were refused."""
    case, reached = found.case, set(found.reached)
    missed = next(b for b in case.boundaries if b > case.delivered_minutes and b not in reached)
    name = BOUNDARIES[case.boundary_name(missed) or "end"]
    begin = case.last_boundary_before(missed)
    sentence = (
        f"No sequence of the allowed lengths ends exactly at {name} ({_at(case, missed)}) from"
        f" {_at(case, begin)}: no bag may cross it, and at most {case.max_cut_hours} h may be cut"
        f" from a bag."
    )
    return sentence + _no_length(case, begin, missed) + _refused(found, begin)


def _no_length(case: Case, begin: int, missed: int) -> str:
    """Where a setting in use has no length at all."""
    changes = [begin, case.home_from_minute] if case.home_from_minute else [begin]
    for minute in changes:
        if begin <= minute < missed and not case.lengths_at(minute):
            place = "at home" if case.setting_at(minute) == "home" else "in hospital"
            return f" No length is offered {place} from {_at(case, minute)}."
    return ""


def _refused(found: Search, begin: int) -> str:
    for refused in found.legal.refused:
        if refused.minute >= begin:
            where = _at(found.case, refused.minute)
            return f" A {refused.bag_hours} h bag could not hang at {where}: {refused.stop.message}"
    return ""


def _at(case: Case, minute: int) -> str:
    """ "hour 168, Mon 11 Jan 10:00"."""
    return f"hour {minute / MINUTES_PER_HOUR:g}, {moment(case.local(minute))}"


def moment(local: datetime) -> str:
    """ "Mon 11 Jan 10:00" in the zone of the time; the day without a leading zero."""
    return f"{local:%a} {local.day} {local:%b %H:%M}"
