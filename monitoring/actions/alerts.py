"""A finding the oncologist must hear of: told at once, and shown until somebody takes it on."""

from datetime import datetime, timedelta

from django.urls import reverse

from audit.actions import subject_of
from clock.now import now
from notifications.actions.reminders import remind

# Older findings, charted afterwards, stand on the flowsheet but page nobody.
STILL_NEWS = timedelta(hours=24)


def tell_oncologist(row, *, seen_at: datetime, at: datetime) -> None:
    if now() - seen_at > STILL_NEWS:
        return
    remind(
        subject=subject_of(row),
        kind="prescriber_question",
        patient=row.cycle.patient,
        due_at=at,
        path=reverse("monitoring:flowsheet", args=[row.cycle.uuid]),
        at=at,
    )
