"""What is true now, for the people at home: one word for each state of the infusion."""

from dataclasses import dataclass
from datetime import datetime

from infusions.cover.bag_now import BagNow, bag_now
from infusions.models import Cycle
from infusions.queries import latest_cycle_of, open_cycle_of, open_reports_of
from protocol.interruptions import four_hour_mark

# What asks somebody at home to call at once.
URGENT = {"overdue", "expired", "empty", "ran_empty", "stopped", "reported"}


@dataclass(frozen=True)
class Today:
    """`state`: none, planned, flowing, due_soon, overdue, expired, empty, ran_empty, stopped,
    reported, ended or discontinued. `since`: of a stop. `is_long`: it lasts four hours or more."""

    state: str
    cycle: Cycle | None = None
    now: BagNow | None = None
    since: datetime | None = None
    is_long: bool = False

    @property
    def is_urgent(self) -> bool:
        return self.state in URGENT


def today_of(patient, at: datetime) -> Today:
    cycle = open_cycle_of(patient) or latest_cycle_of(patient)
    if cycle is None:
        return Today("none")
    if cycle.state == Cycle.State.INTERRUPTED:
        return stopped("stopped", cycle, cycle.stopped_at, at)
    if cycle.state == Cycle.State.RUNNING:
        return running(cycle, at)
    if cycle.state in (Cycle.State.PLANNED, Cycle.State.ORDERED):
        return Today("planned", cycle)
    return Today(str(cycle.state), cycle)


def running(cycle: Cycle, at: datetime) -> Today:
    """A stop that somebody reported counts until a nurse has looked."""
    reports = [one for one in open_reports_of(cycle.patient) if one.cycle_id == cycle.pk]
    if reports:
        return stopped("reported", cycle, reports[0].stopped_at, at)
    now = bag_now(cycle, at)
    return Today(str(now.need) if now else "none", cycle, now)


def stopped(state: str, cycle: Cycle, since: datetime, at: datetime) -> Today:
    return Today(state, cycle, since=since, is_long=at >= four_hour_mark(since))
