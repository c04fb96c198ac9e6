"""The ledger in figures: what was infused stretch by stretch, what was thrown away, and the dates
that follow; the sums are in protocol/ledger.py."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from infusions import queries
from infusions.models import Bag, Cycle
from protocol.ledger import Stretch, left_in_bag, stretches_of
from protocol.timeline import RunState

MINUTE = timedelta(minutes=1)
LOST = (Bag.State.DISCARDED, Bag.State.REJECTED)


@dataclass(frozen=True)
class Waste:
    """Drug of one bag that no patient got, without the overfill of the line."""

    bag: Bag
    why: str
    left: timedelta
    drug_mcg: Decimal


@dataclass(frozen=True)
class Ledger:
    stretches: list[Stretch]
    minutes: int
    drug_mcg: Decimal
    wasted: list[Waste]
    wasted_mcg: Decimal
    paused: timedelta
    left: timedelta
    end_at: datetime | None  # while stopped: if it went on now
    ended: bool
    next_cycle_at: datetime | None
    next_cycle_on_holiday: bool


def ledger_of(cycle: Cycle, run: RunState, at: datetime) -> Ledger:
    """Everything of a run as replayed at `at`."""
    stretches = stretches_of(run, at)
    wasted = wasted_of(cycle, run)
    end_at = end_of(cycle, run, at)
    following = queries.next_cycle_not_before(cycle, end_at) if end_at else None
    return Ledger(
        stretches=stretches,
        minutes=sum(one.minutes for one in stretches),
        drug_mcg=sum((one.drug_mcg for one in stretches), Decimal(0)),
        wasted=wasted,
        wasted_mcg=sum((one.drug_mcg for one in wasted), Decimal(0)),
        paused=sum(((gap.to_at or at) - gap.from_at for gap in run.gaps), timedelta(0)),
        left=max(timedelta(hours=cycle.total_hours) - run.delivered, timedelta(0)),
        end_at=end_at,
        ended=cycle.ended_at is not None,
        next_cycle_at=following,
        next_cycle_on_holiday=_is_holiday(cycle, following),
    )


def wasted_of(cycle: Cycle, run: RunState) -> list[Waste]:
    """What was left in bags that were taken down, and bags that were never hung."""
    found = []
    for bag in queries.bags_of(cycle):
        infused = run.bag_infused.get(bag.code, timedelta(0))
        left = left_in_bag(
            bag_hours=bag.bag_hours, dose_mcg_per_day=bag.dose_mcg_per_day, infused=infused
        )
        why = _why_wasted(bag, infused)
        if why and left.span:
            found.append(Waste(bag, why, left.span, left.drug_mcg))
    return found


def _why_wasted(bag: Bag, infused: timedelta) -> str:
    if bag.hung_from is None:
        return (bag.discarded_because or _("Rejected at the check")) if bag.state in LOST else ""
    if bag.taken_down_at is None:
        return ""
    if bag.taken_down_at >= bag.discard_after:
        return _("Expired with drug left")
    if infused >= bag.planned.runs_minutes * MINUTE:
        return _("Cut as planned")
    return _("Changed before it was empty")


def end_of(cycle: Cycle, run: RunState, at: datetime) -> datetime | None:
    """The end of the cycle; of a stopped one the earliest that is still possible."""
    if cycle.started_at is None or cycle.state == Cycle.State.DISCONTINUED:
        return None
    if cycle.ended_at is not None:
        return cycle.ended_at
    return at + timedelta(hours=cycle.total_hours) - run.delivered


def _is_holiday(cycle: Cycle, moment: datetime | None) -> bool:
    if moment is None:
        return False
    site = cycle.patient.care_team.site
    day: date = moment.astimezone(ZoneInfo(site.zone)).date()
    return day.isoformat() in site.holidays
