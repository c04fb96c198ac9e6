from django.utils import timezone

from notifications.models import OutboxMessage


def mark_read(*, by, reminder=None) -> int:
    """All my messages, or those about one need."""
    rows = OutboxMessage.objects.filter(to=by, channel="in_app", state="sent", read_at=None)
    if reminder is not None:
        rows = rows.filter(reminder=reminder)
    return rows.update(read_at=timezone.now())
