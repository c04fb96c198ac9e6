from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from infusions.models import Cycle, Setting


class Handoff(models.Model):
    """Responsibility offered from one setting to another, in the five I-PASS parts.

    The sender stays responsible until the receiver accepts with a read-back."""

    class Severity(models.TextChoices):
        STABLE = "stable", _("Stable")
        WATCHER = "watcher", _("Watcher")
        UNSTABLE = "unstable", _("Unstable")

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for acceptance")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="handoffs")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="handoffs")
    from_setting = models.CharField(max_length=10, choices=Setting.choices)
    to_setting = models.CharField(max_length=10, choices=Setting.choices)
    to_nurse = models.ForeignKey("teams.User", models.PROTECT, related_name="handoffs_received")
    planned_transfer_at = models.DateTimeField()
    severity = models.CharField(max_length=10, choices=Severity.choices)
    summary = models.TextField()
    actions = models.JSONField()  # [{"what", "owner", "due_at"}]
    contingency = models.JSONField()  # [{"if", "then"}]
    frozen = models.JSONField()  # the facts of the chart at the moment of sending
    # Why it is right to go home although the warnings in `frozen` speak against it.
    warnings_reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    sent_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_signature = models.OneToOneField("teams.Signature", models.PROTECT, related_name="+")
    answered_by = models.ForeignKey("teams.User", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    read_back = models.TextField(blank=True)  # synthesis by receiver
    decline_reason = models.TextField(blank=True)
    answer_signature = models.OneToOneField(
        "teams.Signature", models.PROTECT, null=True, related_name="+"
    )

    # A corrected offer is a new row, signed anew; the one before was withdrawn for it.
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(correction_reason=""),
                name="handoff_correction_has_reason",
            ),
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(state="open"), name="one_open_handoff"
            ),
            models.CheckConstraint(
                condition=~Q(from_setting=F("to_setting")), name="handoff_changes_setting"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted")
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(read_back="")),
                name="accepted_with_read_back",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decline_reason=""), name="declined_with_reason"
            ),
        ]

    @property
    def warnings(self) -> list[dict]:
        """What spoke against going home when it was offered; see handoffs/warnings.py."""
        return self.frozen.get("warnings", [])

    @property
    def is_open(self) -> bool:
        """Waits for an answer. Nobody has to answer once the infusion has ended."""
        return self.state == self.State.OPEN and self.cycle.state in Cycle.OPEN

    def get_state_display(self) -> str:
        if self.state == self.State.OPEN and not self.is_open:
            return str(_("Not answered; the infusion ended"))
        return str(self.State(self.state).label)

    def __str__(self) -> str:
        return f"{self.from_setting} to {self.to_setting}"
