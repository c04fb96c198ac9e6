from datetime import timedelta

from clock.now import now
from notifications.actions.reminders import remind
from tests.factories import make_patient


def make_reminder(cast, *, kind="bag_change", in_minutes=0, to=(), patient=None, **fields):
    """A reminder about a patient of the cast, due in so many minutes."""
    return remind(
        **{
            "subject": "infusions.cycle:one",
            "kind": kind,
            "patient": patient or make_patient(cast),
            "due_at": now() + timedelta(minutes=in_minutes),
            "path": "/patients/",
            "at": now(),
            "to": to,
            **fields,
        }
    )
