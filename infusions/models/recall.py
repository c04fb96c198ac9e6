from uuid import uuid4

from django.db import models
from django.db.models import Q


class Recall(models.Model):
    """A lot nobody uses any more, signed by a pharmacist. Append-only (triggers). `product` null:
    every article with this lot number."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("teams.Organisation", models.PROTECT, related_name="recalls")
    product = models.ForeignKey(
        "infusions.Product", models.PROTECT, null=True, blank=True, related_name="recalls"
    )
    lot = models.CharField(max_length=40)  # capitals, without spaces at the ends
    reason = models.CharField(max_length=200)
    by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    signature = models.OneToOneField("teams.Signature", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "product", "lot"], name="recall_once"),
            models.UniqueConstraint(
                fields=["organisation", "lot"],
                condition=Q(product=None),
                name="recall_of_any_product_once",
            ),
            models.CheckConstraint(
                condition=~Q(lot="") & ~Q(reason=""), name="recall_says_lot_and_why"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "lot"], name="recall_lot")]

    def __str__(self) -> str:
        return self.lot
