"""From rows to the reflow of the planner: what a change makes of the rest of a cycle.

Computed for a page or under the lock of an acceptance; nothing is written here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from infusions import queries
from infusions.cover.links import empty_at
from infusions.cover.slack import Slack, running_slack
from infusions.models import Bag, BagPlan, Cycle
from infusions.plans.planning import (
    Subject,
    allowed_for,
    case_for,
    pharmacy_hours,
    pharmacy_of,
    searched,
    subject_of_cycle,
)
from infusions.queries import planned_at
from infusions.reflows.waiting import LOST
from protocol.planner import Plan, plan_of
from protocol.planner_case import Case, read_case
from protocol.reflow import Option, Reflow, reflow
from protocol.reflow_diff import OldBag
from protocol.reflow_facts import Facts, Running
from protocol.stops import HardStop
from teams.actions.signatures import digest_of

MINUTE = timedelta(minutes=1)
UNHUNG = (Bag.State.MADE, Bag.State.RELEASED)


@dataclass(frozen=True)
class Shown:
    """The ways on beside the plan in force. `json` is the case with the site's rules of today.

    A `is_preview` of a stopped infusion says what would be if the bag that hung went on at
    `resume`."""

    plan: BagPlan
    json: dict
    reflow: Reflow
    slack: Slack | None
    is_preview: bool = False
    resume: datetime | None = None

    @cached_property
    def ways(self) -> dict[str, Option]:
        """Every way on by its name in addresses: the kind, numbered from the second of a kind."""
        found: dict[str, Option] = {}
        for one in self.reflow.options:
            many = sum(known.kind == one.kind for known in found.values())
            found[f"{one.kind}-{many + 1}" if many else one.kind] = one
        return found

    def option(self, name: str) -> Option | None:
        """The way on of this name; the first one when none is named."""
        return self.ways.get(name) if name else next(iter(self.ways.values()), None)

    def json_of(self, option: Option) -> dict:
        """The case of a way on, so that it can be computed again years later."""
        start = option.start.isoformat(timespec="minutes")
        return self.json | {"start": start, "delivered_minutes": option.delivered_minutes}

    def answer_of(self, cycle: Cycle, option: Option) -> Plan:
        """The proven best from the same start; of a way that has none, the way itself."""
        try:
            return plan_of(searched(self.json_of(option), subject_of_cycle(cycle)))
        except HardStop as stop:
            return Plan(True, option.cost, option.ties, option.bags, None, str(stop))

    def digest(self, option: Option) -> str:
        """Binds what was shown: the case, the kind and every bag."""
        runs = [[bag.bag_hours, bag.runs_minutes] for bag in option.bags]
        return digest_of({"case": self.json_of(option), "kind": option.kind, "bags": runs})


def reflow_of(cycle: Cycle, at: datetime, *, resume: datetime | None = None) -> Shown | None:
    """None before the start and after the end, or when the plan in force has no case to compare
    with. `resume`, at or after `at`: when a stopped infusion would go on; default now."""
    plan, stopped = queries.plan_of(cycle), cycle.state == Cycle.State.INTERRUPTED
    if not (stopped or cycle.state == Cycle.State.RUNNING) or plan is None or not plan.case:
        return None
    at = at.replace(second=0, microsecond=0)  # the planner counts whole minutes
    seen, at = at, max(at, resume) if stopped and resume else at
    subject, (delivered, left) = subject_of_cycle(cycle), minutes_of(cycle, at)
    json = case_for(subject, start=at, delivered_minutes=delivered)
    read, old = read_case(json), old_bags(cycle, plan)
    found = reflow(
        read,
        old,
        Facts(
            at=at,
            delivered_minutes=delivered,
            running=_running(cycle, plan, old, left),
            next_hang_at=at,
            new_bag_at=pharmacy_opens(subject, read, seen),
            doses=tuple(step.mcg_per_day for step in subject.steps),
        ),
        old_end=planned_at(plan, cycle.total_hours * 60),
        allowed_for=lambda case: allowed_for(case, subject),
    )
    return Shown(plan, json, found, running_slack(cycle, at), stopped, at)


def old_bags(cycle: Cycle, plan: BagPlan) -> list[OldBag]:
    """What the plan in force still wants hung, at its own times, with the bag made for each."""
    made = {bag.planned_id: bag for bag in cycle.bags.filter(state__in=UNHUNG)}
    rows = plan.bags.filter(n__gt=cycle.current_bag.planned.n).order_by("n")
    lost = set(cycle.bags.filter(state__in=LOST).values_list("planned_id", flat=True))
    return [_old_bag(plan, row, made.get(row.pk), row.pk in lost) for row in rows]


def _old_bag(plan: BagPlan, row, bag: Bag | None, was_lost: bool) -> OldBag:
    return OldBag(
        n=row.n,
        minute=row.minute,
        bag_hours=row.bag_hours,
        runs_minutes=row.runs_minutes,
        hangs_at=planned_at(plan, row.minute),
        ends_at=planned_at(plan, row.minute + row.runs_minutes),
        made=bag is not None,
        code=bag.code if bag else "",
        discard_after=bag.discard_after if bag else None,
        dose_mcg_per_day=row.dose_mcg_per_day,
        lost=was_lost and bag is None,
    )


def minutes_of(cycle: Cycle, at: datetime) -> tuple[int, int]:
    """Delivered, and left in the hanging bag. Together they are the infused minute at which the
    bag is empty, whatever second the run began at."""
    delivered, bag_left = timedelta(seconds=cycle.delivered_s), queries.bag_left(cycle)
    empty = nearest(delivered + bag_left)
    if cycle.state == Cycle.State.INTERRUPTED:
        return nearest(delivered), max(empty - nearest(delivered), 0)
    left = max((empty_at(cycle) - at) // MINUTE, 0)
    return empty - left, left


def nearest(span: timedelta) -> int:
    return (span + MINUTE / 2) // MINUTE


def _running(cycle: Cycle, plan: BagPlan, old: list[OldBag], left: int) -> Running:
    bag = cycle.current_bag
    ends = old[0].minute if old else cycle.total_hours * 60
    return Running(
        n=bag.planned.n,
        bag_hours=bag.bag_hours,
        left_minutes=left,
        discard_after=bag.discard_after,
        planned_end=ends,
        planned_end_at=planned_at(plan, ends),
        code=bag.code,
    )


def pharmacy_opens(subject: Subject, case: Case, at: datetime) -> datetime:
    """The next moment the pharmacy prepares bags: now, or when it opens."""
    return pharmacy_hours(pharmacy_of(subject.site), case).earliest(at) or at
