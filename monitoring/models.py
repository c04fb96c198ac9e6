"""Watching the patient: vital signs and a plain neuro check, due on a schedule."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Watch(models.Model):
    """How often something is observed, from a moment on (a site or a prescriber decides)."""

    class Kind(models.TextChoices):
        VITALS = "vitals", _("Vital signs")
        NEURO = "neuro", _("Neuro check")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="watches")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    every_minutes = models.PositiveSmallIntegerField()
    grace_minutes = models.PositiveSmallIntegerField(default=30)
    from_at = models.DateTimeField()
    set_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "kind"], condition=Q(ended_at=None), name="one_watch_of_a_kind"
            ),
            models.CheckConstraint(condition=Q(every_minutes__gt=0), name="watch_interval"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} every {self.every_minutes} min"


class VitalSigns(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="vitals")
    measured_at = models.DateTimeField()
    temperature_c = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    heart_rate_per_min = models.PositiveSmallIntegerField(null=True, blank=True)
    systolic_mmhg = models.PositiveSmallIntegerField(null=True, blank=True)
    diastolic_mmhg = models.PositiveSmallIntegerField(null=True, blank=True)
    spo2_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    respiratory_rate_per_min = models.PositiveSmallIntegerField(null=True, blank=True)
    oxygen = models.CharField(max_length=40, blank=True)  # device and flow, as said
    # Names of figures that the nurse says are outside what is expected for this patient.
    outside_expected = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(temperature_c=None) | Q(temperature_c__gte=25, temperature_c__lte=45),
                name="temperature_range",
            ),
            models.CheckConstraint(
                condition=Q(spo2_percent=None) | Q(spo2_percent__lte=100), name="spo2_range"
            ),
        ]
        indexes = [models.Index(fields=["cycle", "-measured_at"], name="vitals_newest")]

    def __str__(self) -> str:
        return f"vitals {self.measured_at:%Y-%m-%d %H:%M}"


class NeuroCheck(models.Model):
    """A plain check, five questions; grading comes with the toxicity issue."""

    class Finding(models.TextChoices):
        USUAL = "usual", _("As usual")
        CHANGED = "changed", _("Changed")
        NOT_ASSESSED = "not_assessed", _("Could not be assessed")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="neuro_checks")
    checked_at = models.DateTimeField()
    alertness = models.CharField(max_length=14, choices=Finding.choices)
    orientation = models.CharField(max_length=14, choices=Finding.choices)
    speech = models.CharField(max_length=14, choices=Finding.choices)
    handwriting = models.CharField(max_length=14, choices=Finding.choices)
    tremor_or_seizure = models.CharField(max_length=14, choices=Finding.choices)
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["cycle", "-checked_at"], name="neuro_newest")]

    def __str__(self) -> str:
        return f"neuro check {self.checked_at:%Y-%m-%d %H:%M}"
