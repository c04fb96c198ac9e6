from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class BagCheck(models.Model):
    """One blind reading of a bag: what a person typed or scanned, and whether it agreed with what
    was logged. Never changed; only its signature is added."""

    class Stage(models.TextChoices):
        DRAWN = "drawn", _("What went into the bag")
        LABEL = "label", _("The label on the bag")

    class Part(models.TextChoices):
        CHECKER = "checker", _("Second person")
        MAKER = "maker", _("Maker, read again")
        THIRD = "third", _("Third person")

    class Method(models.TextChoices):
        IN_PERSON = "in_person", _("In person, at the hood")
        PHOTO = "photo", _("By photo")
        VIDEO = "video", _("By video call")

    # Of a bag; or of the work in the hood, and of the bag too once it is made.
    bag = models.ForeignKey(
        "infusions.Bag", models.PROTECT, null=True, blank=True, related_name="checks"
    )
    session = models.ForeignKey(
        "infusions.MakeSession", models.PROTECT, null=True, blank=True, related_name="checks"
    )
    stage = models.CharField(max_length=6, choices=Stage.choices, default=Stage.DRAWN)
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.CHECKER)
    method = models.CharField(max_length=10, choices=Method.choices, default=Method.IN_PERSON)
    method_note = models.CharField(max_length=200, blank=True)  # who was on the call, which photo
    checked_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()
    read = models.JSONField()  # readings.as_kept: what was typed, amounts as text
    agreed = models.BooleanField()
    opened_at = models.DateTimeField(null=True)  # real time the blind form was opened
    too_fast = models.BooleanField(default=False)
    signature = models.OneToOneField(
        "teams.Signature", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(method="in_person") | ~Q(method_note=""),
                name="remote_check_names_its_evidence",
            ),
            models.CheckConstraint(
                condition=Q(bag__isnull=False) | Q(session__isnull=False),
                name="check_is_of_something",
            ),
        ]

    def __str__(self) -> str:
        return f"check of {self.bag_id}"


class Dispute(models.Model):
    """A bag that was read differently twice. A third pharmacist, who has read it blind as well,
    decides with a reason and a signature; until then the bag is not used."""

    class Decision(models.TextChoices):
        AS_LOGGED = "as_logged", _("What was logged is right")
        AS_READ = "as_read", _("What was logged is wrong")
        REJECT = "reject", _("Reject the bag")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    bag = models.ForeignKey(
        "infusions.Bag", models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    session = models.ForeignKey(
        "infusions.MakeSession", models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    stage = models.CharField(max_length=6, choices=BagCheck.Stage.choices)
    from_state = models.CharField(max_length=12)  # of the bag, when it was read
    opened_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    signature = models.OneToOneField(
        "teams.Signature", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bag"], condition=Q(decided_at=None), name="one_open_dispute_a_bag"
            ),
            models.UniqueConstraint(
                fields=["session"], condition=Q(decided_at=None), name="one_open_dispute_a_make"
            ),
            models.CheckConstraint(
                condition=Q(bag__isnull=False) | Q(session__isnull=False),
                name="dispute_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, signature=None, decision="")
                | Q(decided_at__isnull=False, decided_by__isnull=False, signature__isnull=False)
                & ~Q(decision="")
                & ~Q(reason=""),
                name="dispute_decided_by_signature",
            ),
        ]

    def __str__(self) -> str:
        return f"dispute about {self.bag_id}"


class EmergencyRelease(models.Model):
    """A release without a second reading: one of prescriber and pharmacist asks, the other one
    confirms, each by signature. The bag is marked until somebody has read it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    bag = models.OneToOneField(
        "infusions.Bag", models.PROTECT, null=True, blank=True, related_name="emergency_release"
    )
    session = models.OneToOneField(
        "infusions.MakeSession",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="emergency_release",
    )
    reason = models.TextField()
    asked_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ask_signature = models.OneToOneField("teams.Signature", models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirm_signature = models.OneToOneField(
        "teams.Signature", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(bag__isnull=False) | Q(session__isnull=False),
                name="emergency_release_of_something",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="emergency_release_has_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None, confirm_signature=None)
                | Q(
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    confirm_signature__isnull=False,
                )
                & ~Q(confirmed_by=F("asked_by"))
                & ~Q(confirm_signature=F("ask_signature")),
                name="emergency_release_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"emergency release of {self.bag_id}"
