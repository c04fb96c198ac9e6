"""The append-only record. No foreign keys to other apps: it never blocks and still reads later."""

from django.db import models
from django.utils import timezone


class Event(models.Model):
    """One thing that happened, was read or was refused. Never updated, never deleted (triggers)."""

    recorded_at = models.DateTimeField(auto_now_add=True, db_index=True)  # real time
    at = models.DateTimeField()  # domain time
    actor_id = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=200)
    verb = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    patient_ref = models.CharField(max_length=40, blank=True, db_index=True)
    organisation_ref = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=10, default="done")  # done, refused, seen
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "id"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class Seal(models.Model):
    """A keyed digest over the events of the last minute, chained to the seal before it."""

    sealed_at = models.DateTimeField(default=timezone.now)  # real time; part of the digest
    count = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            # Two sealers at once would fork the chain; the second insert fails instead.
            models.UniqueConstraint(fields=["previous"], name="seal_chain_does_not_fork")
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class SealedEvent(models.Model):
    """Which seal covers which event. Late commits get a later seal, so gaps are allowed."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="sealed")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="entries")
    digest = models.CharField(max_length=64, default="")  # of this event: names the bad one

    def __str__(self) -> str:
        return f"{self.event_id} in {self.seal_id}"
