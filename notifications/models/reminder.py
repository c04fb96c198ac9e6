from uuid import uuid4

from django.db import models
from django.db.models import Q


class Reminder(models.Model):
    """Something must be done by somebody at a time. Written in the transaction of the need."""

    class State(models.TextChoices):
        WAITING = "waiting"  # not due yet
        RAISED = "raised"  # at least one step was sent
        ACKNOWLEDGED = "acknowledged"
        CANCELLED = "cancelled"
        DONE = "done"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    subject = models.CharField(max_length=120, db_index=True)  # e.g. infusions.cycle:<uuid>
    kind = models.CharField(max_length=40)  # bag_change, step_dose, handoff_open …
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="reminders")
    care_team = models.ForeignKey("teams.CareTeam", models.PROTECT, related_name="reminders")
    path = models.CharField(max_length=200)  # the page that answers it
    due_at = models.DateTimeField()  # domain time
    # The escalation policy is copied here, so that a later edit does not change a running one:
    # [{"after_minutes": 0, "roles": ["infusion_nurse"]}, …]
    policy = models.JSONField()
    step = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True)  # domain time; null: nothing left to raise
    state = models.CharField(max_length=14, choices=State.choices, default=State.WAITING)
    acknowledged_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind", "due_at"],
                condition=Q(state__in=["waiting", "raised", "acknowledged"]),
                name="one_open_reminder_per_need",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by=None, acknowledged_at=None)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                name="acknowledged_who_and_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_step_at"],
                name="reminder_due",
                condition=Q(state__in=["waiting", "raised"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
