from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """An article that may go into a bag or hang behind it, by the number on its package. Codes are
    data: a package gets a new number while its contents stay the same."""

    class Kind(models.TextChoices):
        DRUG_VIAL = "drug_vial", _("Drug vial")
        STABILISER = "stabiliser", _("IV solution stabiliser")
        WATER = "water", _("Sterile water, preservative-free")
        SALINE = "saline", _("Saline 0.9 %, preservative-free")
        BACTERIOSTATIC_SALINE = "bacteriostatic_saline", _("Saline 0.9 %, bacteriostatic")
        TUBING_SET = "tubing_set", _("Infusion set")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("teams.Organisation", models.PROTECT, related_name="products")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    name = models.CharField(max_length=120)
    gtin = models.CharField(max_length=14)  # 14 digits, check digit verified
    ndc = models.CharField(max_length=20, blank=True)
    mcg_per_vial = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    has_filter = models.BooleanField(null=True)  # of a set; null: not a set, or not said
    source = models.CharField(max_length=200)  # where the numbers were read
    is_active = models.BooleanField(default=True)
    added_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "gtin"], name="product_number_once"),
            models.CheckConstraint(condition=~Q(source=""), name="product_has_source"),
            models.CheckConstraint(
                condition=Q(mcg_per_vial=None) | Q(kind="drug_vial", mcg_per_vial__gt=0),
                name="only_drug_vials_hold_micrograms",
            ),
            models.CheckConstraint(
                condition=~Q(kind="drug_vial") | Q(mcg_per_vial__isnull=False),
                name="drug_vial_says_micrograms",
            ),
            models.CheckConstraint(
                condition=Q(has_filter=None) | Q(kind="tubing_set"), name="only_sets_have_filters"
            ),
        ]

    def __str__(self) -> str:
        return self.name
