"""A plan made by hand: is it legal, what does it cost, and what follows when a bag end is moved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from .planner import Bag, bags_of, cost_of
from .planner_case import MINUTE, Case
from .planner_legal import MINUTES_PER_HOUR, Allowed, Legal, Runs
from .planner_search import Search
from .planner_ties import ways
from .planner_why import boundary
from .sentences import Sentence, sentence
from .sentences import mark as _
from .stops import HardStop, Stop


@dataclass(frozen=True)
class Refusal:
    """Why bag `n`, as people number it, may not run so. `minute` and `at` are the step, window or
    end that the refusal speaks of; `ends` the minutes at which that bag may end.
    """

    n: int
    code: str
    minute: int
    at: datetime
    message: str
    ends: tuple[int, ...] = ()


class Illegal(HardStop):
    """A move that is refused; `refusal` has the facts for a page that words it itself."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(Stop(refusal.code, refusal.message, field="end"))


@dataclass(frozen=True)
class Judged:
    """A legal plan made by hand. Attendances outside their window cost; they do not refuse."""

    runs: tuple[Runs, ...]
    bags: tuple[Bag, ...]
    cost: dict[str, int]


@dataclass(frozen=True)
class Moved(Judged):
    """The plan after a move: the first `fixed` bags as asked, then the best of `ties` ways on."""

    ties: int
    fixed: int


def judge(case: Case, runs: Sequence[Runs], allowed: Allowed | None = None) -> Judged | Refusal:
    """Checks (bag_hours, runs_minutes) from the start of the case to the end of the cycle."""
    return judged(Legal(case, allowed), runs)


def judged(legal: Legal, runs: Sequence[Runs]) -> Judged | Refusal:
    """As `judge`, with what may be hung already worked out."""
    case, minute = legal.case, legal.case.delivered_minutes
    for n, run in enumerate(runs, legal.first_n):
        refusal = _refusal(legal, n, minute, run)
        if refusal:
            return refusal
        minute += run[1]
    if minute != case.total_minutes:
        short = case.total_minutes - minute
        words = _("The last bag ends %(time)s before the end of the cycle. Add a bag.")
        message = sentence(words, time=short * MINUTE)
        last = legal.first_n + len(runs) - 1
        return _refuse(legal, last, "plan.not_to_the_end", minute, message)
    return Judged(tuple(runs), bags_of(case, runs), cost_of(case, runs))


def move_end(found: Search, runs: Sequence[Runs], n: int, end: int) -> Moved:
    """Bag `n` of a legal plan ends at infused minute `end`; the bags before it stay and those
    after it are planned anew.

    Raises Illegal, naming the step, the length or the window: also when more attendances than
    before would fall outside their windows.
    """
    case, place = found.case, n - found.legal.first_n
    before = cost_of(case, runs)["outside_window"]
    if not 0 <= place < len(runs):
        message = sentence(_("This plan has no bag %(n)s. Open the plan again."), n=n)
        raise Illegal(_refuse(found.legal, n, "plan.no_such_bag", case.total_minutes, message))
    kept = tuple(runs[:place])
    hangs = case.delivered_minutes + sum(ran for _hours, ran in kept)
    _check_boundary(found.legal, n, hangs, end)
    if not before:
        _check_window(found.legal, n, end)
    run = _bag_to(found.legal, n, hangs, end, was=runs[place][0])
    if end not in found.nodes:
        words = _("After a change on %(at)s no bags reach the end of the cycle.")
        message = sentence(words, at=case.local(end))
        raise Illegal(_refuse(found.legal, n, "plan.nothing_follows", end, message, hangs))
    moved = (*kept, run, *found.lead(end))
    cost = cost_of(case, moved)
    if cost["outside_window"] > before:
        _check_window(found.legal, n, end)
        words = _("With this end, %(n)s changes would fall outside their windows. Keep the end.")
        message = sentence(words, n=cost["outside_window"])
        raise Illegal(_refuse(found.legal, n, "plan.window_later", end, message, hangs))
    return Moved(moved, bags_of(case, moved), cost, ways(found, end), place + 1)


def step_end(found: Search, runs: Sequence[Runs], n: int, *, later: bool) -> Moved:
    """Moves the end of bag `n` to the next legal place later or earlier, as an arrow key does.

    Raises Illegal, with the reason of the nearest place, when there is none.
    """
    place = n - found.legal.first_n
    if not 0 <= place < len(runs):
        return move_end(found, runs, n, found.case.total_minutes)
    hangs = found.case.delivered_minutes + sum(ran for _hours, ran in runs[:place])
    now = hangs + runs[place][1]
    ends = [end for end in legal_ends(found, hangs) if (end > now if later else end < now)]
    refusals: list[Illegal] = []
    for end in ends if later else reversed(ends):
        try:
            return move_end(found, runs, n, end)
        except Illegal as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0]
    return move_end(found, runs, n, now + (MINUTES_PER_HOUR if later else -MINUTES_PER_HOUR))


def legal_ends(found: Search, minute: int) -> tuple[int, ...]:
    """The minutes at which a bag hung at `minute` can end so that a plan follows, ascending."""
    if minute >= found.case.total_minutes:
        return ()
    return tuple(end for end in _ends(found.legal, minute) if end in found.nodes)


def _refusal(legal: Legal, n: int, minute: int, run: Runs) -> Refusal | None:
    """Why a bag may not be hung at a minute and run so; None when it may."""
    case, (hours, ran) = legal.case, run
    if minute >= case.total_minutes:
        words = _("Bag %(n)s would hang after the end of the cycle. Take it out of the plan.")
        message = sentence(words, n=n)
        return _refuse(legal, n, "plan.past_the_end", case.total_minutes, message)
    crossing = _crossing(legal, n, minute, minute + ran)
    if crossing:
        return crossing
    if hours not in case.lengths_at(minute):
        message = _not_offered(case, minute, hours)
        return _refuse(legal, n, "plan.length_not_allowed", minute, message, minute)
    stop = legal.refusal(minute, hours)
    if stop:
        return _refuse(legal, n, "plan.not_allowed_here", minute, stop.message, minute)
    if (ran, hours) in ((runs, length) for runs, length, _cost in legal.steps(minute)):
        return None
    return _wrong_run(legal, n, minute, run)


def _not_offered(case: Case, minute: int, hours: int) -> Sentence:
    offered = tuple(f"{length} h" for length in case.lengths_at(minute))
    return sentence(
        _("A %(hours)s h bag is not offered on %(at)s: %(offered)s."),
        hours=hours,
        at=case.local(minute),
        offered=offered or sentence(_("none")),
    )


def _wrong_run(legal: Legal, n: int, minute: int, run: Runs) -> Refusal:
    """Why a length that may be hung may not run for so long."""
    case, (hours, ran) = legal.case, run
    end, over = minute + ran, ran - hours * MINUTES_PER_HOUR
    if over > 0:
        words = _("Bag %(n)s is empty %(time)s before %(at)s. Change it earlier.")
        message = sentence(words, n=n, time=over * MINUTE, at=case.local(end))
        return _refuse(legal, n, "plan.too_long", end, message, minute)
    if case.boundary_name(end):
        words = _(
            "Bag %(n)s would be stopped %(time)s before it is empty; at most %(hours)s h may be"
            " thrown away. Choose a shorter bag."
        )
        message = sentence(words, n=n, time=-over * MINUTE, hours=case.max_cut_hours)
        return _refuse(legal, n, "plan.cut_too_much", end, message, minute)
    words = _(
        "Bag %(n)s cannot be changed on %(at)s, %(time)s before it is empty: a bag runs whole"
        " hours and is changed at most %(hours)s h early."
    )
    early = case.max_early_change_hours
    message = sentence(words, n=n, at=case.local(end), time=-over * MINUTE, hours=early)
    return _refuse(legal, n, "plan.too_early", end, message, minute)


def _crossing(legal: Legal, n: int, minute: int, end: int) -> Refusal | None:
    case = legal.case
    if end <= minute:
        message = sentence(_("Bag %(n)s would end before it is hung. Move its end later."), n=n)
        return _refuse(legal, n, "plan.ends_before_hang", minute, message, minute)
    crossed = case.next_boundary(minute)
    if end <= crossed:
        return None
    name = case.boundary_name(crossed) or "end"
    words = _("Bag %(n)s may not cross %(boundary)s on %(at)s. End it at or before that time.")
    message = sentence(words, n=n, boundary=boundary(case, crossed), at=case.local(crossed))
    return _refuse(legal, n, f"plan.crosses_{name}", crossed, message, minute)


def _check_boundary(legal: Legal, n: int, hangs: int, end: int) -> None:
    refusal = _crossing(legal, n, hangs, end)
    if refusal:
        raise Illegal(refusal)


def _check_window(legal: Legal, n: int, end: int) -> None:
    case, reason = legal.case, legal.case.why_outside(end)
    if reason == "holiday":
        words = _("%(at)s is a holiday: no bag is changed then. Choose another day.")
        message = sentence(words, at=case.local(end))
        raise Illegal(_refuse(legal, n, "plan.holiday", end, message))
    if reason == "window":
        home = _("%(at)s lies outside the window for changes at home.")
        ward = _("%(at)s lies outside the window for changes on the ward.")
        words = home if case.is_home_attendance(end) else ward
        message = sentence(words, at=case.local(end))
        raise Illegal(_refuse(legal, n, "plan.outside_window", end, message))


def _bag_to(legal: Legal, n: int, hangs: int, end: int, *, was: int) -> Runs:
    """The bag that ends there: of the length it has if that can, else throwing away the least."""
    fitting = [(h, ran) for ran, h, _cost in legal.steps(hangs) if hangs + ran == end]
    if fitting:
        return min(fitting, key=lambda run: (run[0] != was, run[0]))
    lengths = legal.case.lengths_at(hangs)
    longer = [hours for hours in lengths if hours * MINUTES_PER_HOUR >= end - hangs]
    hours = min(longer) if longer else max(lengths, default=was)
    refusal = _refusal(legal, n, hangs, (hours, end - hangs))
    assert refusal is not None, "a run that is no step is refused"
    raise Illegal(refusal)


def _refuse(
    legal: Legal, n: int, code: str, minute: int, message: str, hangs: int | None = None
) -> Refusal:
    ends = () if hangs is None else tuple(_ends(legal, hangs))
    return Refusal(n, code, minute, legal.case.local(minute), message, ends)


def _ends(legal: Legal, minute: int) -> Iterator[int]:
    yield from sorted({minute + ran for ran, _h, _cost in legal.steps(minute)})
