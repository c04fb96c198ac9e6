from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LabelPrint(models.Model):
    """One label that was printed. Append-only (triggers): `content` is what stood on it, as values;
    the first is n = 1, every other one is a reprint and says why."""

    class Paper(models.TextChoices):
        THERMAL = "thermal", _("Label, 100 × 50 mm")
        A4 = "a4", _("Sheet, A4")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    bag = models.ForeignKey("infusions.Bag", models.PROTECT, related_name="labels")
    n = models.PositiveSmallIntegerField()
    paper = models.CharField(max_length=8, choices=Paper.choices)
    reason = models.CharField(max_length=120, blank=True)
    content = models.JSONField()  # label_sheet.content_of
    printed_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bag", "n"], name="label_number_once"),
            models.CheckConstraint(condition=Q(n__gte=1), name="label_number_from_one"),
            models.CheckConstraint(
                condition=Q(n=1, reason="") | (Q(n__gt=1) & ~Q(reason="")),
                name="reprint_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"label {self.n} of {self.bag_id}"
