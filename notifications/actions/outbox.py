"""Putting messages into the outbox, in the transaction of the change they speak of."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from notifications.models import OutboxMessage

log = logging.getLogger(__name__)


def message(
    *, to, channel, template, context, path, dedupe_key, at, urgent=False, reminder=None
) -> OutboxMessage:
    return OutboxMessage(
        to=to,
        channel=channel,
        template=template,
        context=context,
        path=path,
        dedupe_key=dedupe_key,
        urgent=urgent,
        reminder=reminder,
        created_at=at,
        next_attempt_at=timezone.now(),
    )


def enqueue(
    *,
    to,
    channel: str,
    template: str,
    context: dict,
    path: str,
    dedupe_key: str,
    at: datetime,
    urgent: bool = False,
    reminder=None,
) -> None:
    """One message; the same dedupe_key twice is one message. No patient data in `context`."""
    one = message(
        to=to,
        channel=channel,
        template=template,
        context=context,
        path=path,
        dedupe_key=dedupe_key,
        at=at,
        urgent=urgent,
        reminder=reminder,
    )
    enqueue_all([one])


def enqueue_all(messages: list[OutboxMessage]) -> None:
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)
    nudge()


def nudge() -> None:
    """Wakes a worker after the commit. Losing this loses nothing: the row is due anyway."""
    connection = transaction.get_connection()
    if not any(waiting is _wake for _ids, waiting, _robust in connection.run_on_commit):
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    if settings.CELERY_TASK_ALWAYS_EAGER:
        return  # no broker: the ticker looks every second
    from notifications.tasks import deliver_outbox  # tasks import the actions

    try:
        deliver_outbox.apply_async(expires=5, retry=False)
    except OperationalError:
        log.warning("The broker cannot be reached; the standby sender will send.")
