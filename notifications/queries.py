"""Reads about messages: my inbox, and whether reminders really go out."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.models import OutboxMessage, Reminder
from patients.queries import visible_to

LATE = timedelta(seconds=60)
STANDBY_SEEN_FOR = timedelta(seconds=60)
OPEN = ("waiting", "raised", "acknowledged")
INBOX_LENGTH = 100


@dataclass(frozen=True)
class SendingHealth:
    state: str  # ok, standby, stopped
    oldest_unsent_s: int
    text: str


@dataclass(frozen=True)
class InboxItem:
    """The newest message about one need, and where that need stands."""

    message: OutboxMessage
    reminder: Reminder | None
    patient_name: str
    times: int  # how often I was told

    @property
    def is_open(self) -> bool:
        if self.reminder is None:
            return self.message.read_at is None
        return self.reminder.state in ("waiting", "raised")

    @property
    def is_taken(self) -> bool:
        return self.reminder is not None and self.reminder.state == "acknowledged"


def unread_count(user) -> int:
    return _in_app(user).filter(read_at=None).count()


def _in_app(user):
    return OutboxMessage.objects.filter(to=user, channel="in_app", state="sent")


def inbox_of(user) -> list[InboxItem]:
    """My messages, newest first, one line per need. Names only of patients I may still see."""
    rows = list(
        _in_app(user)
        .select_related("reminder__patient", "reminder__acknowledged_by")
        .order_by("-created_at", "-pk")[:INBOX_LENGTH]
    )
    mine = set(visible_to(user).values_list("pk", flat=True))
    items: dict[object, list[OutboxMessage]] = {}
    for row in rows:
        items.setdefault(row.reminder_id or row.uuid, []).append(row)
    return [_item(same, mine) for same in items.values()]


def _item(same: list[OutboxMessage], mine: set[int]) -> InboxItem:
    newest = same[0]
    reminder = newest.reminder
    may_name = reminder is not None and reminder.patient_id in mine
    return InboxItem(
        message=newest,
        reminder=reminder,
        patient_name=str(reminder.patient) if may_name else "",
        times=len(same),
    )


def reminders_of(patient):
    """Open needs of this patient, soonest first."""
    return (
        Reminder.objects.filter(patient=patient, state__in=OPEN)
        .select_related("acknowledged_by")
        .order_by("due_at", "pk")
    )


def reminder_told_to(user, uuid) -> Reminder | None:
    """A reminder I may answer: one about a patient I may see, or one I was told of."""
    return (
        Reminder.objects.filter(uuid=uuid, patient__in=visible_to(user))
        .select_related("patient")
        .first()
    )


def sending_health() -> SendingHealth:
    """ok: the usual sender works. standby: the watch process does. stopped: nobody does."""
    real = timezone.now()
    late_s = max(_oldest_s("pending", "next_attempt_at"), _oldest_s("leased", "leased_until"))
    if late_s > LATE.total_seconds():
        return SendingHealth("stopped", late_s, _("Reminders are not going out. Phone instead."))
    newest = OutboxMessage.objects.filter(
        state="sent", sent_by="watch", sent_at__gte=real - STANDBY_SEEN_FOR
    )
    if newest.exists():
        text = _("The standby sends the reminders; the usual sender does not answer.")
        return SendingHealth("standby", late_s, text)
    return SendingHealth("ok", late_s, "")


def _oldest_s(state: str, column: str) -> int:
    """Seconds since the oldest row of this state should have been handled (real time)."""
    oldest = (
        OutboxMessage.objects.filter(state=state)
        .order_by(column)
        .values_list(column, flat=True)
        .first()
    )
    return max(0, int((timezone.now() - oldest).total_seconds())) if oldest else 0


def next_change_at(at):
    """When the next bag is due to be changed, as far as the open reminders know."""
    return (
        Reminder.objects.filter(kind="bag_change", state__in=OPEN, due_at__gt=at)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )


def zone_of(user) -> str:
    """The zone this person reads times in: their own, else that of their first team's site."""
    if user.zone:
        return user.zone
    membership = (
        user.memberships.filter(to_at=None).select_related("care_team__site").order_by("pk").first()
    )
    return membership.care_team.site.zone if membership else "UTC"
