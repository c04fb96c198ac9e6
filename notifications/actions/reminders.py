"""Making, answering and closing reminders. Callers are inside their own transaction."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from clock.now import now
from commands.refusals import refuse
from notifications.models import OutboxMessage, Reminder
from notifications.policies import policy_of

OPEN = ("waiting", "raised", "acknowledged")
RAISING = ("waiting", "raised")


@transaction.atomic
def remind(
    *, subject: str, kind: str, patient, due_at: datetime, path: str, at: datetime, to=()
) -> Reminder:
    """One open reminder per (subject, kind, due_at); asking again gives the one that is there.

    `to`: the people whom policy steps call `receiver`."""
    policy = policy_of(kind)
    for one in policy:
        if "receiver" in one["roles"]:
            one["people"] = [person.pk for person in to]
    first = due_at + timedelta(minutes=policy[0]["after_minutes"])
    reminder, made = Reminder.objects.filter(state__in=OPEN).get_or_create(
        subject=subject,
        kind=kind,
        due_at=due_at,
        defaults={
            "patient": patient,
            "care_team": patient.care_team,
            "path": path,
            "policy": policy,
            "next_step_at": max(first, at),
            "created_at": at,
        },
    )
    if made:
        _audit("reminded", reminder, by="system:reminders", at=at)
    return reminder


@transaction.atomic
def acknowledge(*, reminder: Reminder, by, at: datetime | None = None) -> Reminder:
    """Somebody takes it on: nobody else is told any more. The need stays open until done."""
    at = at or now()
    reminder = Reminder.objects.select_for_update().get(pk=reminder.pk)
    if reminder.state == Reminder.State.ACKNOWLEDGED:
        if reminder.acknowledged_by_id == by.pk:
            return reminder
        refuse(
            "reminder.taken",
            _("%(who)s has already taken this on.") % {"who": reminder.acknowledged_by},
        )
    if reminder.state not in RAISING:
        refuse("reminder.closed", _("This reminder is closed; nothing is left to do."))
    reminder.state = Reminder.State.ACKNOWLEDGED
    reminder.acknowledged_by, reminder.acknowledged_at = by, at
    reminder.next_step_at = None
    reminder.save()
    _cancel_unsent([reminder])
    _audit("acknowledged_reminder", reminder, by=by, at=at)
    return reminder


def open_reminders(subject: str, kind: str):
    return Reminder.objects.filter(subject=subject, kind=kind, state__in=OPEN)


def cancel_for(*, subject: str, kinds=None, because: str, at: datetime) -> int:
    """The need went away. Returns how many reminders were closed."""
    return _close(subject, kinds, state="cancelled", because=because, by="system:reminders", at=at)


@transaction.atomic
def cancel_of_patient(*, patient, kinds, because: str, at: datetime) -> int:
    """The needs of these kinds went away, whatever they were about."""
    rows = Reminder.objects.filter(patient=patient, kind__in=kinds, state__in=OPEN)
    subjects = sorted(set(rows.values_list("subject", flat=True)))
    return sum(cancel_for(subject=s, kinds=kinds, because=because, at=at) for s in subjects)


def done_for(*, subject: str, kinds=None, by, at: datetime) -> int:
    """What was asked for has been done."""
    return _close(subject, kinds, state="done", because="", by=by, at=at)


@transaction.atomic
def _close(subject, kinds, *, state, because, by, at) -> int:
    rows = Reminder.objects.select_for_update().filter(subject=subject, state__in=OPEN)
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    closed = list(rows.select_related("patient").order_by("pk"))
    for reminder in closed:
        reminder.state, reminder.closed_because = state, because[:200]
        reminder.next_step_at = None
        reminder.save(update_fields=["state", "closed_because", "next_step_at"])
        _audit(f"{state}_reminder", reminder, by=by, at=at, reason=because)
    _cancel_unsent(closed)
    return len(closed)


def _cancel_unsent(reminders) -> None:
    """Messages already under lease are looked at again by the sender, right before sending."""
    OutboxMessage.objects.filter(reminder__in=reminders, state="pending").update(state="cancelled")


def _audit(verb, reminder, *, by, at, reason="") -> None:
    after = {"kind": reminder.kind, "about": reminder.subject, "due_at": reminder.due_at}
    record(
        verb=verb,
        subject=reminder,
        by=by,
        patient=reminder.patient,
        at=at,
        after=after,
        reason=reason,
    )
