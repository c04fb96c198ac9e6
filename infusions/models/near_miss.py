from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class NearMiss(models.Model):
    """Something that was caught before it reached a patient: what kind, at which step, when. It
    names no person: it is there to mend the work, not to count people."""

    class Kind(models.TextChoices):
        LOTS = "lots", _("Lots")
        EXPIRY = "expiry", _("Expiry of a vial")
        DRUG = "drug_ml", _("Volume of drug drawn")
        STABILISER = "stabiliser_ml", _("Volume of stabiliser drawn")
        LABEL_CODE = "code", _("Label of another bag")
        RATE = "rate_ml_per_h", _("Rate on the label")
        VOLUME = "volume_ml", _("Volume on the label")
        DURATION = "duration_h", _("Duration on the label")
        PRODUCT = "product", _("Wrong product")
        EXPIRED = "expired", _("Expired product")
        PATIENT = "patient", _("Another patient or bag")

    class Stage(models.TextChoices):
        MAKE = "make", _("Making")
        DRAWN = "drawn", _("Check of what went in")
        LABEL = "label", _("Check of the label")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="near_misses")
    bag = models.ForeignKey(
        "infusions.Bag", models.PROTECT, null=True, blank=True, related_name="near_misses"
    )
    session = models.ForeignKey(
        "infusions.MakeSession",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="near_misses",
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    stage = models.CharField(max_length=6, choices=Stage.choices)
    occurred_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} at {self.stage}"
