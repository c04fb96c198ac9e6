"""Needs that were closed because of something that turned out not to have happened."""

from datetime import datetime, timedelta

from django.apps import apps
from django.db import transaction

from audit.actions import record
from notifications.models import Reminder

OPEN = ("waiting", "raised", "acknowledged")


@transaction.atomic
def reopen_of_patient(*, patient, kinds, because: str, at: datetime) -> list[Reminder]:
    """Reminders again for what was cancelled for this reason and is still to be done.

    The cancelled ones stay as they are. Steps that lie behind are said at once, one by one."""
    closed = Reminder.objects.filter(
        patient=patient, kind__in=kinds, state=Reminder.State.CANCELLED, closed_because=because
    )
    needs = {(row.subject, row.kind, row.due_at): row for row in closed.order_by("pk")}
    wanted = [row for row in needs.values() if is_wanted(row.subject)]
    return [again for row in wanted if (again := _again(row, at)) is not None]


def is_wanted(subject: str) -> bool:
    """Whether the row that a reminder is about still waits for somebody: its own `is_open`."""
    label, _colon, uuid = subject.partition(":")
    row = apps.get_model(label).objects.filter(uuid=uuid).first()
    return row is not None and getattr(row, "is_open", True)


def _again(row: Reminder, at: datetime) -> Reminder | None:
    first = row.due_at + timedelta(minutes=row.policy[0]["after_minutes"])
    reminder, made = Reminder.objects.filter(state__in=OPEN).get_or_create(
        subject=row.subject,
        kind=row.kind,
        due_at=row.due_at,
        defaults={
            "patient": row.patient,
            "care_team": row.care_team,
            "path": row.path,
            "policy": row.policy,
            "next_step_at": max(first, at),
            "created_at": at,
        },
    )
    if not made:
        return None
    after = {"kind": row.kind, "about": row.subject, "due_at": row.due_at}
    record(
        verb="reminded",
        subject=reminder,
        by="system:reminders",
        patient=row.patient,
        at=at,
        after=after,
    )
    return reminder
