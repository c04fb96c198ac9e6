"""What a gap in the infusion leads to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from .instants import utc
from .label import REFERENCE, Label, load
from .premedication import PremedicationDue, counts, due
from .stops import Stop

SameCycle = Literal["yes", "no", "ask"]


@dataclass(frozen=True)
class Consequences:
    """What follows from one gap. `premedication` is None when the gap is too short to matter."""

    gap: timedelta
    four_hours_reached: bool
    premedication: PremedicationDue | None
    supervised: bool
    supervision_text: str
    same_cycle: SameCycle
    remaining: timedelta
    stops: tuple[Stop, ...]


def classify(
    label: Label,
    *,
    gap: timedelta,
    cause: str,
    indication: str,
    cycle_no: int,
    age_years: int,
    bsa_m2: Decimal | None,
    delivered: timedelta,
) -> Consequences:
    """Judge a gap: premedication and supervision at the restart, same cycle or new, time left.

    `delivered` is the infusion time before and after earlier gaps. Raises HardStop when a per-m2
    premedication needs a body surface that is missing.
    """
    reached = counts(label, gap)
    premedication = None
    if reached:
        premedication = due(
            label,
            age_years=age_years,
            indication=indication,
            cycle_no=cycle_no,
            event="restart",
            bsa_m2=bsa_m2,
            gap=gap,
        )
    same_cycle = _same_cycle(label, gap, cause)
    return Consequences(
        gap=gap,
        four_hours_reached=reached,
        premedication=premedication,
        supervised=reached,
        supervision_text=label.restart.supervision_text if reached else "",
        same_cycle=same_cycle,
        remaining=max(timedelta(hours=label.course.cycle_hours) - delivered, timedelta(0)),
        stops=(*_premedication_stops(premedication), *_cycle_stops(label, same_cycle)),
    )


def four_hour_mark(stopped_at: datetime, label: Label | None = None) -> datetime:
    """The moment (UTC) from which a restart needs premedication and supervision.

    All label sets read agree on 4 hours; give the label set of the cycle to take its own.
    """
    restart = (label or load(REFERENCE)).restart
    minutes = timedelta(minutes=restart.supervised_from_minutes)
    return utc(stopped_at, field="stopped_at") + minutes


def same_cycle_until(label: Label, stopped_at: datetime) -> datetime:
    """The last moment (UTC, included) at which a restart certainly continues the same cycle."""
    return utc(stopped_at, field="stopped_at") + timedelta(hours=label.restart.same_cycle_hours)


def _same_cycle(label: Label, gap: timedelta, cause: str) -> SameCycle:
    if gap <= timedelta(hours=label.restart.same_cycle_hours):
        return "yes"
    return "no" if cause in label.restart.same_cycle_causes else "ask"


def _premedication_stops(premedication: PremedicationDue | None) -> tuple[Stop, ...]:
    if premedication is None or premedication.needed == "yes":
        return ()
    code = f"interruption.premedication_{premedication.needed}"
    return (Stop(code, premedication.text, premedication.source, "soft", "premedication"),)


def _cycle_stops(label: Label, same_cycle: SameCycle) -> tuple[Stop, ...]:
    restart = label.restart
    if same_cycle == "no":
        message = f"{restart.same_cycle_text} Plan a new cycle instead of resuming this one."
        return (Stop("interruption.new_cycle", message, restart.source),)
    if same_cycle == "ask":
        message = (
            "The label set does not say whether this cycle goes on after so long a gap of this"
            " cause. Ask the prescriber."
        )
        return (Stop("interruption.same_cycle_ask", message, restart.source, "soft"),)
    return ()
