"""Sites that worked before adopting was asked for go on: the data migration."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from infusions.models import Bag, Cycle, LabelAdoption
from teams.models import CareTeam, Site
from tests.infusions.planning import made, planned

pytestmark = pytest.mark.django_db
before = import_module("infusions.migrations.0012_adopted_before_passports")


def adopted(site) -> dict:
    return {row.label_id: row.ended_at for row in site.label_adoptions.all()}


def test_the_newest_set_in_use_is_in_force_and_unsigned(cast, clock):
    first, second = planned(cast, clock), planned(cast, clock)
    Cycle.objects.filter(pk=second.pk).update(
        label_id="us-pi-2017", created_at=clock.now - timedelta(days=90)
    )
    third = planned(cast, clock)
    Cycle.objects.filter(pk=third.pk).update(label_id="us-pi-current")
    site = upgraded(cast)
    before.adopt_what_is_in_use(apps, None)
    ended = clock.now - timedelta(days=90)
    found = {first.label_id: None, "us-pi-2017": ended, "us-pi-current": None}
    assert adopted(site) == found
    rows = LabelAdoption.objects.filter(site=site)
    assert all(row.is_from_before and row.signature is None for row in rows)


def upgraded(cast) -> Site:
    """The team works at a site that has adopted nothing; adoptions stay for ever."""
    site = cast.team.site
    fresh = Site.objects.create(organisation=site.organisation, name="Upgraded", zone=site.zone)
    CareTeam.objects.filter(pk=cast.team.pk).update(site=fresh)
    return fresh


def test_a_label_set_there_is_no_more_is_passed_over(cast, clock):
    cycle = planned(cast, clock)
    Cycle.objects.filter(pk=cycle.pk).update(label_id="gone-1999")
    rows = LabelAdoption.objects.count()
    before.adopt_what_is_in_use(apps, None)
    assert LabelAdoption.objects.count() == rows


def test_bags_say_which_set_they_were_made_with(cast, clock):
    bag = made(cast, clock)
    Bag.objects.filter(pk=bag.pk).update(label_id=None)
    before.say_which_set_bags_were_made_with(apps, None)
    bag.refresh_from_db()
    assert bag.label_id == bag.cycle.label_id
