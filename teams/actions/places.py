"""Sites and care teams of the administrator's organisation."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record, snapshot
from commands.refusals import refuse
from teams.models import CareTeam, Site, User
from teams.permissions import Permission, require


@transaction.atomic
def save_site(*, site: Site | None, by: User, at: datetime, **new) -> Site:
    """A new site when `site` is None. `new`: the columns of Site."""
    require(by, Permission.MANAGE_PEOPLE)
    own = Site.objects.filter(organisation=by.organisation_id)
    site = own.select_for_update().get(pk=site.pk) if site else Site(organisation=by.organisation)
    if own.filter(name=new["name"]).exclude(pk=site.pk).exists():
        refuse("site.name_taken", _("Another site has this name."), field="name")
    verb, before = ("edited_site", snapshot(site)) if site.pk else ("added_site", {})
    for name, value in new.items():
        setattr(site, name, value)
    site.save()
    record(verb=verb, subject=site, by=by, at=at, before=before, after=snapshot(site))
    return site


@transaction.atomic
def add_care_team(*, site: Site, by: User, at: datetime, name: str) -> CareTeam:
    require(by, Permission.MANAGE_PEOPLE)
    site = Site.objects.get(pk=site.pk, organisation=by.organisation_id)
    if site.care_teams.filter(name=name).exists():
        refuse("team.name_taken", _("This site has a team of this name."), field="name")
    team = CareTeam.objects.create(site=site, name=name)
    record(verb="added_care_team", subject=team, by=by, at=at, after={"name": name})
    return team
