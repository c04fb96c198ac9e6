"""Reads about messages: my inbox, and whether reminders really go out."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.models import OutboxMessage

LATE = timedelta(seconds=60)
STANDBY_SEEN_FOR = timedelta(seconds=60)


@dataclass(frozen=True)
class SendingHealth:
    state: str  # ok, standby, stopped
    oldest_unsent_s: int
    text: str


def unread_count(user) -> int:
    return OutboxMessage.objects.filter(
        to=user, channel="in_app", state="sent", read_at=None
    ).count()


def sending_health() -> SendingHealth:
    real = timezone.now()
    oldest = (
        OutboxMessage.objects.filter(state__in=["pending", "leased"])
        .order_by("next_attempt_at")
        .values_list("next_attempt_at", flat=True)
        .first()
    )
    late_s = max(0, int((real - oldest).total_seconds())) if oldest else 0
    if late_s > LATE.total_seconds():
        return SendingHealth("stopped", late_s, _("Reminders are not going out. Phone instead."))
    return SendingHealth("ok", late_s, "")
