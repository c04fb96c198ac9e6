"""A change that waits for a person: written with the event, told as a task, shown everywhere."""

from datetime import datetime

from django.urls import reverse

from audit.actions import record, subject_of
from infusions.models import Cycle
from infusions.reflows.waiting import causes_of
from notifications.actions.reminders import cancel_for, remind

KIND = "plan_change"


def note_change(cycle: Cycle, *, at: datetime) -> None:
    """Call with the cycle locked, after its columns were refreshed. While an infusion is stopped
    its future is unknown: what waited before goes on waiting."""
    if cycle.state == Cycle.State.INTERRUPTED:
        return
    causes, before = causes_of(cycle), cycle.change_waiting
    since = before["since"] if before else at.isoformat()
    after = {"causes": causes, "since": since} if causes else None
    if after == before:
        return
    cycle.change_waiting = after
    cycle.save(update_fields=["change_waiting"])
    record(
        verb="plan_differs" if after else "plan_fits",
        subject=cycle,
        by="system:reflow",
        patient=cycle.patient,
        at=at,
        before={"change_waiting": before},
        after={"change_waiting": after},
    )
    _tell(cycle, at)


def _tell(cycle: Cycle, at: datetime) -> None:
    """One open task, for who may decide on a plan."""
    subject = subject_of(cycle)
    if cycle.change_waiting is None:
        cancel_for(subject=subject, kinds=[KIND], because="facts and plan fit again", at=at)
        return
    remind(
        subject=subject,
        kind=KIND,
        patient=cycle.patient,
        due_at=datetime.fromisoformat(cycle.change_waiting["since"]),
        path=reverse("infusions:reflow", args=[cycle.uuid]),
        at=at,
    )
