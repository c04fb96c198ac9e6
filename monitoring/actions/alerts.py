"""A finding somebody must hear of: told at once, and shown until a person takes it on.

A later finding of the same kind asks again once the earlier one was taken on; while that one still
waits, its escalation goes on as it is. Only a person closes what nobody has taken on.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from audit.actions import subject_of
from clock.now import now
from infusions.models import Cycle
from monitoring.alerts import open_reminders
from monitoring.findings import answered_by
from monitoring.queries import kinds_in, newest_with
from notifications.actions.reminders import acknowledge, cancel_for, done_for, remind
from teams.permissions import Permission, require

# Older findings, charted afterwards, stand on the flowsheet but page nobody.
STILL_NEWS = timedelta(hours=24)
CORRECTED = gettext_noop("The entry was corrected.")


def tell_findings(row, *, seen_at: datetime, by, at: datetime) -> None:
    """Call with the cycle locked, after `row` was saved."""
    kinds = kinds_in(row)
    waiting = set()
    for reminder in open_reminders(row.cycle.patient):
        if reminder.acknowledged_by_id is None:
            waiting.add(reminder.kind)
        elif reminder.kind in answered_by(row):
            done_for(subject=reminder.subject, kinds=[reminder.kind], by=by, at=at)
    for kind in kinds:
        if kind not in waiting:
            _tell(row, kind, seen_at=seen_at, at=at)


def tell_corrected(old, row, *, seen_at: datetime, by, at: datetime) -> None:
    """What was told of the entry before and was not so is taken back."""
    kinds, subject = kinds_in(row), subject_of(old)
    told = [one for one in open_reminders(row.cycle.patient) if one.subject == subject]
    for reminder in told:
        if reminder.kind in kinds:
            continue
        cancel_for(subject=subject, kinds=[reminder.kind], because=CORRECTED, at=at)
        newest = newest_with(row.cycle, reminder.kind, since=now() - STILL_NEWS)
        if newest is not None:
            _tell(newest, reminder.kind, seen_at=at, at=at)
    still = {one.kind for one in open_reminders(row.cycle.patient)}
    for kind in kinds:
        if kind not in still:
            _tell(row, kind, seen_at=seen_at, at=at)


def _tell(row, kind: str, *, seen_at: datetime, at: datetime) -> None:
    if now() - seen_at > STILL_NEWS:
        return
    remind(
        subject=subject_of(row),
        kind=kind,
        patient=row.cycle.patient,
        due_at=at,
        path=reverse("monitoring:flowsheet", args=[row.cycle.uuid]),
        at=at,
    )


@transaction.atomic
def take_on_alerts(*, cycle: Cycle, by, at: datetime | None = None) -> int:
    """Every alert of this patient that nobody has taken on yet; returns how many."""
    require(by, Permission.OBSERVE)
    at = at or now()
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    waiting = [one for one in open_reminders(cycle.patient) if one.acknowledged_by_id is None]
    for reminder in waiting:
        acknowledge(reminder=reminder, by=by, at=at)
    return len(waiting)
