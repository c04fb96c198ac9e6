"""How often something is observed, and the reminder that it is late."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from audit.actions import record, subject_of
from clock.now import now
from infusions.models import Cycle
from monitoring.models import Watch
from monitoring.queries import due_observations
from notifications.actions.reminders import done_for, remind
from teams.permissions import Permission, require

LATE = "observation_late"


@transaction.atomic
def set_watch(
    *,
    cycle: Cycle,
    kind: str,
    every_minutes: int | None,
    grace_minutes: int = 30,
    from_at: datetime | None = None,
    by,
    at: datetime | None = None,
) -> Watch | None:
    """Ends the watch of this kind and begins another; without `every_minutes` only ends it."""
    require(by, Permission.OBSERVE)
    at = at or now()
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    before = cycle.watches.filter(kind=kind, ended_at=None).first()
    if before is not None:
        before.ended_at = at
        before.save(update_fields=["ended_at"])
    watch = None
    if every_minutes:
        watch = Watch.objects.create(
            cycle=cycle,
            kind=kind,
            every_minutes=every_minutes,
            grace_minutes=grace_minutes,
            from_at=from_at or at,
            set_by=by,
        )
    record(
        verb="set_watch",
        subject=cycle,
        by=by,
        patient=cycle.patient,
        at=at,
        before={"kind": kind, "every_minutes": before.every_minutes if before else None},
        after={"kind": kind, "every_minutes": every_minutes},
    )
    plan_late_reminders(cycle, by=by, at=at)
    return watch


def plan_late_reminders(cycle: Cycle, *, by, at: datetime) -> None:
    """One reminder per watch, at the moment its next observation becomes late. Named after the
    cycle, so that whoever ends the cycle can close them."""
    subject = subject_of(cycle)
    done_for(subject=subject, kinds=[LATE], by=by, at=at)
    for due in due_observations(cycle, at):
        remind(
            subject=subject,
            kind=LATE,
            patient=cycle.patient,
            due_at=due.late_at,
            path=reverse(f"monitoring:{due.kind}", args=[cycle.uuid]),
            at=at,
        )
