from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Bag(models.Model):
    """A bag that was really made. Its recipe is copied from the label row of that moment."""

    class State(models.TextChoices):
        MADE = "made", _("To check")
        RELEASED = "released", _("Released")
        REJECTED = "rejected", _("Rejected at the check")
        HUNG = "hung", _("Running")
        FINISHED = "finished", _("Finished")
        DISCARDED = "discarded", _("Discarded")
        QUARANTINED = "quarantined", _("Quarantined")
        DISPUTED = "disputed", _("Read differently twice")

    class LabelRead(models.TextChoices):
        """How the label on the bag was read by a second person."""

        SCANNED = "scanned", _("Scanned")
        TYPED = "typed", _("Code typed")
        NOT_ASKED = "before this was asked", _("Released before this was asked")

    class Place(models.TextChoices):
        PHARMACY = "pharmacy", _("Pharmacy")
        IN_TRANSIT = "in_transit", _("On the way")
        WARD = "ward", _("Ward")
        CLINIC = "clinic", _("Clinic")
        HOME = "home", _("Home")

    class Storage(models.TextChoices):
        COLD = "cold", _("2-8 °C")
        ROOM = "room", _("Room temperature")
        UNKNOWN = "unknown", _("Not known")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    code = models.CharField(max_length=24, unique=True)  # printed, scanned, used once for ever
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="bags")
    planned = models.ForeignKey("infusions.PlannedBag", models.PROTECT, related_name="made")
    order = models.ForeignKey("infusions.DoseOrder", models.PROTECT, related_name="bags")
    state = models.CharField(max_length=12, choices=State.choices, default=State.MADE)
    version = models.PositiveIntegerField(default=1)

    # The recipe, from the label row named by recipe_row. The set is the one of the cycle then;
    # null: made before sets could be moved, so that of the cycle now.
    label_id = models.CharField(max_length=60, null=True, blank=True)  # noqa: DJ001
    recipe_row = models.CharField(max_length=120)
    recipe_status = models.CharField(max_length=20)
    dose_mcg_per_day = models.DecimalField(max_digits=5, decimal_places=2)
    bag_hours = models.PositiveSmallIntegerField()
    rate_ml_per_h = models.DecimalField(max_digits=5, decimal_places=2)
    infused_ml = models.DecimalField(max_digits=6, decimal_places=2)
    made_ml = models.DecimalField(max_digits=6, decimal_places=2)
    reconstituted_ml = models.DecimalField(max_digits=6, decimal_places=2)
    stabiliser_ml = models.DecimalField(max_digits=6, decimal_places=2)
    saline_ml = models.DecimalField(max_digits=6, decimal_places=2)
    drug_mcg = models.DecimalField(max_digits=7, decimal_places=2)
    vials = models.PositiveSmallIntegerField()
    preservative = models.BooleanField()
    filter_required = models.BooleanField(null=True)  # null: not stated, pharmacy decides

    # What was done.
    prepared_at = models.DateTimeField()
    compounded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    hood_confirmed = models.BooleanField()
    garbing_confirmed = models.BooleanField()
    stabiliser_lot = models.CharField(max_length=40)
    drawn_ml = models.DecimalField(max_digits=6, decimal_places=2)  # reconstituted drug drawn
    storage = models.CharField(max_length=8, choices=Storage.choices)
    place = models.CharField(max_length=10, choices=Place.choices, default=Place.PHARMACY)
    discard_after = models.DateTimeField()
    # The compounding clock: the infusion begins by then. Null: the site has no figure for it.
    begin_by = models.DateTimeField(null=True, blank=True)
    beyond_use = models.ForeignKey(
        "infusions.BeyondUseLimits", models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    # The label on the bag, read by another person than the maker; "" while nobody has.
    label_checked_how = models.CharField(max_length=24, choices=LabelRead.choices, blank=True)
    label_checked_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    label_checked_at = models.DateTimeField(null=True, blank=True)
    # Released in an emergency without a second reading; `checked_by` is filled in afterwards.
    single_checked = models.BooleanField(default=False)
    single_pharmacist = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    single_prescriber = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    hung_at = models.DateTimeField(null=True, blank=True)
    taken_down_at = models.DateTimeField(null=True, blank=True)
    discarded_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(state="hung"), name="one_running_bag_per_cycle"
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("compounded_by")),
                name="checker_is_not_compounder",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None, checked_at=None)
                | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="checked_who_and_when",
            ),
            # NULL passes a CHECK, so what needs a checker says so.
            models.CheckConstraint(
                condition=~Q(state__in=["released", "hung", "finished"])
                | Q(checked_by__isnull=False, released_at__isnull=False)
                | Q(single_checked=True, released_at__isnull=False),
                name="released_bag_was_checked",
            ),
            models.CheckConstraint(
                condition=Q(single_checked=False, single_pharmacist=None, single_prescriber=None)
                | Q(
                    single_checked=True,
                    single_pharmacist__isnull=False,
                    single_prescriber__isnull=False,
                )
                & ~Q(single_prescriber=F("single_pharmacist"))
                & ~Q(single_prescriber=F("compounded_by")),
                name="single_check_has_two_signers",
            ),
            models.CheckConstraint(
                condition=Q(label_checked_by=None) | ~Q(label_checked_by=F("compounded_by")),
                name="label_reader_is_not_compounder",
            ),
            models.CheckConstraint(
                condition=Q(
                    label_checked_how__in=["", "before this was asked"],
                    label_checked_by=None,
                    label_checked_at=None,
                )
                | Q(
                    label_checked_how__in=["scanned", "typed"],
                    label_checked_by__isnull=False,
                    label_checked_at__isnull=False,
                ),
                name="label_read_who_when_how",
            ),
            models.CheckConstraint(
                condition=~Q(state="hung") | Q(hung_at__isnull=False, taken_down_at=None),
                name="hung_bag_has_time",
            ),
            models.CheckConstraint(
                condition=Q(discard_after__gt=F("prepared_at")), name="discard_after_preparation"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(released_at__gte=F("prepared_at")),
                name="released_after_preparation",
            ),
            models.CheckConstraint(
                condition=Q(rate_ml_per_h__gt=0, infused_ml__gt=0, made_ml__gte=F("infused_ml")),
                name="bag_volumes",
            ),
            models.CheckConstraint(
                condition=Q(dose_mcg_per_day__gte="0.1", dose_mcg_per_day__lte=28),
                name="bag_dose_range",
            ),
            models.CheckConstraint(
                condition=Q(hood_confirmed=True, garbing_confirmed=True),
                name="hood_and_garbing_confirmed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["cycle", "state"],
                name="bag_live",
                condition=Q(state__in=["made", "released", "hung", "quarantined"]),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def lacks_second_check(self) -> bool:
        """Released on a single check, and nobody has read it since."""
        return self.single_checked and self.checked_by_id is None


class BagVial(models.Model):
    """One vial that went into a bag, by lot and expiry."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    bag = models.ForeignKey(Bag, models.PROTECT, related_name="vial_lots")
    gtin = models.CharField(max_length=14, null=True, blank=True)  # null: not scanned
    lot = models.CharField(max_length=40, db_index=True)
    expires_on = models.DateField()
    count = models.PositiveSmallIntegerField(default=1)
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.lot


class BagMove(models.Model):
    """A custody scan: where the bag is from now on and how it is kept."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    bag = models.ForeignKey(Bag, models.PROTECT, related_name="moves")
    place = models.CharField(max_length=10, choices=Bag.Place.choices)
    storage = models.CharField(max_length=8, choices=Bag.Storage.choices)
    moved_at = models.DateTimeField()
    is_withdrawn = models.BooleanField(default=False)  # never happened, said by a correction
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.bag_id} at {self.place}"
