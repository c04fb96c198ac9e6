"""Raising reminders: each due step becomes messages to the people of that step."""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction

from audit.actions import record
from notifications.actions.outbox import enqueue_all, message
from notifications.models import OutboxMessage, Reminder
from notifications.people import people_for

log = logging.getLogger(__name__)
BATCH = 20
NEVER_SAY_AGAIN_BEFORE = timedelta(minutes=30)
REPEATS_BEFORE_DAILY = 8


def next_due_at() -> datetime | None:
    """When the next step of any reminder is due (domain time)."""
    return _raising().order_by("next_step_at").values_list("next_step_at", flat=True).first()


def raise_due(at: datetime) -> int:
    """Raises every step due at `at`; returns how many. Safe in many processes at once."""
    total = 0
    while raised := _raise_batch(at):
        total += raised
    return total


def _raising():
    return Reminder.objects.filter(state__in=["waiting", "raised"], next_step_at__isnull=False)


@transaction.atomic
def _raise_batch(at: datetime) -> int:
    rows = _raising().filter(next_step_at__lte=at).order_by("next_step_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    due = list(rows.select_related("patient", "care_team__site")[:BATCH])
    for reminder in due:
        raise_step(reminder, at=at)
    return len(due)


def raise_step(reminder: Reminder, *, at: datetime) -> None:
    """Messages for the step that is due; a step without people goes on to the next at once."""
    index = min(reminder.step, len(reminder.policy) - 1)
    people = people_for(reminder, reminder.policy[index], at=at)
    while not people and index < len(reminder.policy) - 1:
        index += 1
        people = people_for(reminder, reminder.policy[index], at=at)
    number = max(reminder.step, index)
    if not people:
        log.error("Nobody to tell: reminder %s, step %s", reminder.uuid, number)
    enqueue_all(_messages(reminder, people, number, at=at))
    reminder.state = Reminder.State.RAISED
    reminder.step = number + 1
    reminder.next_step_at = _next(reminder, index, number, at=at)
    reminder.save(update_fields=["state", "step", "next_step_at"])
    _audit(reminder, people, number, at=at)


def _next(reminder: Reminder, index: int, number: int, *, at: datetime) -> datetime:
    """Counted from when this step was really raised, so that an outage does not skip people."""
    steps = reminder.policy
    if index < len(steps) - 1:
        gap = steps[index + 1]["after_minutes"] - steps[index]["after_minutes"]
        return at + timedelta(minutes=gap)
    if number - index >= REPEATS_BEFORE_DAILY:
        return at + timedelta(days=1)
    again = timedelta(minutes=steps[index].get("repeat_minutes", 0))
    return at + max(again, NEVER_SAY_AGAIN_BEFORE)


def _messages(reminder: Reminder, people, number: int, *, at: datetime) -> list[OutboxMessage]:
    site = reminder.care_team.site
    context = {"site": site.name, "due_at": reminder.due_at.isoformat(), "zone": site.zone}
    return [
        message(
            to=person,
            channel=channel,
            template=reminder.kind,
            context=context,
            path=reminder.path,
            dedupe_key=f"{reminder.uuid}:{number}:{person.pk}:{channel}",
            at=at,
            urgent=number > 0,
            reminder=reminder,
        )
        for person in people
        for channel in _channels(person)
    ]


def _channels(person) -> tuple[str, ...]:
    return ("in_app", "email") if person.email else ("in_app",)


def _audit(reminder: Reminder, people, number: int, *, at: datetime) -> None:
    after = {"kind": reminder.kind, "step": number, "to": [person.username for person in people]}
    record(
        verb="raised_reminder",
        subject=reminder,
        by="system:reminders",
        patient=reminder.patient,
        at=at,
        after=after,
    )
