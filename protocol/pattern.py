"""A first bag plan by a fixed pattern: one usual length per setting. The optimiser comes later."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .stops import HardStop, Stop

MINUTES = 60
Setting = Literal["inpatient", "home"]
Boundary = Literal["step", "discharge", "end"]


@dataclass(frozen=True)
class PlannedBag:
    """One bag of a plan. `minute` is the infusion minute it is hung at; `bag_hours` its length,
    `runs_minutes` how long it runs; `boundary` what ends it early or exactly there, if anything.
    """

    n: int
    minute: int
    bag_hours: int
    runs_minutes: int
    setting: Setting
    boundary: Boundary | None


def fixed_pattern(
    *,
    total_hours: int,
    step_hours: Iterable[int],
    home_from_hour: int | None,
    inpatient_hours: int,
    home_hours: int,
    new_bag_at_discharge: bool = True,
    shorter: Iterable[int] = (),
    delivered_minutes: int = 0,
) -> tuple[PlannedBag, ...]:
    """Bags of the usual length one after another, cut at every boundary, without gaps.

    No bag crosses a dose step, the end, or the discharge when a new bag is hung there. Before a
    boundary the shortest of `shorter` that reaches it is taken in place of the usual length.
    Raises HardStop when a length or the total is not above zero, or `delivered_minutes` is below.
    """
    shorter = tuple(shorter)
    _refuse_nonsense(total_hours, inpatient_hours, home_hours, *shorter)
    if delivered_minutes < 0:
        message = "The time delivered so far cannot be below zero. Check the infusion events."
        raise HardStop(Stop("pattern.negative_delivered", message))
    boundaries = _boundaries(total_hours, step_hours, home_from_hour, new_bag_at_discharge)
    bags: list[PlannedBag] = []
    minute = delivered_minutes
    while minute < total_hours * MINUTES:
        setting = _setting(minute, home_from_hour)
        usual = home_hours if setting == "home" else inpatient_hours
        bag = _bag(len(bags) + 1, minute, usual, shorter, setting, boundaries)
        bags.append(bag)
        minute += bag.runs_minutes
    return tuple(bags)


def _boundaries(
    total_hours: int, step_hours: Iterable[int], home_from_hour: int | None, new_bag: bool
) -> dict[int, Boundary]:
    """Infusion minute of each boundary; where two meet, the dose step names it."""
    found: dict[int, Boundary] = {}
    if new_bag and home_from_hour is not None and 0 < home_from_hour < total_hours:
        found[home_from_hour * MINUTES] = "discharge"
    found.update({h * MINUTES: "step" for h in step_hours if 0 < h < total_hours})
    found[total_hours * MINUTES] = "end"
    return found


def _setting(minute: int, home_from_hour: int | None) -> Setting:
    return (
        "home" if home_from_hour is not None and minute >= home_from_hour * MINUTES else "inpatient"
    )


def _bag(
    n: int,
    minute: int,
    usual: int,
    shorter: tuple[int, ...],
    setting: Setting,
    boundaries: dict[int, Boundary],
) -> PlannedBag:
    limit = min(b for b in boundaries if b > minute)
    left = limit - minute
    runs = min(usual * MINUTES, left)
    reaching = [h for h in (*shorter, usual) if runs <= h * MINUTES <= usual * MINUTES]
    boundary = boundaries[limit] if runs == left else None
    return PlannedBag(n, minute, min(reaching), runs, setting, boundary)


def _refuse_nonsense(*hours: int) -> None:
    if min(hours) <= 0:
        message = "Bag lengths and the length of the cycle must be above zero hours."
        raise HardStop(Stop("pattern.not_positive", message, field="bag_hours"))
