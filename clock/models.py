from datetime import timedelta

from django.db import models


class TrainingClock(models.Model):
    """One row that every process reads: how far domain time is from real time in training."""

    only = models.BooleanField(default=True, unique=True, editable=False)
    offset = models.DurationField(default=timedelta(0))
    moved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(only=True), name="training_clock_one_row")
        ]

    def __str__(self) -> str:
        return f"training clock {self.offset}"
