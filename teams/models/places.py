"""Organisations and sites: from the first migration, because every rule of place hangs on them."""

from datetime import time
from uuid import uuid4

from django.db import models


def ward_and_home_windows() -> dict:
    """Wall-clock windows for bag changes, as the planner reads them: [days, from, to]."""
    return {
        "inpatient": [["mon-sun", "00:00", "23:59"]],
        "home": [["mon-fri", "08:00", "17:00"]],
    }


def pattern_lengths() -> dict:
    """Bag length, in hours, of the fixed first pattern per setting."""
    return {"inpatient": 48, "home": 96}


class Organisation(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, unique=True)
    # A training organisation may use training label sets and never reaches a real provider.
    is_training = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=60, default="UTC")  # IANA name
    phone_24h = models.CharField(max_length=40, blank=True)
    change_windows = models.JSONField(default=ward_and_home_windows)
    holidays = models.JSONField(default=list)  # ISO dates
    bag_hours = models.JSONField(default=pattern_lengths)
    new_bag_at_discharge = models.BooleanField(default=True)
    preparation_cut_off = models.TimeField(default=time(17, 0))
    # Minutes before the start that premedication may be given; null: as the label says.
    premedication_from_min = models.PositiveSmallIntegerField(null=True, blank=True)
    premedication_to_min = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="site_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def premedication_window_min(self) -> tuple[int, int] | None:
        if self.premedication_from_min is None or self.premedication_to_min is None:
            return None
        return self.premedication_from_min, self.premedication_to_min
