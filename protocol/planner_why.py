"""Why a plan is the best one, or why there is none, in words a pharmacist can check."""

from collections.abc import Sequence
from itertools import accumulate

from .planner_case import Case
from .planner_legal import MINUTES_PER_HOUR, Runs, unpack
from .planner_search import Search
from .sentences import Sentence, sentence, together
from .sentences import mark as _

SATURDAY = 5
FIGURES = {
    "outside_window": _("%(n)s changes outside the windows"),
    "home_attendances": _("%(n)s attendances at home"),
    "bags": _("%(n)s bags"),
    "cut_minutes": _("%(n)s minutes of drug thrown away"),
}
BOUNDARIES = {
    "step": _("the dose step"),
    "discharge": _("the discharge"),
    "end": _("the end of the cycle"),
}


def why(found: Search, runs: Sequence[Runs]) -> Sentence:
    """What forced the plan: the first goal that could not be met, then the others in order."""
    case = found.case
    root = found.nodes[case.delivered_minutes]
    cost = unpack(case, root.best)
    counts = tuple(
        sentence(FIGURES[goal], n=cost[goal]) for goal in case.goals if goal != "outside_window"
    )
    one, many = _("1 plan is equally good"), _("%(n)s plans are equally good")
    return together(
        _windows(case, cost["outside_window"], runs),
        sentence(
            _(
                "In the order of the goals the fewest possible are %(counts)s; %(ways)s and the"
                " one with the longest first bags is shown."
            ),
            counts=counts,
            ways=sentence(one if root.ways == 1 else many, n=root.ways),
        ),
    )


def _windows(case: Case, many: int, runs: Sequence[Runs]) -> Sentence:
    """The claim about the windows; proven only for the goal that comes first."""
    if not many:
        return sentence(_("Every change falls inside its window."))
    if case.goals[0] != "outside_window":
        words = _("%(n)s of the changes are outside the windows, which is not the first goal.")
    elif all(_at_weekend(case, minute) for minute in _outside(case, runs)):
        words = _("With this start, weekend changes cannot be avoided with these lengths: %(n)s.")
    else:
        words = _(
            "Changes outside the windows cannot be avoided with these lengths and dates: %(n)s."
        )
    return sentence(words, n=many)


def _outside(case: Case, runs: Sequence[Runs]) -> list[int]:
    ends = accumulate((ran for _hours, ran in runs), initial=case.delivered_minutes)
    return [end for end in list(ends)[1:] if case.is_outside(end)]


def _at_weekend(case: Case, minute: int) -> bool:
    away = case.why_outside(minute) == "window"
    return away and case.local(minute).weekday() >= SATURDAY


def why_impossible(found: Search) -> Sentence:
    """Names the first boundary that no sequence of bags ends at, and lengths that were refused."""
    case, reached = found.case, set(found.reached)
    missed = next(b for b in case.boundaries if b > case.delivered_minutes and b not in reached)
    begin = case.last_boundary_before(missed)
    first = sentence(
        _(
            "No sequence of the allowed lengths ends exactly at %(boundary)s (%(missed)s) from"
            " %(begin)s: no bag may cross it, and at most %(hours)s h may be cut from a bag."
        ),
        boundary=boundary(case, missed),
        missed=_at(case, missed),
        begin=_at(case, begin),
        hours=case.max_cut_hours,
    )
    return together(first, *_no_length(case, begin, missed), *_refused(found, begin))


def boundary(case: Case, minute: int) -> Sentence:
    """ "the dose step"."""
    return sentence(BOUNDARIES[case.boundary_name(minute) or "end"])


def _no_length(case: Case, begin: int, missed: int) -> list[Sentence]:
    """Where a setting in use has no length at all."""
    changes = [begin, case.home_from_minute] if case.home_from_minute else [begin]
    for minute in changes:
        if begin <= minute < missed and not case.lengths_at(minute):
            at_home = case.setting_at(minute) == "home"
            home, ward = (
                _("No length is offered at home from %(at)s."),
                _("No length is offered in hospital from %(at)s."),
            )
            return [sentence(home if at_home else ward, at=_at(case, minute))]
    return []


def _refused(found: Search, begin: int) -> list[Sentence]:
    words = _("A %(hours)s h bag could not hang at %(at)s: %(why)s")
    for one in found.legal.refused:
        if one.minute >= begin:
            at = _at(found.case, one.minute)
            return [sentence(words, hours=one.bag_hours, at=at, why=one.stop.message)]
    return []


def _at(case: Case, minute: int) -> Sentence:
    """ "hour 168, Mon 11 Jan 10:00"."""
    hour = f"{minute / MINUTES_PER_HOUR:g}"
    return sentence(_("hour %(hour)s, %(at)s"), hour=hour, at=case.local(minute))
