from uuid import uuid4

from django.db import models
from django.db.models import F, Q


class CareTeam(models.Model):
    """The people of all settings who care for a group of patients, led from one site."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    site = models.ForeignKey("teams.Site", models.PROTECT, related_name="care_teams")
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="care_team_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person on a care team, from and to a moment. Ended rows stay."""

    care_team = models.ForeignKey(CareTeam, models.PROTECT, related_name="memberships")
    user = models.ForeignKey("teams.User", models.PROTECT, related_name="memberships")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["care_team", "user"],
                condition=Q(to_at=None),
                name="one_active_membership",
            ),
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(to_at__gte=F("from_at")), name="membership_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.care_team}"
