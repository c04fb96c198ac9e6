"""Writing a bag plan as rows. Callers are inside their own transaction with the cycle locked."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from audit.actions import subject_of
from infusions import values
from infusions.models import BagPlan, Cycle, PlannedBag
from infusions.plans.planning import pharmacy_of
from notifications.actions.reminders import remind
from protocol.dosing import dose_at
from protocol.planner import Bag, Plan


def write_plan(
    cycle: Cycle,
    *,
    case: dict,
    answer: Plan,
    by,
    at: datetime,
    bags: Sequence[Bag] | None = None,
    cost: dict | None = None,
    first_n: int = 1,
    **columns,
) -> BagPlan:
    """`answer` is the proven best plan of `case`; `bags` and `cost` those of another choice."""
    chosen = answer.bags if bags is None else bags
    plan = BagPlan.objects.create(
        cycle=cycle,
        made_by=by,
        made_at=at,
        from_minute=case["delivered_minutes"],
        case=case,
        pharmacy=pharmacy_of(cycle.patient.care_team.site),
        goals=case["goals"],
        cost=cost or answer.cost,
        best_cost=answer.cost,
        ties=answer.ties,
        runner_up=answer.runner_up,
        why=answer.why,
        **columns,
    )
    write_bags(plan, chosen, steps=values.steps_of(cycle), first_n=first_n)
    return plan


def write_bags(plan: BagPlan, bags: Sequence[Bag], *, steps, first_n: int) -> None:
    """Numbers go on after the bags that were hung before."""
    PlannedBag.objects.bulk_create(
        PlannedBag(
            plan=plan,
            n=n,
            minute=bag.minute,
            bag_hours=bag.bag_hours,
            runs_minutes=bag.runs_minutes,
            setting=bag.setting,
            dose_mcg_per_day=dose_at(steps, bag.minute // 60).mcg_per_day,
            boundary=bag.boundary or "",
        )
        for n, bag in enumerate(bags, first_n)
    )


def ask_to_accept(plan: BagPlan, at: datetime):
    """A named person looks at the plan; it counts already, and nothing waits for them."""
    cycle = plan.cycle
    return remind(
        subject=subject_of(cycle),
        kind="plan_to_accept",
        patient=cycle.patient,
        due_at=at,
        path=reverse("infusions:plan", args=[cycle.uuid]),
        at=at,
    )
