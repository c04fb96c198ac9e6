"""Reflow: what the facts have made of the accepted plan, and which ways on there are.

A bag that stood still, was changed early or late, expired or was lost moves everything after it.
This computes the new future and says how each way on differs from the accepted plan. Nothing is
decided here: a named person accepts one. A way on that delays treatment is offered only when the
facts allow none without, comes last and says by how much.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from .instants import utc
from .planner import Bag, bags_of, cost_of
from .planner_case import Case
from .planner_judge import Judged, judged
from .planner_legal import Allowed, Legal, Runs, unpack
from .planner_search import Search
from .planner_why import why_impossible
from .reflow_diff import MINUTE, BagChange, OldBag, diff
from .reflow_facts import (
    Facts,
    RunningEnd,
    after_running,
    behind_by,
    kept_runs,
    lacking_minutes,
    running_end,
)
from .sentences import mark as _
from .sentences import sentence
from .stops import Stop

Kind = Literal["keep_bags", "best", "change_early", "end_short", "delay"]
KINDS: tuple[Kind, ...] = ("keep_bags", "best", "change_early", "end_short", "delay")
HOUR = 60


@dataclass(frozen=True)
class Option:
    """One way on. The first bag hangs at `start`, when `delivered_minutes` are infused.

    `discarded_minutes` of drug of the running bag are thrown away; the cycle ends `short_minutes`
    of infusion short; nothing runs for `delay_minutes` before the first bag. `is_best`: no way on
    from that start has better figures.
    """

    kind: Kind
    start: datetime
    delivered_minutes: int
    bags: tuple[Bag, ...]
    cost: dict[str, int]
    ties: int
    is_best: bool
    diff: tuple[BagChange, ...]
    ends_at: datetime
    start_outside_window: bool
    discarded_minutes: int
    short_minutes: int
    delay_minutes: int

    @property
    def needs_prescriber(self) -> bool:
        """A dose that is not given, or given later, is for the prescriber to decide."""
        return bool(self.short_minutes or self.delay_minutes)


@dataclass(frozen=True)
class Reflow:
    """`needed` is False while the accepted plan still comes out as it stands.

    `behind_minutes`: infusion that the accepted plan had promised by now and that was not given.
    `new_end` is the end of the cycle if nothing else is lost; `last_bag_short_minutes` what the
    bags of the accepted plan now lack, of each dose. `why` is a sentence when no way on gives the
    whole cycle, else empty.
    """

    needed: bool
    running: RunningEnd | None
    delivered_minutes: int
    behind_minutes: int
    last_bag_short_minutes: int
    old_end: datetime
    new_end: datetime
    options: tuple[Option, ...]
    why: str


def reflow(
    case: Case,
    old: Sequence[OldBag],
    facts: Facts,
    *,
    old_end: datetime,
    allowed_for: Callable[[Case], Allowed | None] | None = None,
) -> Reflow:
    """The ways on from the facts, best first; `case` gives the rules (its start is not used).

    `old` are the bags of the accepted plan that have not hung, in order; `old_end` its end of the
    cycle. `allowed_for` gives the rule which bags can be made in time, see `planner_legal.Legal`.
    """
    # The planner counts whole minutes; a minute that has begun is given again.
    facts = replace(facts, at=utc(facts.at).replace(second=0, microsecond=0))
    end = running_end(case, facts)
    ways_on = _Ways(case, old, facts, end, allowed_for)
    behind = behind_by(case, old, facts, old_end)
    begin, infused = after_running(facts, end)
    return Reflow(
        needed=bool(behind or (end and end.undelivered_minutes)) or not ways_on.as_accepted(),
        running=end,
        delivered_minutes=facts.delivered_minutes,
        behind_minutes=behind,
        last_bag_short_minutes=lacking_minutes(case, old, infused),
        old_end=old_end.astimezone(case.zone),
        new_end=case.restarted(begin, infused).local(case.total_minutes),
        options=ways_on.options,
        why=ways_on.why,
    )


class _Ways:
    """Finds the options; lives only inside `reflow`."""

    def __init__(
        self,
        case: Case,
        old: Sequence[OldBag],
        facts: Facts,
        end: RunningEnd | None,
        allowed_for: Callable[[Case], Allowed | None] | None,
    ) -> None:
        self.case, self.old, self.facts, self.end = case, tuple(old), facts, end
        self.allowed_for = allowed_for
        self.begin, self.infused = after_running(facts, end)
        self.why = ""
        self.options = self._options() if self.infused < case.total_minutes else ()

    def as_accepted(self) -> bool:
        """Whether the bags of the accepted plan still hang at the times it gave them."""
        kept = [option for option in self.options if option.kind == "keep_bags"]
        rows = [row for option in kept for row in option.diff]
        return bool(kept or not self.old) and all(row.kinds == ("kept",) for row in rows)

    def _options(self) -> tuple[Option, ...]:
        found = [*self._from(self.begin, "best")]
        found += [way for at in self._earlier() for way in self._from(at, "change_early")]
        if not any(option.short_minutes == 0 for option in found):
            found += self._delayed()
        if any(option.short_minutes == 0 for option in found):
            self.why = ""
        return tuple(sorted(_distinct(found), key=self._order))

    def _from(self, start: datetime, kind: Kind) -> Iterator[Option]:
        """The accepted bags moved to a start, and the best plan from there."""
        case = self.case.restarted(start, self._infused_at(start))
        solved = Search(Legal(case, self._allowed(case)))
        if kind == "best":
            yield from self._keeping(solved)
        node = solved.nodes.get(case.delivered_minutes)
        if node is None:
            self.why = self.why or why_impossible(solved)
        else:
            runs = tuple(solved.lead(case.delivered_minutes))
            yield self._option(kind, case, runs, ties=node.ways, is_best=True)

    def _keeping(self, solved: Search) -> Iterator[Option]:
        """The accepted bags one after another; when they do not reach the end, ending short."""
        case = solved.case
        lasting = kept_runs(case, self.old, case.delivered_minutes)
        runs = tuple((bag.bag_hours, ran) for bag, ran in zip(self.old, lasting, strict=False))
        answer = judged(solved.legal, runs)
        if isinstance(answer, Judged):
            best = solved.nodes[case.delivered_minutes]
            is_best = answer.cost == unpack(case, best.best)
            ties = best.ways if is_best else 1
            yield self._option("keep_bags", case, runs, ties=ties, is_best=is_best)
        elif runs and answer.code == "plan.not_to_the_end":
            yield self._option("end_short", case, runs, ties=1, is_best=False)

    def _delayed(self) -> Iterator[Option]:
        """Only for want of a bag: nothing runs until a new one can hang."""
        if utc(self.facts.new_bag_at) <= self.begin:
            return
        case = self.case.restarted(self.facts.new_bag_at, self.infused)
        solved = Search(Legal(case, self._allowed(case)))
        node = solved.nodes.get(case.delivered_minutes)
        if node is not None:
            runs = tuple(solved.lead(case.delivered_minutes))
            yield self._option("delay", case, runs, ties=node.ways, is_best=True)

    def _earlier(self) -> list[datetime]:
        """Moments to change the running bag before it ends: as the accepted plan had it and, when
        it would end outside the windows, the last full hour before that lies inside.
        """
        if self.end is None:
            return []
        wishes = {utc(self.end.planned_end_at)}
        case = self.case.restarted(self.facts.at, self.facts.delivered_minutes)
        if case.is_outside(self.infused):
            hours = range(self.infused - HOUR, self.facts.delivered_minutes, -HOUR)
            inside = next((minute for minute in hours if not case.is_outside(minute)), None)
            wishes |= {case.instant(inside)} if inside else set()
        return sorted(at for at in wishes if self.facts.at < at < self.begin)

    def _infused_at(self, start: datetime) -> int:
        """Infused minutes when the next bag hangs at `start`, not after the running bag's end."""
        return self.infused - max((self.begin - start) // MINUTE, 0)

    def _allowed(self, case: Case) -> Allowed:
        """A made bag may hang until it expires; any other must be made in time."""
        pharmacy = self.allowed_for(case) if self.allowed_for else None

        def allowed(minute: int, hours: int, setting: str) -> Stop | None:
            at, dose = case.instant(minute), self._dose(minute)
            for bag in self.old:
                if (bag.bag_hours, bag.dose_mcg_per_day) == (hours, dose) and bag.usable_at(at):
                    return None
            if at < utc(self.facts.new_bag_at):
                words = _("No %(hours)s h bag is there and none can be made by then.")
                return Stop("reflow.no_bag_yet", sentence(words, hours=hours))
            return pharmacy(minute, hours, setting) if pharmacy else None

        return allowed

    def _dose(self, minute: int) -> Decimal | None:
        return self.facts.doses[self.case.segment_at(minute)] if self.facts.doses else None

    def _option(
        self, kind: Kind, case: Case, runs: Sequence[Runs], *, ties: int, is_best: bool
    ) -> Option:
        bags = bags_of(case, runs, first_n=self._first_n())
        start = case.instant(case.delivered_minutes)
        dosed = [(bag, self._dose(bag.minute)) for bag in bags]
        return Option(
            kind=kind,
            start=case.local(case.delivered_minutes),
            delivered_minutes=case.delivered_minutes,
            bags=bags,
            cost=cost_of(case, runs),
            ties=ties,
            is_best=is_best,
            diff=diff(self.old, dosed, new_bag_at=self.facts.new_bag_at),
            ends_at=bags[-1].ends_at,
            start_outside_window=case.is_outside(case.delivered_minutes),
            discarded_minutes=self._discarded(start),
            short_minutes=case.total_minutes - bags[-1].end,
            delay_minutes=self._delay(start),
        )

    def _first_n(self) -> int:
        if self.end is not None:
            return self.end.n + 1
        return self.old[0].n if self.old else 1

    def _discarded(self, start: datetime) -> int:
        if self.end is None:
            return 0
        return max((utc(self.end.empty_at) - min(start, self.begin)) // MINUTE, 0)

    def _delay(self, start: datetime) -> int:
        stops = self.facts.at if self.end is None else self.begin
        return max((start - stops) // MINUTE, 0)

    def _order(self, option: Option) -> tuple[object, ...]:
        """Delay last, then ending short; then the goals, the drug of the running bag included."""
        cost = dict(option.cost)
        cost["cut_minutes"] += option.discarded_minutes
        cost["outside_window"] += option.start_outside_window
        goals = tuple(cost[goal] for goal in self.case.goals)
        return option.delay_minutes, option.short_minutes, goals, KINDS.index(option.kind)


def _distinct(options: Sequence[Option]) -> list[Option]:
    """Without those that hang the same bags at the same times under another name."""
    found: dict[object, Option] = {}
    for option in options:
        found.setdefault(tuple((bag.hangs_at, bag.bag_hours) for bag in option.bags), option)
    return list(found.values())
