"""Wake-ups for Celery workers. They carry nothing: the rows say what is due."""

from celery import shared_task

from clock.now import now
from notifications.actions.delivery import drain
from notifications.actions.escalation import raise_due


@shared_task
def deliver_outbox() -> None:
    drain(sender="worker")


@shared_task
def raise_due_reminders() -> None:
    if raise_due(now()):
        drain(sender="worker")
