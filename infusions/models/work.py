from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BagWork(models.Model):
    """What was logged at the hood beside the vials. The bag row shows the newest current one;
    earlier ones stay with who corrected them and why."""

    class How(models.TextChoices):
        STEPS = "steps", _("Step by step, scanned")
        AFTERWARDS = "logged_afterwards", _("Logged afterwards")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    bag = models.ForeignKey("infusions.Bag", models.PROTECT, related_name="work")
    drawn_ml = models.DecimalField(max_digits=6, decimal_places=2)  # reconstituted drug drawn
    stabiliser_lot = models.CharField(max_length=40)
    prepared_at = models.DateTimeField()
    how = models.CharField(max_length=20, choices=How.choices, null=True, blank=True)
    how_reason = models.CharField(max_length=200, null=True, blank=True)  # why not step by step
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bag"], condition=Q(corrects=None), name="one_first_log_a_bag"
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(correction_reason=""),
                name="work_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"work on {self.bag_id}"
