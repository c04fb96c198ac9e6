"""Which label set a site works with, and which of its rows two of its people have read."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class LabelAdoption(models.Model):
    """A site works with a label set from now on. One at a time for patients, one for training.

    Only `ended_at` is ever filled in (triggers)."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    site = models.ForeignKey("teams.Site", models.PROTECT, related_name="label_adoptions")
    label_id = models.CharField(max_length=60)
    label_digest = models.CharField(max_length=64, blank=True)  # label_facts.digest_of_set
    is_training = models.BooleanField()
    # In use at this site before adopting was asked for: nobody signed it.
    is_from_before = models.BooleanField(default=False)
    adopted_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    adopted_at = models.DateTimeField()
    signature = models.OneToOneField(
        "teams.Signature", models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)  # another one took its place

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "is_training"],
                condition=Q(ended_at=None),
                name="one_label_set_in_force",
            ),
            models.CheckConstraint(
                condition=Q(is_from_before=True)
                | Q(adopted_by__isnull=False, signature__isnull=False),
                name="adoption_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("adopted_at")),
                name="adoption_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label_id} at {self.site_id}"


class SiteRow(models.Model):
    """A row of a site's own protocol, as it was typed. Append-only; its passport says whether it
    counts."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("teams.Organisation", models.PROTECT, related_name="own_rows")
    label_id = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)  # label_adopted.OWN_KINDS
    row_id = models.CharField(max_length=120)
    content = models.JSONField()  # label_adopted.own_row, amounts as text
    source = models.CharField(max_length=300)
    added_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.row_id


class RowPassport(models.Model):
    """What an organisation knows of one row as it reads now. Another content is another passport.

    The readers are copied here from the readings so that the database itself keeps them apart."""

    class State(models.TextChoices):
        READ_ONCE = "read_once", _("Read once")
        VERIFIED = "verified", _("Verified")
        DIFFER = "differ", _("Readings differ")
        OTHERWISE = "otherwise", _("Document says otherwise")
        LEFT = "left", _("Left unverified")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    LIVE = ("read_once", "verified", "differ")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("teams.Organisation", models.PROTECT, related_name="passports")
    label_id = models.CharField(max_length=60)
    row_id = models.CharField(max_length=120)
    row_digest = models.CharField(max_length=64)  # label_facts.digest_of
    site_row = models.OneToOneField(
        SiteRow, models.PROTECT, null=True, blank=True, related_name="passport"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.READ_ONCE)
    version = models.PositiveIntegerField(default=1)
    first_reader = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    second_reader = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # of a decision or a withdrawal

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "label_id", "row_id", "row_digest"],
                condition=Q(state__in=["read_once", "verified", "differ"]),
                name="one_live_passport_per_row",
            ),
            models.CheckConstraint(
                condition=Q(second_reader=None) | ~Q(second_reader=F("first_reader")),
                name="second_reader_is_another",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | (
                    Q(second_reader__isnull=False)
                    & ~Q(decided_by=F("first_reader"))
                    & ~Q(decided_by=F("second_reader"))
                ),
                name="third_reader_is_another",
            ),
            # NULL passes a CHECK, so what needs two readers says so.
            models.CheckConstraint(
                condition=~Q(state="verified")
                | Q(
                    second_reader__isnull=False, second_at__isnull=False, verified_at__isnull=False
                ),
                name="verified_row_was_read_twice",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn")
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                name="withdrawn_row_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "label_id"],
                name="passport_verified",
                condition=Q(state="verified"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row_id} of {self.label_id}"


class RowReading(models.Model):
    """One person's reading of a row in the document, as typed. Append-only."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    passport = models.ForeignKey(RowPassport, models.PROTECT, related_name="readings")
    n = models.PositiveSmallIntegerField()  # 1 and 2 read; 3 decides between them
    reader = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
    document = models.CharField(max_length=200)  # title and edition, as printed on it
    page = models.CharField(max_length=40)
    section = models.CharField(max_length=80, blank=True)
    values = models.JSONField()  # label_facts.values_of: {"rate_ml_per_h": "10", …}
    signature = models.OneToOneField("teams.Signature", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["passport", "n"], name="row_reading_once"),
            models.UniqueConstraint(fields=["passport", "reader"], name="row_reader_once"),
            models.CheckConstraint(condition=Q(n__gte=1, n__lte=3), name="row_reading_number"),
        ]

    def __str__(self) -> str:
        return f"reading {self.n} of {self.passport_id}"


class LabelMove(models.Model):
    """A cycle was moved to another label set by its oncologist. Append-only."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="label_moves")
    from_label_id = models.CharField(max_length=60)
    to_label_id = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    moved_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()
    signature = models.OneToOneField("teams.Signature", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_label_id=F("to_label_id")), name="label_move_goes_elsewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_label_id} to {self.to_label_id}"
