from uuid import uuid4

from django.db import models
from django.db.models import Q


class BagPlan(models.Model):
    """A sequence of bags for what is left of a cycle. Old plans stay, marked superseded."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="plans")
    is_current = models.BooleanField(default=True)
    from_minute = models.PositiveIntegerField(default=0)  # infused minutes when it begins
    made_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(is_current=True), name="one_current_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk} of cycle {self.cycle_id}"


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
