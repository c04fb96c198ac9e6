"""Who is on a care team, from and to. Rows end; they are never removed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from commands.refusals import refuse
from teams.models import CareTeam, Membership, User
from teams.permissions import Permission, can, require
from teams.queries import AT_HOME, teams_managed_by


@transaction.atomic
def add_member(
    *, team: CareTeam, user: User, by: User, at: datetime, from_at: datetime | None = None
) -> Membership:
    team = locked(team, by=by)
    if user.organisation_id != team.site.organisation_id or not user.is_active:
        refuse("team.not_ours", _("Choose a person with an open account here."), field="user")
    if user.role in AT_HOME:
        refuse(
            "team.at_home",
            _("Patients and caregivers are not on a team. Give them access to their patient."),
            field="user",
        )
    if team.memberships.filter(user=user, to_at=None).exists():
        refuse("team.already", _("This person is on the team already."), field="user")
    row = Membership.objects.create(care_team=team, user=user, from_at=from_at or at)
    after = {"person": str(user), "role": user.role, "from_at": row.from_at}
    record(verb="added_member", subject=team, by=by, at=at, after=after)
    return row


@transaction.atomic
def end_membership(
    *,
    team: CareTeam,
    membership: int,
    by: User,
    at: datetime,
    to_at: datetime | None = None,
    reason: str = "",
) -> Membership:
    """From `to_at` on, the person no longer sees the team's patients. The record keeps why."""
    team = locked(team, by=by)
    row = team.memberships.filter(pk=membership).select_related("user").first()
    if row is None or row.to_at is not None:
        refuse("team.not_on_it", _("This person is not on the team any more."))
    row.to_at = to_at or max(at, row.from_at)
    if row.to_at < row.from_at:
        refuse("team.ends_early", _("This is before the person joined."), field="to_at")
    row.save(update_fields=["to_at"])
    after = {"person": str(row.user), "to_at": row.to_at}
    record(verb="ended_membership", subject=team, by=by, at=at, after=after, reason=reason)
    return row


def locked(team: CareTeam, *, by: User) -> CareTeam:
    if not can(by, Permission.MANAGE_PEOPLE):
        require(by, Permission.MANAGE_TEAM)
    mine = teams_managed_by(by).select_related(None)
    return CareTeam.objects.select_for_update().get(pk__in=mine.order_by().values("pk"), pk=team.pk)
