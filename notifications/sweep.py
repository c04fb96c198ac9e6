"""Everything that is due, once. The embedded server calls this each second."""

from datetime import timedelta

from django.utils import timezone

from clock.now import now
from notifications.actions.delivery import drain
from notifications.actions.escalation import raise_due

SEAL_EVERY = timedelta(minutes=1)
_sealed_at = None


def tick(sender: str = "ticker") -> None:
    raise_due(now())
    drain(sender=sender)
    _seal_each_minute()


def _seal_each_minute() -> None:
    global _sealed_at
    real = timezone.now()
    if _sealed_at is not None and real - _sealed_at < SEAL_EVERY:
        return
    from audit.tasks import seal_events

    seal_events()
    _sealed_at = real
