"""A plan as a page shows it: the one in force, or what an address asks for. Nothing is written."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from commands.refusals import refuse
from infusions import queries
from infusions.models import BagPlan, Cycle
from infusions.plan_choices import Choice, choice_of, move_end
from infusions.plan_wishes import WhatIf
from infusions.planning import Subject, case_for, pharmacy_of, searched, subject_of_cycle
from protocol.planner import Plan, bags_of, cost_of, plan_of
from protocol.planner_case import Case
from protocol.planner_search import Search
from protocol.planner_ties import rank
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


def base_of(cycle: Cycle, at: datetime) -> Base | None:
    """The next change is where a new plan begins; None while stopped, ended or on the last bag."""
    if cycle.state in NOT_STARTED:
        return Base(cycle.planned_start, 0, 1)
    if cycle.state != Cycle.State.RUNNING or cycle.next_change_at is None:
        return None
    infused = queries.elapsed_at(cycle, cycle.next_change_at)
    if infused >= timedelta(hours=cycle.total_hours):
        return None
    return Base(cycle.next_change_at, infused // MINUTE, cycle.current_bag.planned.n + 1)


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
    base, subject = base_of(cycle, at), subject_of_cycle(cycle)
    if base is None:
        refuse("plan.nothing_left", _("There is no bag left to plan, or the infusion is stopped."))
    if what_if.wish.start and cycle.state not in NOT_STARTED:
        refuse("plan.started", _("The infusion has started: its start cannot be moved."))
    json = case_for(
        subject, start=base.start, delivered_minutes=base.delivered_minutes, wish=what_if.wish
    )
    found = searched(json, subject)
    choice = choice_of(found, fixed=what_if.fixed, number=what_if.tie or 1)
    return Proposal(cycle, subject, json, found, plan_of(found), choice, base.first_n, what_if)


def moved(shown: Proposal, n: int, minute: int, at: datetime) -> Proposal:
    """Bag `n` ends at another infused minute, the rest planned anew. HardStop says why not."""
    choice = move_end(shown.found, shown.choice, n - shown.first_n + 1, minute)
    what_if = replace(shown.what_if, fixed=choice.fixed, tie=None)
    return replace(asked_for(shown.cycle, what_if, at), plan=None)
