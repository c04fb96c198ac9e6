from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PharmacyReview(models.Model):
    """Something changed beside the signed order. A pharmacist looks whether the bags that are made
    still fit; until then they stay usable under the order."""

    class Cause(models.TextChoices):
        WEIGHT = "weight", _("Weight crossed the limit between two ways of dosing")
        PLAN = "plan", _("Another plan took the place of the one these bags were made for")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="pharmacy_reviews")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    text = models.TextField()
    asked_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    conclusion = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(conclusion=""),
                name="review_closed_with_conclusion",
            ),
        ]
        indexes = [
            models.Index(fields=["cycle"], name="review_open", condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.cause} review of cycle {self.cycle_id}"
