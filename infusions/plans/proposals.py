"""A plan as a page shows it: the one in force, or what an address asks for. Nothing is written."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from commands.refusals import refuse
from infusions import queries
from infusions.models import BagPlan, Cycle
from infusions.plans.choices import Choice, choice_of, move_end
from infusions.plans.hang import check_hang, check_leaves, hour_at, run_of_length
from infusions.plans.planning import Subject, case_for, pharmacy_of, searched, subject_of_cycle
from infusions.plans.wishes import WhatIf, wish_of
from protocol.planner import Plan, bags_of, cost_of, plan_of
from protocol.planner_case import Case
from protocol.planner_judge import Judged, judged
from protocol.planner_search import Search
from protocol.planner_ties import rank
from protocol.stops import HardStop
from teams.actions.signatures import digest_of

MINUTE = timedelta(minutes=1)
NOT_STARTED = (Cycle.State.PLANNED, Cycle.State.ORDERED)


@dataclass(frozen=True)
class Base:
    """Where a new plan begins: the wall time, the minutes infused by then, its first number."""

    start: datetime
    delivered_minutes: int
    first_n: int


@dataclass(frozen=True)
class Proposal:
    """`json` is the case, `found` and `best` its proven answer, `choice` the bags shown.

    `plan` is the row when this is the plan in force."""

    cycle: Cycle
    subject: Subject
    json: dict
    found: Search
    best: Plan
    choice: Choice
    first_n: int
    what_if: WhatIf
    plan: BagPlan | None = None

    @property
    def case(self) -> Case:
        return self.found.case

    @property
    def digest(self) -> str:
        """Binds what was shown: the case and every bag."""
        return digest_of({"case": self.json, "bags": [list(run) for run in self.choice.runs]})

    @property
    def is_best(self) -> bool:
        return self.choice.cost == self.best.cost

    @property
    def pharmacy(self) -> dict:
        """The hours that were counted with, as JSON."""
        kept = self.plan.pharmacy if self.plan is not None else None
        return kept or pharmacy_of(self.subject.site)

    @property
    def zone(self) -> str:
        return self.subject.site.zone


def base_of(cycle: Cycle, hang: datetime | None = None) -> Base | None:
    """The next change is where a new plan begins, at its time or at `hang`; None while stopped,
    ended or on the last bag."""
    if cycle.state in NOT_STARTED:
        return Base(cycle.planned_start, 0, 1)
    begin = hang or cycle.next_change_at
    if cycle.state != Cycle.State.RUNNING or begin is None:
        return None
    # Rows hold whole seconds, the plan whole minutes.
    infused = (queries.elapsed_at(cycle, begin) + MINUTE / 2) // MINUTE
    if infused >= cycle.total_hours * 60:
        return None
    return Base(begin, infused, cycle.current_bag.planned.n + 1)


def shown_of(cycle: Cycle, what_if: WhatIf, at: datetime) -> Proposal:
    """The plan in force when nothing is asked, else the plan that is asked for."""
    plan = queries.plan_of(cycle)
    if what_if.is_plain and plan is not None:
        return in_force(cycle, plan)
    return asked_for(cycle, what_if, at)


def in_force(cycle: Cycle, plan: BagPlan) -> Proposal:
    """A plan as it was written, also a superseded one, with the answer to its case."""
    subject, rows = subject_of_cycle(cycle), list(plan.bags.order_by("n"))
    first = rows[0].minute if rows else 0
    json = plan.case or case_for(subject, start=cycle.planned_start, delivered_minutes=first)
    found = searched(json, subject, plan.pharmacy)
    case, best = found.case, plan_of(found)
    runs = [(row.bag_hours, row.runs_minutes) for row in rows]
    number = (rank(found, runs) or 0) + 1
    choice = Choice(bags_of(case, runs), cost_of(case, runs), number, best.ties)
    first_n = rows[0].n if rows else 1
    return Proposal(cycle, subject, json, found, best, choice, first_n, WhatIf(), plan)


def asked_for(cycle: Cycle, what_if: WhatIf, at: datetime) -> Proposal:
    """Computed from the site's rules of today and the wishes. HardStop says what forbids it."""
    wish = what_if.wish
    if wish.start and cycle.state not in NOT_STARTED:
        refuse("plan.started", _("The infusion has started: its start cannot be moved."))
    if what_if.hang:
        check_hang(cycle, what_if.hang, at)
    base = base_of(cycle, what_if.hang)
    if base is None:
        refuse("plan.nothing_left", _("There is no bag left to plan, or the infusion is stopped."))
    subject = subject_of_cycle(cycle)
    if wish.leaves:
        hour = hour_at(base.delivered_minutes, wish.start or base.start, wish.leaves)
        check_leaves(cycle, hour, wish.leaves, at)
        subject = replace(subject, home_from_hour=hour)
    minutes = base.delivered_minutes
    json = case_for(subject, start=base.start, delivered_minutes=minutes, wish=wish)
    found = searched(json, subject, first_n=base.first_n)
    fixed = what_if.fixed
    if what_if.length and not fixed:
        fixed = (run_of_length(found, what_if.length),)
    choice = choice_of(found, fixed=fixed, number=what_if.tie or 1)
    return Proposal(cycle, subject, json, found, plan_of(found), choice, base.first_n, what_if)


def rest_of(shown: Proposal) -> Proposal | None:
    """What moves, ties and comparisons start from. Of a plan in force that is what is left of it,
    with the wishes it was accepted with; None when it does not go on from the next change."""
    if shown.plan is None:
        return shown
    cycle, base = shown.cycle, base_of(shown.cycle)
    if base is None or not shown.plan.is_current:
        return None
    rows = list(shown.plan.bags.filter(n__gte=base.first_n).order_by("n"))
    if not rows or rows[0].minute != base.delivered_minutes:
        return None
    subject, wish = shown.subject, wish_of(shown.json, shown.subject)
    minutes = base.delivered_minutes
    json = case_for(subject, start=base.start, delivered_minutes=minutes, wish=wish)
    try:
        found = searched(json, subject, first_n=base.first_n)
    except HardStop:
        return None  # the rules of today know no way on; the page says so when one is asked for
    runs = [(row.bag_hours, row.runs_minutes) for row in rows]
    if not isinstance(judged(found.legal, runs), Judged):
        return None
    best, number = plan_of(found), (rank(found, runs) or 0) + 1
    choice = Choice(bags_of(found.case, runs), cost_of(found.case, runs), number, best.ties)
    return Proposal(cycle, subject, json, found, best, choice, base.first_n, WhatIf(wish))


def moved(shown: Proposal, n: int, minute: int, at: datetime) -> Proposal:
    """Bag `n` ends at another infused minute, the rest planned anew. HardStop says why not."""
    rest = rest_of(shown)
    if rest is None:
        refuse("plan.does_not_go_on", _("The plan does not go on so. Ask for another plan first."))
    choice = move_end(rest.found, rest.choice, n, minute)
    what_if = replace(rest.what_if, fixed=choice.fixed, tie=None, length=None)
    return asked_for(rest.cycle, what_if, at)
