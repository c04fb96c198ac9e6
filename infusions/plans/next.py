"""What each length of the next bag, hung at the time asked for, does to the rest of the month."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from display.sentences import said
from infusions.models import Cycle
from infusions.plans.choices import Choice, choice_of
from infusions.plans.hang import run_of_length
from infusions.plans.planning import vials_of
from infusions.plans.proposals import Proposal
from protocol.dosing import dose_at
from protocol.ledger import Left, drug_of, left_in_bag
from protocol.stops import HardStop

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class NextBag:
    """One length with its price, or `reason` why it cannot hang then. `later` are the times of day
    of every change after it."""

    hours: int
    choice: Choice | None = None
    ends: datetime | None = None
    is_holiday: bool = False
    is_outside: bool = False
    vials: int = 0
    thrown: timedelta = timedelta(0)
    thrown_mcg: Decimal = Decimal(0)
    later: tuple[str, ...] = ()
    is_shown: bool = False
    reason: str = ""


def next_bags(shown: Proposal) -> dict | None:
    """`left` is what the running bag still holds at the change; None when no change at another
    time was asked for."""
    hang = shown.what_if.hang
    if hang is None:
        return None
    left = left_at(shown.cycle, hang)
    lengths = sorted({row.hours for row in shown.subject.rules.durations})
    return {
        "hang": hang.astimezone(ZoneInfo(shown.zone)),
        "running": shown.cycle.current_bag,
        "left": left,
        "lengths": [next_bag(shown, hours, left) for hours in lengths],
    }


def left_at(cycle: Cycle, hang: datetime) -> Left:
    """What the running bag would be thrown away with."""
    bag, infused = cycle.current_bag, timedelta(seconds=cycle.bag_delivered_s)
    return left_in_bag(
        bag_hours=bag.bag_hours,
        dose_mcg_per_day=bag.dose_mcg_per_day,
        infused=infused + (hang - cycle.as_of),
    )


def next_bag(shown: Proposal, hours: int, left: Left) -> NextBag:
    try:
        run = run_of_length(shown.found, hours)
        choice = choice_of(shown.found, fixed=(run,))
    except HardStop as refusal:
        return NextBag(hours, reason=" ".join(said(stop.message) for stop in refusal.stops))
    return priced(shown, hours, choice, left)


def priced(shown: Proposal, hours: int, choice: Choice, left: Left) -> NextBag:
    case, first = shown.case, choice.bags[0]
    ends = case.local(first.minute + first.runs_minutes)
    cut = cut_of(shown, choice)
    return NextBag(
        hours=hours,
        choice=choice,
        ends=ends,
        is_holiday=ends.date() in case.holidays,
        is_outside=first.outside_window,
        vials=vials_of(shown.subject, choice.bags),
        thrown=left.span + cut.span,
        thrown_mcg=left.drug_mcg + cut.drug_mcg,
        later=tuple(
            dict.fromkeys(f"{bag.ends_at.astimezone(case.zone):%H:%M}" for bag in choice.bags)
        ),
        is_shown=shown.choice.bags[0].bag_hours == hours,
    )


def cut_of(shown: Proposal, choice: Choice) -> Left:
    """What the planned bags are thrown away with."""
    span, drug = timedelta(0), Decimal(0)
    for bag in choice.bags:
        cut = bag.bag_hours * 60 * MINUTE - bag.runs_minutes * MINUTE
        span += cut
        drug += drug_of(cut, dose_at(shown.subject.steps, Decimal(bag.minute) / 60).mcg_per_day)
    return Left(span, drug)
