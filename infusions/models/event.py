from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class InfusionEvent(models.Model):
    """The ledger. Append-only (triggers): a correction is a new event that points back."""

    class Kind(models.TextChoices):
        STARTED = "started", _("started")
        INTERRUPTED = "interrupted", _("stopped")
        RESUMED = "resumed", _("resumed")
        BAG_CHANGED = "bag_changed", _("bag changed")
        ENDED = "ended", _("ended")
        DISCONTINUED = "discontinued", _("discontinued")
        VOIDED = "voided", _("entered in error")  # corrects an event that never happened

    class Cause(models.TextChoices):
        PUMP = "pump", _("Pump or battery")
        LINE = "line", _("Line, needle or dressing")
        BAG_EMPTY = "bag_empty", _("Bag empty")
        ADVERSE_REACTION = "adverse_reaction", _("Side effect")
        PROCEDURE = "procedure", _("Planned procedure")
        SUPPLY = "supply", _("No bag or no nurse")
        OTHER = "other", _("Other or not known yet")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()  # the order in which we were told
    kind = models.CharField(max_length=14, choices=Kind.choices)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    bag = models.ForeignKey("infusions.Bag", models.PROTECT, null=True, related_name="events")
    rate_ml_per_h = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    dose_mcg_per_day = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    cause = models.CharField(max_length=20, choices=Cause.choices, blank=True)
    note = models.TextField(blank=True)
    # A stop is always saved: what was claimed is kept as typed when it could not be used.
    claimed_text = models.CharField(max_length=200, blank=True)
    flags = models.JSONField(default=list)  # e.g. ["time_unusable", "late_entry", "estimated"]
    checklist = models.ForeignKey(
        "checklists.Checklist", models.PROTECT, null=True, related_name="+"
    )
    program = models.ForeignKey(
        "infusions.PumpProgram", models.PROTECT, null=True, related_name="+"
    )
    signature = models.OneToOneField(
        "teams.Signature", models.PROTECT, null=True, related_name="infusion_event"
    )
    supervised_at = models.CharField(max_length=120, blank=True)  # place of a supervised restart
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "seq"], name="event_seq_once"),
            # However it is entered, nothing starts or changes without its gates.
            models.CheckConstraint(
                condition=~Q(kind__in=["started", "bag_changed"])
                | Q(
                    bag__isnull=False,
                    checklist__isnull=False,
                    program__isnull=False,
                    signature__isnull=False,
                )
                | Q(corrects__isnull=False, bag__isnull=False),
                name="start_has_its_gates",
            ),
            models.CheckConstraint(
                condition=~Q(kind="voided") | Q(corrects__isnull=False), name="void_corrects_one"
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(correction_reason=""),
                name="event_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_at:%Y-%m-%d %H:%M}"


class StopReport(models.Model):
    """Somebody who may not record a stop says the pump stopped: always accepted, starts a
    provisional clock, pages the responsible nurse; a clinician confirms or closes it."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a clinician")
        CONFIRMED = "confirmed", _("Confirmed as a stop")
        CLOSED = "closed", _("Closed: it was running")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="stop_reports")
    cycle = models.ForeignKey(
        "infusions.Cycle", models.PROTECT, null=True, related_name="stop_reports"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    stopped_at = models.DateTimeField()  # told, or server time when the told time is unusable
    claimed_text = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    flags = models.JSONField(default=list)
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    closed_by = models.ForeignKey("teams.User", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    event = models.OneToOneField(
        "infusions.InfusionEvent", models.PROTECT, null=True, related_name="report"
    )

    def __str__(self) -> str:
        return f"report {self.recorded_at:%Y-%m-%d %H:%M}"
