from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MedicationGiven(models.Model):
    """Premedication, or an antipyretic or steroid given ahead: grading later needs to know."""

    class Purpose(models.TextChoices):
        PREMEDICATION = "premedication", _("Premedication")
        ANTIPYRETIC = "antipyretic", _("Antipyretic")
        STEROID = "steroid", _("Steroid, not premedication")

    class Event(models.TextChoices):
        CYCLE_START = "cycle_start", _("Before the start")
        STEP = "step", _("Before the dose step")
        RESTART = "restart", _("Before a restart")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="medications")
    purpose = models.CharField(max_length=14, choices=Purpose.choices)
    before = models.CharField(max_length=12, choices=Event.choices, blank=True)
    drug = models.CharField(max_length=80)
    dose_mg = models.DecimalField(max_digits=7, decimal_places=2)
    route = models.CharField(max_length=20, blank=True)
    given_at = models.DateTimeField()
    is_withdrawn = models.BooleanField(default=False)  # never given, said by a correction
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(dose_mg__gt=0), name="medication_dose_positive"),
            models.CheckConstraint(
                condition=~Q(purpose="premedication") | ~Q(before=""),
                name="premedication_says_before_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drug} {self.dose_mg} mg"


class PrescriberAnswer(models.Model):
    """What the prescriber decided where the label does not say, with a signature."""

    class Question(models.TextChoices):
        RESTART = "restart_premedication", _("Premedication before this restart")
        CYCLE_START = "cycle_start_premedication", _("Premedication before the start")
        STEP = "step_premedication", _("Premedication before the dose step")
        SAME_CYCLE = "same_cycle", _("Does this cycle go on after the gap?")
        ADVERSE_REACTION = "adverse_reaction", _("Does it go on after the side effect?")
        ENTRY = "entry", _("What an entry means for the patient")

    WHETHER_IT_GOES_ON = (Question.SAME_CYCLE, Question.ADVERSE_REACTION)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("infusions.Cycle", models.PROTECT, related_name="answers")
    question = models.CharField(max_length=60, choices=Question.choices)
    stop_event = models.ForeignKey(
        "infusions.InfusionEvent", models.PROTECT, null=True, related_name="answers"
    )
    about = models.CharField(max_length=120, blank=True)  # of an entry: its subject
    answer = models.TextField()
    premedicate = models.BooleanField(null=True)
    goes_on = models.BooleanField(null=True)  # of a question that asks whether the infusion may
    signature = models.OneToOneField("teams.Signature", models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(question="entry") & ~Q(about="") | ~Q(question="entry") & Q(about=""),
                name="answer_names_its_entry",
            )
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.answer[:40]}"
