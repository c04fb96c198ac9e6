"""What the pharmacy knows of a site: its fridges and its compounding limits."""

from django.http import Http404

from infusions.models import Bag, BeyondUseLimits
from infusions.pharmacy.custody import bags_lying_at
from teams.models import Site
from teams.queries import current_memberships

FRIDGES = (Bag.Place.PHARMACY, Bag.Place.WARD, Bag.Place.CLINIC)


def my_sites(user) -> list[Site]:
    """Sites of the care teams this person is on now, by name."""
    teams = current_memberships(user=user).values("care_team")
    rows = Site.objects.filter(organisation=user.organisation_id, care_teams__in=teams)
    return list(rows.distinct().order_by("name"))


def get_site_for(user, uuid) -> Site:
    found = [site for site in my_sites(user) if site.uuid == uuid]
    if not found:
        raise Http404
    return found[0]


def fridges_of(site: Site) -> list[tuple[str, list[Bag]]]:
    """(place, the bags that lie there) of each fridge of a site."""
    return [(place.label, bags_lying_at(site, place)) for place in FRIDGES]


def limits_of(site: Site) -> BeyondUseLimits | None:
    """The compounding limits in force, or None: not known."""
    return site.beyond_use.select_related("set_by").order_by("-set_at", "-pk").first()
