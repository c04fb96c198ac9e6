"""Teach-back: one skill, one person, one assessor, one date. Lessons are files, not rows."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class Learner(models.Model):
    """Somebody at home who must know: the patient or a caregiver. Needs no account."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="learners")
    name = models.CharField(max_length=120)
    relation = models.CharField(max_length=60)  # patient, mother, partner …
    language = models.CharField(max_length=40, default="en")
    is_active = models.BooleanField(default=True)
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "name"], name="learner_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TeachBack(models.Model):
    class Outcome(models.TextChoices):
        PASSED = "passed", _("Passed: said and shown in own words")
        REPEAT = "repeat", _("Repeat: not yet")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="teach_backs")
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="teach_backs")
    skill = models.CharField(max_length=40)  # key of a lesson
    lesson_version = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    in_own_words = models.TextField(blank=True)
    interpreter_used = models.BooleanField(default=False)
    taught_at = models.DateTimeField()
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")  # assessor
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.skill}: {self.outcome}"
