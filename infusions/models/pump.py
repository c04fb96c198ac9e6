from uuid import uuid4

from django.db import models
from django.db.models import F, Q


class PumpProgram(models.Model):
    """What one nurse entered and another read back blind from the pump, for one bag."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="programs")
    bag = models.ForeignKey("infusions.Bag", models.PROTECT, related_name="programs")
    pump_serial = models.CharField(max_length=40)
    rate_ml_per_h = models.DecimalField(max_digits=7, decimal_places=3)
    volume_ml = models.DecimalField(max_digits=7, decimal_places=2)
    duration_h = models.DecimalField(max_digits=6, decimal_places=2)
    entered_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    # The blind reading. A mismatch keeps both readings and leaves `agreed` false.
    read_rate_ml_per_h = models.DecimalField(max_digits=7, decimal_places=3, null=True)
    read_volume_ml = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    read_duration_h = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    read_by = models.ForeignKey("teams.User", models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)
    read_method = models.CharField(max_length=20, blank=True)  # at_pump, video, phone
    agreed = models.BooleanField(default=False)
    # Entered again because the entry before was wrong: that one stays and no longer counts.
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(read_by=None) | ~Q(read_by=F("entered_by")),
                name="reader_is_not_programmer",
            ),
            models.CheckConstraint(
                condition=Q(read_by=None, read_at=None)
                | Q(read_by__isnull=False, read_at__isnull=False),
                name="read_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(agreed=False) | Q(read_by__isnull=False), name="agreed_was_read"
            ),
            models.CheckConstraint(
                condition=Q(rate_ml_per_h__gt=0, volume_ml__gt=0, duration_h__gt=0),
                name="program_positive",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(correction_reason=""),
                name="program_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"program of {self.bag_id}"
