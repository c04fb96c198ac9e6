from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Hold(models.Model):
    """Nothing is made or hung for a cycle until the hold is released. Placing it quarantines the
    bags that wait. Released, it stays as it was: only the way out is filled in."""

    class Kind(models.TextChoices):
        TREATMENT = "treatment", _("Dose on hold")  # by the prescriber; the prescriber releases it
        MAKING = "making", _("Making stopped")  # by the pharmacist; no word on the treatment

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.TextField()
    placed_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    signature = models.OneToOneField("teams.Signature", models.PROTECT, related_name="+")
    released_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.TextField(blank=True)
    release_signature = models.OneToOneField(
        "teams.Signature", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "kind"],
                condition=Q(released_at=None),
                name="one_open_hold_of_a_kind",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_reason"),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None, release_signature=None)
                | Q(
                    released_at__isnull=False,
                    released_by__isnull=False,
                    release_signature__isnull=False,
                ),
                name="hold_released_by_signature",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} hold of cycle {self.cycle_id}"


class Quarantine(models.Model):
    """Why a bag is set apart. One row for each cause; the bag comes out when every cause is over
    and another person has read it blind again, or it is discarded."""

    class Cause(models.TextChoices):
        HOLD = "hold", _("Dose on hold")
        DOSE_CHANGE = "dose_change", _("The signed dose changed")
        RECALL = "recall", _("Recalled lot")
        STORAGE_FAILURE = "storage", _("Storage failed")
        CORRECTION = "correction", _("What was logged was corrected")

    class Outcome(models.TextChoices):
        CHECKED = "checked", _("Checked again and released")
        DISCARDED = "discarded", _("Discarded")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    bag = models.ForeignKey("infusions.Bag", models.PROTECT, related_name="quarantines")
    cause = models.CharField(max_length=12, choices=Cause.choices)
    because = models.TextField()
    hold = models.ForeignKey(
        Hold, models.PROTECT, null=True, blank=True, related_name="quarantines"
    )
    placed_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, outcome="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(outcome=""),
                name="quarantine_ended_with_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(cause="hold") | Q(hold__isnull=False), name="quarantine_names_hold"
            ),
        ]
        indexes = [
            models.Index(fields=["bag"], name="quarantine_open", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.cause} of bag {self.bag_id}"
