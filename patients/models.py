"""Who is treated: names, identifiers, measurements, allergies, problems."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Unknown")


class AllergyStatus(models.TextChoices):
    UNKNOWN = "unknown", _("Unknown: ask")
    NONE_KNOWN = "none_known", _("None known")
    LISTED = "listed", _("Listed")


class Patient(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("teams.Organisation", models.PROTECT, related_name="patients")
    care_team = models.ForeignKey("teams.CareTeam", models.PROTECT, related_name="patients")
    family_name = models.CharField(max_length=120)
    given_name = models.CharField(max_length=120)
    birth_date = models.DateField()
    sex = models.CharField(max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    record_number = models.CharField(max_length=60)  # the organisation's own number (MRN)
    language = models.CharField(max_length=40, default="en")  # BCP 47
    interpreter_needed = models.BooleanField(default=False)
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    home_distance_km = models.PositiveSmallIntegerField(null=True, blank=True)
    bed = models.CharField(max_length=40, blank=True)  # ward and bed while in hospital
    allergy_status = models.CharField(
        max_length=12, choices=AllergyStatus.choices, default=AllergyStatus.UNKNOWN
    )
    version = models.PositiveIntegerField(default=1)
    enrolled_at = models.DateTimeField()
    enrolled_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "record_number"], name="record_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family_name}, {self.given_name}"

    def age_years(self, on) -> int:
        """Completed years on a date."""
        born = self.birth_date
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


class Identifier(models.Model):
    """A number another system knows the patient by (from FHIR import)."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="identifiers")
    organisation = models.ForeignKey("teams.Organisation", models.PROTECT, related_name="+")
    system = models.CharField(max_length=200)
    value = models.CharField(max_length=120)
    is_current = models.BooleanField(default=True)  # false: corrected, or entered in error
    recorded_by = models.ForeignKey(
        "teams.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            # A number that was wrong here is free for the patient it belongs to.
            models.UniqueConstraint(
                fields=["organisation", "system", "value"],
                condition=Q(is_current=True),
                name="identifier_once",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(correction_reason=""),
                name="identifier_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.value


class Access(models.Model):
    """A patient's own account, or a caregiver's, bound to one patient."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="accesses")
    user = models.ForeignKey("teams.User", models.PROTECT, related_name="accesses")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "user"], condition=Q(to_at=None), name="one_active_access"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.patient}"


class Measurement(models.Model):
    """A dated weight or height. The newest current one counts; corrections point back."""

    class Kind(models.TextChoices):
        WEIGHT = "weight", _("Weight, kg")
        HEIGHT = "height", _("Height, cm")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="measurements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.DecimalField(max_digits=6, decimal_places=2)  # kg or cm
    measured_at = models.DateTimeField()
    source = models.CharField(max_length=60, default="typed")  # typed, or the import it came from
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="weight", value__gte="0.5", value__lte=300)
                | Q(kind="height", value__gte=20, value__lte=250),
                name="measurement_in_range",
            ),
            models.UniqueConstraint(
                fields=["patient", "kind", "measured_at"],
                condition=Q(corrects=None),
                name="measurement_once_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class Allergy(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="allergies")
    substance = models.CharField(max_length=200)
    reaction = models.CharField(max_length=200, blank=True)
    is_withdrawn = models.BooleanField(default=False)  # entered in error, said by a correction
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.substance


class Problem(models.Model):
    """A diagnosis or history item; seizures are flagged on the chart."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="problems")
    text = models.CharField(max_length=240)
    code = models.CharField(max_length=40, blank=True)
    onset = models.DateField(null=True, blank=True)
    is_seizure = models.BooleanField(default=False)
    is_withdrawn = models.BooleanField(default=False)  # entered in error, said by a correction
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "text", "onset"],
                condition=Q(corrects=None),
                name="problem_once",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(corrects=F("id")), name="problem_not_own_correction"
            ),
        ]

    def __str__(self) -> str:
        return self.text
