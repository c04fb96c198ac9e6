"""Accepting a way on after a change: a new plan in force, signed; the old one stays, linked."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.refusals import Stale, refuse
from infusions.actions.announce import announce
from infusions.actions.ledger import lock
from infusions.actions.pharmacy_reviews import review_left
from infusions.actions.plan_rows import write_plan
from infusions.actions.plans import (
    ask_again_for_bags,
    facts_of,
    keep_made_bags,
    mark_accepted,
    supersede,
)
from infusions.actions.refresh import refresh
from infusions.models import BagPlan, Cycle
from infusions.reflows.diff import Shown, reflow_of
from infusions.reflows.visits import affected_visits
from notifications.actions.reminders import done_for, remind
from teams.actions.signatures import sign
from teams.models import Meaning
from teams.permissions import Permission, require


@transaction.atomic
def accept_change(
    *,
    cycle: Cycle,
    kind: str,
    digest: str,
    by,
    password: str,
    statement: str,
    at: datetime,
    version: int | None = None,
) -> BagPlan:
    """Computes the way on again; it must be what was shown (`digest`). Less than the whole cycle,
    or a delay, is for the oncologist."""
    require(by, Permission.PLAN_CYCLE)
    locked = lock(cycle, version)
    shown = reflow_of(locked, at)
    option = shown.option(kind) if shown and not shown.is_preview else None
    if option is None:
        refuse("reflow.gone", _("This way on is not there any more. Open the page again."))
    if shown.digest(option) != digest:
        raise Stale("the way on comes out differently from the one that was shown")
    if option.needs_prescriber:
        require(by, Permission.SIGN_ORDER)
    before, moved = shown.plan, affected_visits(locked, option)
    plan = _write(locked, shown, option, by, at)
    signature = sign(
        by=by,
        password=password,
        meaning=Meaning.ACCEPTED_PLAN,
        statement=statement,
        subject=plan,
        content={
            "case": plan.case,
            "kind": option.kind,
            "bags": [[bag.bag_hours, bag.runs_minutes] for bag in option.bags],
            "short_minutes": option.short_minutes,
        },
        at=at,
    )
    mark_accepted(plan, signature, by, at)
    locked.version += 1
    refresh(locked)
    record(
        verb="accepted_change",
        subject=plan,
        by=by,
        patient=locked.patient,
        at=at,
        before=facts_of(before),
        after=facts_of(plan) | {"kind": option.kind, "short_minutes": option.short_minutes},
    )
    done_for(subject=subject_of(locked), kinds=["plan_change", "plan_to_accept"], by=by, at=at)
    _ask_to_move(moved, at=at)
    announce(locked, by=by, at=at)
    return plan


def _write(cycle: Cycle, shown: Shown, option, by, at: datetime) -> BagPlan:
    before = shown.plan
    supersede(before)
    plan = write_plan(
        cycle,
        case=shown.json_of(option),
        answer=shown.answer_of(cycle, option),
        bags=option.bags,
        cost=option.cost,
        first_n=option.bags[0].n,
        kind=BagPlan.Kind.REFLOW,
        supersedes=before,
        by=by,
        at=at,
    )
    review_left(cycle, keep_made_bags(cycle, plan), at=at)
    ask_again_for_bags(cycle, before, plan, at)
    return plan


def _ask_to_move(visits, *, at: datetime) -> None:
    """A visit is moved by the people it concerns; accepting the plan asks for it."""
    for line in visits:
        visit = line.visit
        remind(
            subject=subject_of(visit),
            kind="visit_to_move",
            patient=visit.patient,
            due_at=at,
            path=line.path,
            at=at,
        )
