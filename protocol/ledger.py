"""The ledger in figures: minutes and micrograms infused, stretch by stretch, and what was wasted.

Every row is a difference of running totals that are rounded once, so that rows always add up to
the header.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .instants import utc
from .timeline import RunState, Segment
from .units import HOURS_PER_DAY, MICROSECOND, MICROSECONDS_PER_HOUR, mcg

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Stretch:
    """A segment of the run with its whole minutes and its micrograms."""

    segment: Segment
    minutes: int
    drug_mcg: Decimal


@dataclass(frozen=True)
class Left:
    """What is left in a bag, without the overfill of the line."""

    span: timedelta
    drug_mcg: Decimal


def stretches_of(run: RunState, now: datetime) -> list[Stretch]:
    """The segments of a run replayed at `now`. Their minutes add up to the whole minutes of
    `run.delivered`, their micrograms to `run.delivered_mcg`, exactly.
    """
    moment, rows = utc(now, field="now"), []
    time, drug = timedelta(0), Decimal(0)
    for segment in run.segments:
        span = (segment.to_at or moment) - segment.from_at
        more = drug + segment.dose_mcg_per_day * (span // MICROSECOND)
        minutes = (time + span) // MINUTE - time // MINUTE
        rows.append(Stretch(segment, minutes, _in_mcg(more) - _in_mcg(drug)))
        time, drug = time + span, more
    return rows


def left_in_bag(*, bag_hours: int, dose_mcg_per_day: Decimal, infused: timedelta) -> Left:
    """What a bag still holds after so much of it was infused; all of it when it never hung.

    What was infused and what is left, each rounded, add up to the whole bag. Wasted, when the bag
    was cut, changed early, expired or discarded.
    """
    whole = bag_hours * HOUR
    used = min(max(infused, timedelta(0)), whole)
    drug = drug_of(whole, dose_mcg_per_day) - drug_of(used, dose_mcg_per_day)
    return Left(whole - used, drug)


def drug_of(span: timedelta, dose_mcg_per_day: Decimal) -> Decimal:
    """Micrograms given in so long at a dose."""
    return _in_mcg(dose_mcg_per_day * (span // MICROSECOND))


def _in_mcg(drug: Decimal) -> Decimal:
    return mcg(drug / (MICROSECONDS_PER_HOUR * HOURS_PER_DAY))
