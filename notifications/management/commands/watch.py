"""The standby: no Celery, no Redis. Looks each second; sends and seals when nobody else does."""

import logging
import time
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from audit.tasks import seal_when_late
from clock.now import now
from notifications.actions.delivery import drain
from notifications.actions.escalation import next_due_at, raise_due
from notifications.models import OutboxMessage

LATE = timedelta(seconds=5)
# Workers are started together with this process. Without it every restart of the whole would be
# reported as a dead queue, because what fell due meanwhile is late before a worker can look.
WORKERS_START_S = 10
MINUTE_S = 60
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="look once and end")

    def handle(self, *, once: bool, **options):
        if not once:
            time.sleep(WORKERS_START_S)
        while True:
            close_old_connections()
            try:
                take_over_when_late()
                self.seal_each_minute()
            except DatabaseError:
                if once:
                    raise
                log.exception("The database did not answer; the next look tries again.")
            if once:
                return
            time.sleep(1)

    looked_at_s = 0.0

    def seal_each_minute(self) -> None:
        if time.monotonic() - self.looked_at_s >= MINUTE_S:
            self.looked_at_s = time.monotonic()
            seal_when_late()


def take_over_when_late() -> int:
    """Sends what has been due for five seconds; what is younger belongs to the workers."""
    raised_at = next_due_at()
    if raised_at is not None and raised_at <= now() - LATE:
        raise_due(now())
        return drain(sender="watch")
    return drain(sender="watch") if _is_late() else 0


def _is_late() -> bool:
    late = timezone.now() - LATE
    pending = OutboxMessage.objects.filter(state="pending", next_attempt_at__lte=late)
    left_behind = OutboxMessage.objects.filter(state="leased", leased_until__lte=timezone.now())
    return pending.exists() or left_behind.exists()
