"""Two pharmacists read and release the same bag in the same second."""

import pytest
from django.db import connection

from infusions.actions.checks import check_bag
from infusions.actions.label_checks import check_label
from infusions.models import Bag
from teams.models import Signature
from tests.infusions.planning import label_reading, made, reading
from tests.infusions.test_check_label import printed
from tests.infusions.test_race_run import all_at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: real writers"),
]


def test_one_of_two_releases_and_the_other_is_told_who(cast, clock):
    bag = made(cast, clock)
    people = [cast.farid, cast.petra]
    calls = [
        lambda by=by: check_bag(**reading(cast, clock, bag, by=by, version=bag.version))
        for by in people
    ]
    won, refused = all_at_once(clock, calls)
    assert (len(won), len(refused)) == (1, 1)
    bag = Bag.objects.get(pk=bag.pk)
    assert (bag.state, bag.checked_by) == ("released", won[0].checked_by)
    assert refused[0].stops[0].code == "bag.not_to_check"
    assert str(won[0].checked_by) in str(refused[0])
    assert Signature.objects.filter(meaning="verified_compounding").count() == 1


def test_one_of_two_reads_the_label_and_the_other_is_told_who(cast, clock):
    bag = printed(cast, clock)
    people = [cast.farid, cast.petra]
    calls = [
        lambda by=by: check_label(**label_reading(cast, clock, bag, by=by, version=bag.version))
        for by in people
    ]
    won, refused = all_at_once(clock, calls)
    assert (len(won), len(refused)) == (1, 1)
    assert str(won[0].checked_by) in str(refused[0])
