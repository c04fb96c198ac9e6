from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class StockLot(models.Model):
    """Packages of one article, lot and expiry at one site. How many: the sum of its movements."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    site = models.ForeignKey("teams.Site", models.PROTECT, related_name="stock_lots")
    product = models.ForeignKey("infusions.Product", models.PROTECT, related_name="stock_lots")
    lot = models.CharField(max_length=40)
    expires_on = models.DateField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "product", "lot", "expires_on"], name="stock_lot_once"
            ),
            models.CheckConstraint(condition=~Q(lot=""), name="stock_lot_has_lot"),
        ]
        indexes = [models.Index(fields=["lot"], name="stock_lot_number")]

    def __str__(self) -> str:
        return self.lot


class StockMovement(models.Model):
    """What came, went or was counted. Append-only (triggers): a slip is corrected by another row.

    `count` is never negative; the kind says which way. A count says what lay there, and with
    another figure than expected also why."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        COUNTED = "counted", _("Counted")
        USED = "used", _("Used for a bag")
        WASTED = "wasted", _("Thrown away")
        RECALLED = "recalled", _("Recalled, taken off the shelf")
        RETURNED = "returned", _("Sent back")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    lot = models.ForeignKey(StockLot, models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    count = models.PositiveSmallIntegerField()
    expected = models.SmallIntegerField(null=True, blank=True)  # of a count; null: nobody knew
    reason = models.CharField(max_length=200, blank=True)
    bag = models.ForeignKey(
        "infusions.Bag", models.PROTECT, null=True, blank=True, related_name="stock_movements"
    )
    at = models.DateTimeField()  # when it happened
    by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="counted") | Q(expected=None), name="only_counts_expect"
            ),
            models.CheckConstraint(
                condition=Q(expected=None) | Q(expected=F("count")) | ~Q(reason=""),
                name="other_count_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(reason=""), name="corrected_stock_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["lot", "at"], name="stock_movement_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"


class VialCost(models.Model):
    """What one package costs a site, from a day on, and who says so. Append-only (triggers): the
    newest row up to a day counts; without one the cost is not known."""

    site = models.ForeignKey("teams.Site", models.PROTECT, related_name="vial_costs")
    product = models.ForeignKey("infusions.Product", models.PROTECT, related_name="costs")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    from_on = models.DateField()
    source = models.CharField(max_length=200)
    set_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="vial_cost_positive"),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(currency=""), name="vial_cost_has_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class PoolingPolicy(models.Model):
    """Whether a site wants hints on bags that could share a vial, and which sterile policy of
    theirs allows it. Off without a row; the newest row counts."""

    site = models.ForeignKey("teams.Site", models.PROTECT, related_name="pooling_policies")
    is_on = models.BooleanField()
    source = models.TextField(blank=True)
    set_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(is_on=False) | ~Q(source=""), name="pooling_source"),
        ]

    def __str__(self) -> str:
        return f"pooling at {self.site_id}: {self.is_on}"
