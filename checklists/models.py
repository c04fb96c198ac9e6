"""Versioned questions and the answers given for one subject. Knows no drug."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Template(models.Model):
    """One published version of a list; immutable once used (triggers)."""

    kind = models.CharField(max_length=40)  # pre_infusion, restart, discharge_home …
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    # [{"key", "group", "text", "answer", "accepted" or "fact", "valid_minutes", "refusal"}]
    items = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="template_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"


class Checklist(models.Model):
    """A list being answered for one subject (for a bag: `infusions.bag:<uuid>`)."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    template = models.ForeignKey(Template, models.PROTECT, related_name="checklists")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="checklists")
    subject = models.CharField(max_length=120, db_index=True)
    about = models.CharField(max_length=200, blank=True)  # the subject in words
    facts = models.JSONField(default=dict)  # of the subject, frozen; scans are compared with them
    next_path = models.CharField(max_length=200, blank=True)  # where to go after signing
    opened_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)  # real time: how fast was it answered?
    signature = models.OneToOneField(
        "teams.Signature", models.PROTECT, null=True, blank=True, related_name="checklist"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    too_fast = models.BooleanField(default=False)  # all answered in under 5 s: flagged, shown

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signature=None, signed_at=None)
                | Q(signature__isnull=False, signed_at__isnull=False),
                name="checklist_signed_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} for {self.subject}"


class Answer(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="answers")
    item = models.CharField(max_length=60)
    value = models.CharField(max_length=400)
    recorded_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()  # domain time; decides how long the answer lasts
    created_at = models.DateTimeField(default=timezone.now)  # real time
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            # Answering again later is a new row; the newest current row counts.
            models.UniqueConstraint(
                fields=["checklist", "item", "recorded_at"],
                condition=Q(corrects=None),
                name="answer_once_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.value}"
