from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MakeSession(models.Model):
    """The making of one planned bag, step by step, in one person's hands at a time."""

    class State(models.TextChoices):
        OPEN = "open", _("Being made")
        FINISHED = "finished", _("Made")
        GIVEN_UP = "given_up", _("Given up")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="makes")
    planned = models.ForeignKey("infusions.PlannedBag", models.PROTECT, related_name="makes")
    order = models.ForeignKey("infusions.DoseOrder", models.PROTECT, related_name="+")
    recipe = models.JSONField()  # as it was when the work began; another one stops the work
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=1)
    maker = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    maker_since = models.DateTimeField()
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_because = models.CharField(max_length=200, blank=True)
    bag = models.OneToOneField(
        "infusions.Bag", models.PROTECT, null=True, blank=True, related_name="make"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["planned"], condition=Q(state="open"), name="one_open_make_a_planned_bag"
            ),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(bag__isnull=False, closed_at__isnull=False),
                name="finished_make_has_bag",
            ),
            models.CheckConstraint(
                condition=~Q(state="given_up")
                | (Q(bag=None, closed_by__isnull=False) & ~Q(closed_because="")),
                name="given_up_make_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(closed_at=None, bag=None),
                name="open_make_not_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"make {self.pk}"


class MakeStep(models.Model):
    """One step that was done. Append-only (triggers): done again, it is a new row that corrects."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    session = models.ForeignKey(MakeSession, models.PROTECT, related_name="steps")
    key = models.CharField(max_length=40)  # of protocol.making
    value = models.JSONField(default=dict)  # {"amount_ml": "5.2"}, {"gtin": …, "lot": …}, {}
    scan = models.CharField(max_length=200, blank=True)  # what came in, as it came
    by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "key"], condition=Q(corrects=None), name="make_step_first_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.session_id}"
