"""The plan follows the signed order. Where the label set, or the plan in force, says another dose,
the page says so: nobody finds out at the pump."""

from collections.abc import Iterable
from itertools import zip_longest

from django.utils.translation import gettext as _

from display.formats import plain
from display.sentences import said
from infusions import queries, values
from infusions.models import BagPlan, Cycle, DoseOrder
from protocol.dosing import DoseStep
from protocol.stops import HardStop


def order_notes(cycle: Cycle) -> list[str]:
    """What differs from the signed order; empty before a signature and while all agree."""
    order = queries.signed_order_of(cycle)
    if order is None:
        return []
    return [*_label_notes(cycle, order), *_plan_notes(cycle, order)]


def _label_notes(cycle: Cycle, order: DoseOrder) -> list[str]:
    signed = values.steps_of_order(order)
    try:
        label = values.steps_from_label(cycle)
    except HardStop as stop:
        words = _(
            "The label set gives no dose for this cycle today: %(why)s The signed order counts."
        )
        return [words % {"why": " ".join(said(one.message) for one in stop.stops)}]
    return [
        _("The signed order says %(order)s; the label set says %(label)s. The signed order counts.")
        % {"order": dose_words(mine), "label": dose_words(other)}
        for mine, other in zip_longest(signed, label)
        if dose_words(mine) != dose_words(other)
    ]


def _plan_notes(cycle: Cycle, order: DoseOrder) -> list[str]:
    plan, signed = queries.plan_of(cycle), values.steps_of_order(order)
    numbers = [] if plan is None else [str(n) for n in other_doses(cycle, plan, signed)]
    if not numbers:
        return []
    words = _(
        "In the plan in force, bags %(numbers)s were planned for another dose than the signed "
        "one. Ask for another plan and accept it."
    )
    return [words % {"numbers": ", ".join(numbers)}]


def other_doses(cycle: Cycle, plan: BagPlan, signed: Iterable[DoseStep]) -> list[int]:
    """Numbers of the bags, not hung yet, whose planned dose is not the signed one."""
    hung = cycle.current_bag.planned.n if cycle.current_bag else 0
    steps = list(signed)
    return [
        bag.n
        for bag in plan.bags.filter(n__gt=hung).order_by("n")
        if not any(_is_dose_of(step, bag) for step in steps)
    ]


def _is_dose_of(step: DoseStep, bag) -> bool:
    begins = step.from_hour * 60 <= bag.minute < step.to_hour * 60
    return begins and step.mcg_per_day == bag.dose_mcg_per_day


def dose_words(step: DoseStep | None) -> str:
    if step is None:
        return _("nothing more")
    words = _("%(dose)s mcg/day from hour %(from)s to %(to)s")
    hours = {"from": step.from_hour, "to": step.to_hour}
    return words % {"dose": plain(step.mcg_per_day), **hours}
