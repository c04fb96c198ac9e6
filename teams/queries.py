"""People and places as one person may see them: inside their own organisation, else 404."""

from django.db.models import Count, Q
from django.http import Http404

from clock.now import now
from teams.models import CareTeam, Membership, Role, Site, User
from teams.permissions import Permission, can

AT_HOME = (Role.PATIENT, Role.CAREGIVER)


def people_of(user):
    rows = User.objects.filter(organisation=user.organisation_id, organisation__isnull=False)
    return rows.order_by("-is_active", "last_name", "first_name", "username")


def get_person_for(user, uuid) -> User:
    return found(people_of(user).filter(uuid=uuid))


def sites_of(user):
    rows = Site.objects.filter(organisation=user.organisation_id)
    return rows.annotate(teams=Count("care_teams")).order_by("name")


def get_site_for(user, uuid) -> Site:
    return found(sites_of(user).filter(uuid=uuid).select_related("organisation"))


def teams_managed_by(user):
    """An administrator: every team of the organisation. Else the teams the person is on."""
    rows = CareTeam.objects.filter(site__organisation=user.organisation_id)
    if not can(user, Permission.MANAGE_PEOPLE):
        rows = rows.filter(pk__in=current_memberships(user=user).values("care_team"))
    return rows.select_related("site").order_by("site__name", "name")


def get_team_for(user, uuid) -> CareTeam:
    return found(teams_managed_by(user).filter(uuid=uuid))


def current_memberships(**of):
    at = now()
    return Membership.objects.filter(Q(to_at=None) | Q(to_at__gt=at), from_at__lte=at, **of)


def members_now(care_team_id: int) -> list[User]:
    """The people on a team now whose accounts are open."""
    memberships = current_memberships(care_team=care_team_id)
    people = User.objects.filter(pk__in=memberships.values("user"), is_active=True)
    return list(people.order_by("pk"))


def memberships_of(team: CareTeam):
    """Everybody, also those who left: the newest first."""
    return team.memberships.select_related("user").order_by("-from_at", "-pk")


def people_to_add(team: CareTeam):
    """Staff with an open account; patients and caregivers see one patient by their access."""
    on_it = team.memberships.filter(to_at=None).values("user")
    people = User.objects.filter(organisation=team.site.organisation_id, is_active=True)
    people = people.exclude(role__in=AT_HOME)
    return people.exclude(pk__in=on_it).order_by("last_name", "first_name", "username")


def found(rows):
    row = rows.first()
    if row is None:
        raise Http404
    return row
