from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Indication(models.TextChoices):
    RR = "rr", _("Relapsed or refractory B-ALL")
    MRD = "mrd", _("MRD-positive B-ALL in remission")
    CONSOLIDATION = "consolidation", _("Consolidation phase, Philadelphia-negative")


class Philadelphia(models.TextChoices):
    NEGATIVE = "negative", _("Philadelphia-negative")
    POSITIVE = "positive", _("Philadelphia-positive")
    UNKNOWN = "unknown", _("Not known")


class Setting(models.TextChoices):
    WARD = "ward", _("Ward")
    CLINIC = "clinic", _("Clinic")
    HOME = "home", _("Home")


class Cycle(models.Model):
    """One 28-day infusion. Also holds the present state, written in the same transaction as each
    event, so that boards need no replay; a sweep replays everything and alarms on difference."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Waiting for the order")
        ORDERED = "ordered", _("Ordered, not started")
        RUNNING = "running", _("Running")
        INTERRUPTED = "interrupted", _("Stopped")
        ENDED = "ended", _("Ended")
        DISCONTINUED = "discontinued", _("Discontinued")

    OPEN = ("planned", "ordered", "running", "interrupted")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    indication = models.CharField(max_length=14, choices=Indication.choices)
    philadelphia = models.CharField(max_length=10, choices=Philadelphia.choices)
    label_id = models.CharField(max_length=60)  # stamped at creation; never follows a newer label
    weight_kg = models.DecimalField(max_digits=5, decimal_places=2)
    height_cm = models.DecimalField(max_digits=5, decimal_places=1)
    bsa_m2 = models.DecimalField(max_digits=4, decimal_places=2)
    measured_at = models.DateTimeField()  # of the weight
    planned_start = models.DateTimeField()
    total_hours = models.PositiveSmallIntegerField()
    home_from_hour = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    responsible_setting = models.CharField(
        max_length=10, choices=Setting.choices, default=Setting.WARD
    )
    responsible_nurse = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    # Present state, as of the last event (`as_of`). Instants, never "hours left".
    started_at = models.DateTimeField(null=True, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    delivered_s = models.PositiveIntegerField(default=0)  # infused until as_of
    delivered_mcg = models.DecimalField(max_digits=9, decimal_places=3, default=0)
    stopped_at = models.DateTimeField(null=True, blank=True)
    current_bag = models.ForeignKey(
        "infusions.Bag", models.PROTECT, null=True, blank=True, related_name="+"
    )
    bag_delivered_s = models.PositiveIntegerField(default=0)  # from the current bag, until as_of
    dose_mcg_per_day = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    rate_ml_per_h = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    bag_ends_at = models.DateTimeField(null=True, blank=True)  # null while stopped: unknown
    next_change_at = models.DateTimeField(null=True, blank=True)  # planned; null while stopped
    expected_end_at = models.DateTimeField(null=True, blank=True)  # null while stopped
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    # Until when the infusion is secured as things stand, and what would break first: see
    # infusions/cover/links.py. Null while nothing runs.
    covered_until = models.DateTimeField(null=True, blank=True)
    weakest_link = models.JSONField(null=True, blank=True)
    paid_until = models.DateField(null=True, blank=True)  # never clinical cover; null: not known
    # Facts and accepted plan differ: {"causes": [...], "since": "..."} until a person decides.
    change_waiting = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(state__in=["planned", "ordered", "running", "interrupted"]),
                name="one_open_cycle_per_patient",
            ),
            models.UniqueConstraint(
                fields=["patient", "number"],
                condition=~Q(state="discontinued"),
                name="cycle_number_once",
            ),
            models.CheckConstraint(
                condition=Q(weight_kg__gte="0.5", weight_kg__lte=300), name="cycle_weight_range"
            ),
            models.CheckConstraint(
                condition=~Q(state="running")
                | Q(started_at__isnull=False, current_bag__isnull=False, stopped_at=None),
                name="running_has_bag_and_start",
            ),
            models.CheckConstraint(
                condition=~Q(state="interrupted") | Q(stopped_at__isnull=False),
                name="interrupted_has_stop_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(started_at=None) | Q(ended_at__gte=F("started_at")),
                name="cycle_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_change_at"],
                name="cycle_running",
                condition=Q(state__in=["running", "interrupted"]),
            ),
        ]

    def __str__(self) -> str:
        return f"cycle {self.number} of {self.patient_id}"


class DoseOrder(models.Model):
    """The doses of a cycle as the oncologist signs them. A change is a new order, linked."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="orders")
    # [{"from_hour", "to_hour", "mcg_per_day", "basis", "formula", "source", "row_id", "status", …}]
    steps = models.JSONField()
    premedication_text = models.TextField(blank=True)
    created_at = models.DateTimeField()
    signature = models.OneToOneField(
        "teams.Signature", models.PROTECT, null=True, blank=True, related_name="order"
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    def __str__(self) -> str:
        return f"order {self.pk} of cycle {self.cycle_id}"

    @property
    def is_signed(self) -> bool:
        return self.signature_id is not None
