"""Accepting a bag plan: the one in force as it is, or another one in its place."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.refusals import Stale, refuse
from infusions import queries
from infusions.actions.announce import announce
from infusions.actions.cycles import ask_for_bag
from infusions.actions.ledger import lock
from infusions.actions.pharmacy_reviews import review_left
from infusions.actions.plan_rows import write_plan
from infusions.actions.refresh import refresh
from infusions.models import Bag, BagPlan, Cycle, PlannedBag
from infusions.plans.proposals import NOT_STARTED, Proposal, shown_of
from infusions.plans.wishes import WhatIf
from infusions.queries import planned_at
from notifications.actions.reminders import cancel_for, done_for
from teams.actions.signatures import sign
from teams.models import Meaning
from teams.permissions import Permission, require

UNHUNG = (Bag.State.MADE, Bag.State.RELEASED)


@transaction.atomic
def accept_plan(
    *,
    cycle: Cycle,
    what_if: WhatIf,
    digest: str,
    by,
    password: str,
    statement: str,
    at: datetime,
    version: int | None = None,
) -> BagPlan:
    """Computes the plan again; what comes out must be what was shown (`digest`)."""
    require(by, Permission.ACCEPT_PLAN)
    locked = lock(cycle, version)
    shown = shown_of(locked, what_if, at)
    if shown.digest != digest:
        raise Stale("the plan comes out differently from the one that was shown")
    if shown.plan is not None and shown.plan.state != BagPlan.State.PROPOSED:
        refuse("plan.accepted", _("This plan is accepted already."))
    before = queries.plan_of(locked)
    plan = shown.plan or replace_plan(locked, before, shown, by, at)
    signature = sign(
        by=by,
        password=password,
        meaning=Meaning.ACCEPTED_PLAN,
        statement=statement,
        subject=plan,
        content={"case": shown.json, "bags": shown.choice.runs, "cost": shown.choice.cost},
        at=at,
    )
    mark_accepted(plan, signature, by, at)
    locked.version += 1
    locked.save()
    record(
        verb="accepted_plan",
        subject=plan,
        by=by,
        patient=locked.patient,
        at=at,
        before=facts_of(before),
        after=facts_of(plan),
    )
    done_for(subject=subject_of(locked), kinds=["plan_to_accept"], by=by, at=at)
    if locked.state not in NOT_STARTED:
        announce(locked, by=by, at=at)  # a change that waited is answered by this plan
    return plan


def mark_accepted(plan: BagPlan, signature, by, at: datetime) -> None:
    plan.state, plan.signature = BagPlan.State.ACCEPTED, signature
    plan.accepted_by, plan.accepted_at = by, at
    plan.save(update_fields=["state", "signature", "accepted_by", "accepted_at"])


def replace_plan(cycle: Cycle, before: BagPlan, shown: Proposal, by, at: datetime) -> BagPlan:
    """The new plan counts from now on; the old one stays, linked. Made bags find their place."""
    supersede(before)
    plan = write_plan(
        cycle,
        case=shown.json,
        answer=shown.best,
        bags=shown.choice.bags,
        cost=shown.choice.cost,
        first_n=shown.first_n,
        kind=BagPlan.Kind.CHOSEN,
        supersedes=before,
        by=by,
        at=at,
    )
    review_left(cycle, keep_made_bags(cycle, plan), at=at)
    ask_again_for_bags(cycle, before, plan, at)
    if shown.what_if.wish.leaves:
        cycle.home_from_hour = shown.json["home_from_hour"]
    if cycle.state in NOT_STARTED:
        cycle.planned_start = shown.case.instant(0)
    else:
        refresh(cycle)
    return plan


def supersede(plan: BagPlan) -> None:
    plan.is_current, plan.state = False, BagPlan.State.SUPERSEDED
    plan.save(update_fields=["is_current", "state"])


def keep_made_bags(cycle: Cycle, plan: BagPlan) -> list[Bag]:
    """Bags made and not hung go to a planned bag of the same length and dose; gives the others."""
    places, left = list(plan.bags.order_by("n")), []
    rows = cycle.bags.filter(state__in=UNHUNG).select_related("planned")
    for bag in rows.order_by("planned__n"):
        place = next((one for one in places if fits(bag, one)), None)
        if place is None:
            left.append(bag)
            continue
        places.remove(place)
        bag.planned = place
        bag.save(update_fields=["planned"])
    return left


def fits(bag: Bag, place: PlannedBag) -> bool:
    """Length and dose are those of the place, and the bag can still be hung then."""
    if (bag.bag_hours, bag.dose_mcg_per_day) != (place.bag_hours, place.dose_mcg_per_day):
        return False
    return bag.discard_after > planned_at(place.plan, place.minute)


def ask_again_for_bags(cycle: Cycle, before: BagPlan, plan: BagPlan, at: datetime) -> None:
    """What was asked of the pharmacy for the old plan is asked for the new one."""
    for planned in before.bags.all():
        cancel_for(subject=subject_of(planned), kinds=["bag_needed"], because="another plan", at=at)
    first = plan.bags.order_by("n").first()
    if cycle.state == Cycle.State.PLANNED or first.made.filter(state__in=UNHUNG).exists():
        return
    due_at = plan_start(cycle, plan)
    ask_for_bag(first, cycle=cycle, due_at=due_at, at=at)


def plan_start(cycle: Cycle, plan: BagPlan) -> datetime:
    return cycle.next_change_at or datetime.fromisoformat(plan.case["start"])


def facts_of(plan: BagPlan | None) -> dict:
    if plan is None:
        return {}
    hours = list(plan.bags.order_by("n").values_list("bag_hours", flat=True))
    facts = {name: plan.case.get(name) for name in ("start", "home_from_hour")}
    return {"plan": str(plan.uuid), **facts, "bag_hours": hours}
