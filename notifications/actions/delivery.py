"""Sending: claim rows under a lease, send outside any transaction, mark row by row.

Used alike by Celery workers, the standby sender and the embedded ticker. A process that dies
between sending and marking costs one repeat, never a loss."""

import logging
import os
import time
from datetime import timedelta
from uuid import uuid4

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from notifications.actions.outbox import enqueue_all, message
from notifications.channels import email, in_app
from notifications.models import OutboxMessage
from notifications.people import leads_of

log = logging.getLogger(__name__)
BATCH = 50
LEASE = timedelta(seconds=float(os.environ.get("OUTBOX_LEASE_S", "30")))
STOP_AT = 0.7  # of the lease: what is left then is claimed again, by anybody
MAX_ATTEMPTS = 6
BACK_OFF_S = (5, 20, 60, 300, 900)
MARK_TRIES = 5
CHANNELS = {"in_app": in_app.send, "email": email.send}
CLOSED = ("acknowledged", "cancelled", "done")

CLAIM = """
UPDATE notifications_outboxmessage
   SET state = 'leased', leased_until = %s, leased_by = %s, attempts = attempts + 1
 WHERE id IN (SELECT id FROM notifications_outboxmessage
               WHERE state = '{state}' AND {column} <= %s
               ORDER BY {column} LIMIT %s {lock})
RETURNING id
"""


def drain(*, sender: str) -> int:
    """Sends everything that is due now; returns how many rows were handled."""
    handled = 0
    while ids := claim(by=(lease := f"{sender}:{uuid4().hex[:12]}")):
        handled += send_claimed(ids, lease=lease, sender=sender)
    return handled


def claim(*, by: str) -> list[int]:
    """Rows whose sender died first, then pending ones; at most 50 of each."""
    return _claim("leased", "leased_until", by) + _claim("pending", "next_attempt_at", by)


def _claim(state: str, column: str, by: str) -> list[int]:
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    statement = CLAIM.format(state=state, column=column, lock=lock)
    real = timezone.now()
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(statement, [adapt(real + LEASE), by, adapt(real), BATCH])
        return [row[0] for row in cursor.fetchall()]


def send_claimed(ids: list[int], *, lease: str, sender: str) -> int:
    stop_at = time.monotonic() + LEASE.total_seconds() * STOP_AT
    rows = OutboxMessage.objects.filter(pk__in=ids).select_related("to", "reminder")
    for handled, row in enumerate(sorted(rows, key=lambda one: (not one.urgent, one.pk))):
        if time.monotonic() > stop_at:
            _give_back(row, lease)
            continue
        _send_one(row, lease=lease, sender=sender, first=handled == 0)
    return len(ids)


def _give_back(row: OutboxMessage, lease: str) -> None:
    """Claimed but not tried: it does not count as an attempt."""
    attempts = row.attempts - 1
    _mark(row.pk, lease, state="pending", attempts=attempts, leased_until=None, leased_by="")


def _send_one(row: OutboxMessage, *, lease: str, sender: str, first: bool) -> None:
    if not first and row.reminder_id:  # it may have been answered since the batch was read
        row.reminder.refresh_from_db(fields=["state"])
    if row.reminder_id and row.reminder.state in CLOSED:
        _mark(row.pk, lease, state="cancelled", leased_until=None)
        return
    if row.attempts > MAX_ATTEMPTS:
        _bury(row, lease, error=row.last_error or "the sender died each time")
        return
    try:
        CHANNELS[row.channel](row, is_repeat=row.attempts > 1)
    except Exception as error:  # one bad row must never hold up the others
        log.exception("Message %s could not be sent", row.uuid)
        _retry_later(row, lease, error=f"{type(error).__name__}: {error}"[:300])
        return
    _mark(row.pk, lease, state="sent", sent_at=timezone.now(), sent_by=sender, leased_until=None)


def _retry_later(row: OutboxMessage, lease: str, *, error: str) -> None:
    if row.attempts >= MAX_ATTEMPTS:
        _bury(row, lease, error=error)
        return
    wait = timedelta(seconds=BACK_OFF_S[min(row.attempts, len(BACK_OFF_S)) - 1])
    _mark(
        row.pk,
        lease,
        state="pending",
        next_attempt_at=timezone.now() + wait,
        leased_until=None,
        leased_by="",
        last_error=error,
    )


def _bury(row: OutboxMessage, lease: str, *, error: str) -> None:
    """Given up: the people who lead the team see it in their inbox, urgent."""
    _mark(row.pk, lease, state="dead", leased_until=None, last_error=error)
    if row.reminder_id is None or row.channel == "in_app":
        log.error("Message %s is dead: %s", row.uuid, error)
        return
    enqueue_all(
        [
            message(
                to=person,
                channel="in_app",
                template="not_delivered",
                context=row.context,
                path=row.path,
                dedupe_key=f"dead:{row.uuid}:{person.pk}",
                at=row.created_at,
                urgent=True,
            )
            for person in leads_of(row.reminder.care_team_id, at=row.created_at)
        ]
    )


def _mark(pk: int, lease: str, **values) -> None:
    """Guarded by the lease, and tried again on a fresh connection: it was already sent."""
    for left in reversed(range(MARK_TRIES)):
        try:
            OutboxMessage.objects.filter(pk=pk, state="leased", leased_by=lease).update(**values)
            return
        except (OperationalError, InterfaceError):
            if not left:
                raise
            close_old_connections()
            time.sleep(0.2)
