from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from infusions.models.bag import Bag


class CustodyEvidence(models.Model):
    """How a bag was kept while nobody scanned it, as a pharmacist read it from a logger or heard
    it from a courier, and signed."""

    class Kept(models.TextChoices):
        COLD = "cold", _("2-8 °C all the time")
        ROOM = "room", _("Room temperature")

    class Kind(models.TextChoices):
        LOGGER = "logger", _("Temperature logger")
        COURIER = "courier", _("Courier's record")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    bag = models.ForeignKey(Bag, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    kept = models.CharField(max_length=4, choices=Kept.choices)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    text = models.TextField()  # what was read, and where it lies
    signed_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    signature = models.OneToOneField("teams.Signature", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_at__gt=F("from_at")), name="evidence_has_span"),
            models.CheckConstraint(condition=~Q(text=""), name="evidence_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} evidence of bag {self.bag_id}"


class StorageFailure(models.Model):
    """A fridge that failed. Every bag that lay in it is set apart; since then nobody knows how it
    was kept. `cycle`: whose fridge at home; null at a site."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    site = models.ForeignKey("teams.Site", models.PROTECT, related_name="storage_failures")
    place = models.CharField(max_length=10, choices=Bag.Place.choices)
    cycle = models.ForeignKey(
        "infusions.Cycle", models.PROTECT, null=True, blank=True, related_name="storage_failures"
    )
    from_at = models.DateTimeField()
    text = models.TextField()
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(place="home") | Q(cycle__isnull=False), name="home_fridge_has_cycle"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} of {self.site_id}"


class BeyondUseLimits(models.Model):
    """The compounding limits of a site: hours until the infusion must begin, and who says so. The
    newest row counts; null is not known. A bag keeps the row it was made under."""

    site = models.ForeignKey("teams.Site", models.PROTECT, related_name="beyond_use")
    room_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    cold_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.TextField()
    set_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="beyond_use_has_source"),
        ]

    def __str__(self) -> str:
        return f"beyond use of {self.site_id}"
