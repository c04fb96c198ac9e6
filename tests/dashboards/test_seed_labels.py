"""The demo's label sets: the training set is worked with, the real one is read in part."""

from collections import Counter

import pytest

from clock.now import now
from dashboards.seed import labels
from dashboards.seed.people import make_people
from infusions.models import RowReading
from infusions.passports.rows import places_of
from infusions.passports.sets import in_force

pytestmark = pytest.mark.django_db


def test_the_demo_works_with_the_training_set_and_has_read_a_real_one_in_part(clock):
    team, people = make_people()
    at = now() - labels.BEFORE
    labels.adopt(team.site, people, at)
    labels.read_some(people, at)
    assert [one.id for one in in_force(team.site, training=True)] == [labels.TRAINING, labels.REAL]
    states = Counter(one.state for one in places_of(team.site.organisation_id, labels.REAL))
    assert (states["verified"], states["read_once"], states["differ"]) == (5, 2, 1)
    assert {row.page for row in RowReading.objects.all()} == {"practice"}
