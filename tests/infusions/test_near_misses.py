"""The near-miss log: counted by kind and month; nothing of a bag that is still being read."""

import pytest
from django.urls import reverse

from infusions.actions.checks import check_bag, read_again
from infusions.models import NearMiss
from infusions.pharmacy.near_misses import near_misses_for
from tests.infusions.disputes import OTHER, decided, disputed, rereading, third_reads
from tests.infusions.planning import made, reading


def log(cast, clock, user=None) -> dict:
    return near_misses_for(user or cast.quinn, clock.now, "America/New_York")


def test_what_differed_is_told_once_the_bag_is_settled(cast, clock):
    bag = made(cast, clock)
    check_bag(**reading(cast, clock, bag, **OTHER))
    assert (log(cast, clock)["hidden"], log(cast, clock)["rows"]) == (1, [])
    read_again(**rereading(cast, clock, bag))
    check_bag(**reading(cast, clock, bag))
    found = log(cast, clock)
    assert found["hidden"] == 0
    assert [(row.kind, row.total) for row in found["rows"]] == [("Volume of drug drawn", 1)]
    assert found["rows"][0].counts[0] == 1


def test_a_dispute_is_told_once_it_is_decided(cast, clock):
    bag = disputed(cast, clock, lots="OTHER, ST-9")
    assert (log(cast, clock)["hidden"], log(cast, clock)["total"]) == (2, 0)
    third_reads(cast, clock, bag)
    decided(cast, clock, bag, "as_logged")
    assert (log(cast, clock)["hidden"], log(cast, clock)["total"]) == (0, 2)


def test_months_are_those_of_the_site(cast, clock):
    bag = made(cast, clock)
    check_bag(**reading(cast, clock, bag, **OTHER))
    read_again(**rereading(cast, clock, bag))
    check_bag(**reading(cast, clock, bag))
    clock.forward(days=40)
    assert log(cast, clock)["rows"][0].counts[:3] == [0, 1, 0]


def test_a_near_miss_names_no_person():
    assert not [f.name for f in NearMiss._meta.fields if f.related_model and "User" in str(f)]


def test_the_page_names_nobody(cast, clock, sign_in):
    bag = disputed(cast, clock)
    third_reads(cast, clock, bag)
    decided(cast, clock, bag, "reject")
    for person in (cast.quinn, cast.petra):
        body = sign_in(person).get(reverse("infusions:near_misses")).content.decode()
        main = body.split("<main")[1]
        assert "Volume of drug drawn" in main
        assert "Farid" not in main
        assert "Tom Tech" not in main


@pytest.mark.parametrize("name", ["nadia", "tom", "olga", "priya", "adam"])
def test_others_do_not_open_it(cast, sign_in, name):
    assert sign_in(getattr(cast, name)).get(reverse("infusions:near_misses")).status_code == 403


def test_another_hospital_sees_none(cast, clock):
    disputed(cast, clock)
    found = log(cast, clock, cast.twin_nurse)
    assert (found["hidden"], found["total"]) == (0, 0)
