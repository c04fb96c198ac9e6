from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from infusions.models import Cycle


class HomeVisit(models.Model):
    """A nurse at the patient's home in a window, for a bag change or the disconnect."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned, not accepted")
        ACCEPTED = "accepted", _("Accepted")
        ON_THE_WAY = "on_the_way", _("On the way")
        ARRIVED = "arrived", _("Arrived")
        DONE = "done", _("Done")
        MISSED = "missed", _("Missed")
        CANCELLED = "cancelled", _("Cancelled")

    class Purpose(models.TextChoices):
        BAG_CHANGE = "bag_change", _("Bag change")
        DISCONNECT = "disconnect", _("Disconnect")
        CHECK = "check", _("Check")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="visits")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="visits")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    window_from = models.DateTimeField()
    window_to = models.DateTimeField()
    nurse = models.ForeignKey("teams.User", models.PROTECT, related_name="visits")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    scheduled_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    scheduled_at = models.DateTimeField()
    set_out_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=200, blank=True)
    # A correction is a new row; who wrote it and when (null: as scheduled).
    recorded_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(correction_reason=""),
                name="visit_correction_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(window_to__gt=F("window_from")), name="visit_window_forward"
            ),
        ]
        indexes = [
            models.Index(
                fields=["window_from"],
                name="visit_open",
                condition=Q(state__in=["planned", "accepted", "on_the_way", "arrived"]),
            ),
        ]

    @property
    def outlives_infusion(self) -> bool:
        """The infusion ended before the nurse set out; a person says whether it took place."""
        waits = self.state in (self.State.PLANNED, self.State.ACCEPTED)
        return waits and self.cycle.state not in Cycle.OPEN

    @property
    def is_corrected(self) -> bool:
        return hasattr(self, "corrected_by")

    @property
    def is_open(self) -> bool:
        """Somebody still has to say what became of it."""
        return self.closed_at is None and not self.is_corrected

    def __str__(self) -> str:
        return f"{self.purpose} {self.window_from:%Y-%m-%d %H:%M}"
