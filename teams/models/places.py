"""Organisations and sites: from the first migration, because every rule of place hangs on them."""

from datetime import time
from uuid import uuid4

from django.db import models

from protocol.planner_case import GOALS


def ward_and_home_windows() -> dict:
    """Wall-clock windows for bag changes, as the planner reads them: [days, from, to]."""
    return {
        "inpatient": [["mon-sun", "00:00", "23:59"]],
        "home": [["mon-fri", "08:00", "17:00"]],
    }


def longest_bags() -> dict:
    """Longest bag, in hours, the planner may offer per setting; the label decides which exist."""
    return {"inpatient": 48, "home": 96}


def goals_in_order() -> list:
    """What a plan must be best at, most important first; the names are those of the planner."""
    return list(GOALS)


def line_care_every() -> dict:
    """Days from one care of the line to the next: [earliest, latest]. Empty: not planned here."""
    return {}


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
    bag_hours = models.JSONField(default=longest_bags)
    new_bag_at_discharge = models.BooleanField(default=True)
    plan_goals = models.JSONField(default=goals_in_order)
    max_cut_hours = models.PositiveSmallIntegerField(default=23)
    max_early_change_hours = models.PositiveSmallIntegerField(default=0)
    line_care_days = models.JSONField(default=line_care_every)
    preparation_days = models.CharField(max_length=30, default="mon-fri")
    preparation_opens = models.TimeField(default=time(7, 0))
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
