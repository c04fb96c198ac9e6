from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BagPlan(models.Model):
    """A sequence of bags for what is left of a cycle. Old plans stay, marked superseded.

    The plan in force is `is_current`; it counts from the moment it is written, also before a named
    person accepts it. `case` is all the planner was given: it can be computed again years later."""

    class Kind(models.TextChoices):
        FIRST = "first", _("First plan")
        CHOSEN = "chosen", _("Chosen by a person")
        REFLOW = "reflow", _("After a change")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed, not accepted yet")
        ACCEPTED = "accepted", _("Accepted")
        SUPERSEDED = "superseded", _("Superseded")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="plans")
    is_current = models.BooleanField(default=True)
    from_minute = models.PositiveIntegerField(default=0)  # infused minutes when it begins
    made_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FIRST)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    case = models.JSONField(default=dict)
    pharmacy = models.JSONField(default=dict)  # its hours, as counted with
    goals = models.JSONField(default=list)
    cost = models.JSONField(default=dict)  # figures by goal
    best_cost = models.JSONField(default=dict)  # of the proven best plan of the case
    ties = models.JSONField(default=int)  # a whole number of any size
    runner_up = models.JSONField(null=True, blank=True)  # figures by goal
    why = models.TextField(blank=True)
    accepted_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    signature = models.OneToOneField(
        "teams.Signature", models.PROTECT, null=True, blank=True, related_name="bag_plan"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="superseded") | Q(is_current=False),
                name="superseded_not_current",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted")
                | Q(accepted_by__isnull=False, accepted_at__isnull=False, signature__isnull=False),
                name="accepted_plan_is_signed",
            ),
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(is_current=True), name="one_current_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk} of cycle {self.cycle_id}"

    @property
    def is_best(self) -> bool:
        """Whether its figures are those of the proven best plan of its case."""
        return bool(self.cost) and self.cost == self.best_cost


class PlannedBag(models.Model):
    """Bag n of the plan, in infused minutes: wall times follow from the ledger."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    plan = models.ForeignKey(BagPlan, models.PROTECT, related_name="bags")
    n = models.PositiveSmallIntegerField()
    minute = models.PositiveIntegerField()  # hung at this infused minute of the cycle
    bag_hours = models.PositiveSmallIntegerField()
    runs_minutes = models.PositiveIntegerField()
    setting = models.CharField(max_length=10)  # inpatient, home
    dose_mcg_per_day = models.DecimalField(max_digits=5, decimal_places=2)
    boundary = models.CharField(max_length=20, blank=True)  # step, discharge, end

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "n"], name="planned_bag_number_once"),
            models.CheckConstraint(
                condition=Q(bag_hours__gt=0, runs_minutes__gt=0), name="planned_bag_runs"
            ),
        ]

    def __str__(self) -> str:
        return f"bag {self.n} of plan {self.plan_id}"
