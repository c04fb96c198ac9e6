from uuid import uuid4

from django.db import models
from django.db.models import Q


class OutboxMessage(models.Model):
    """One message to one person over one channel. Sent first, marked after; a lease guards it.

    Holds no patient data: a template name and opaque context (a code, a time, a path)."""

    class State(models.TextChoices):
        PENDING = "pending"
        LEASED = "leased"
        SENT = "sent"
        DEAD = "dead"
        CANCELLED = "cancelled"

    class Channel(models.TextChoices):
        IN_APP = "in_app"
        EMAIL = "email"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)  # key for the provider
    to = models.ForeignKey("teams.User", models.PROTECT, related_name="messages")
    reminder = models.ForeignKey(
        "notifications.Reminder", models.PROTECT, null=True, blank=True, related_name="messages"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    template = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    path = models.CharField(max_length=200, blank=True)
    dedupe_key = models.CharField(max_length=200, unique=True)
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()  # domain time: what the inbox shows
    next_attempt_at = models.DateTimeField()  # real time
    leased_until = models.DateTimeField(null=True, blank=True)  # real time
    leased_by = models.CharField(max_length=80, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)  # real time
    sent_by = models.CharField(max_length=80, blank=True)  # worker or watch: shown on health
    last_error = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="outbox_pending", condition=Q(state="pending")
            ),
            models.Index(
                fields=["leased_until"], name="outbox_leased", condition=Q(state="leased")
            ),
            models.Index(fields=["to", "-created_at"], name="outbox_inbox"),
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.to_id}"
