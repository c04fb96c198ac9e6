"""Covered until: the weakest link is named, and what nobody knows is weakest."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.coverage import Link, covered_until
from protocol.stops import HardStop

SATURDAY = datetime(2027, 1, 16, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)


def link(kind, hours, **more):
    return Link(kind, f"{kind} ends", SATURDAY + hours * HOUR, "infusion_nurse", **more)


def unknown(kind, hours, **more):
    return Link(kind, "not confirmed", None, "case_manager", needed_at=SATURDAY + hours * HOUR)


def test_the_earliest_link_is_named_with_its_owner():
    cover = covered_until([link("bag_empty", 3), link("bag_expiry", 1, name="Nadia")])
    assert cover.until == SATURDAY + HOUR
    assert (cover.weakest.kind, cover.weakest.owner) == ("bag_expiry", "infusion_nurse")
    assert cover.weakest.name == "Nadia"


def test_every_link_is_told_weakest_first():
    cover = covered_until([link("bag_empty", 3), link("bag_expiry", 1), link("next_bag", 2)])
    assert [one.kind for one in cover.links] == ["bag_expiry", "next_bag", "bag_empty"]


def test_at_the_same_moment_the_earlier_in_the_list_is_named():
    cover = covered_until([link("next_bag", 1), link("bag_empty", 1)])
    assert cover.weakest.kind == "next_bag"


def test_what_nobody_knows_holds_until_it_is_needed_and_comes_first_there():
    cover = covered_until([link("bag_empty", 2), unknown("next_person", 2)])
    assert (cover.until, cover.weakest.kind) == (SATURDAY + 2 * HOUR, "next_person")
    later = covered_until([link("bag_empty", 1), unknown("next_person", 2)])
    assert later.weakest.kind == "bag_empty"


def test_an_unknown_link_must_say_when_it_is_needed():
    with pytest.raises(ValueError, match="next_person"):
        Link("next_person", "nobody", None, "case_manager")


def test_authorisation_is_told_and_never_counts():
    cover = covered_until([link("bag_empty", 48)], paid_until=date(2027, 1, 16))
    assert cover.until == SATURDAY + 48 * HOUR
    assert cover.paid_until == date(2027, 1, 16)


def test_without_links_nothing_is_covered():
    assert (covered_until([]).until, covered_until([]).weakest) == (None, None)


def test_moments_are_compared_in_elapsed_time():
    """The hour that happens twice: 01:30 before the change comes before 01:10 after it."""
    zone = ZoneInfo("America/New_York")
    first = Link("bag_empty", "", datetime(2027, 11, 7, 1, 30, tzinfo=zone), "")
    second = Link("bag_expiry", "", datetime(2027, 11, 7, 1, 10, tzinfo=zone, fold=1), "")
    assert covered_until([second, first]).weakest.kind == "bag_empty"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(HardStop):
        covered_until([Link("bag_empty", "", datetime(2027, 1, 1), "")])


@settings(deadline=None)
@given(st.lists(st.integers(-99, 99), min_size=1), st.integers(-99, 99))
def test_a_further_link_never_lengthens_cover(hours, more):
    before = covered_until([link("bag_empty", one) for one in hours])
    after = covered_until([*before.links, unknown("next_bag", more)])
    assert after.until == min(before.until, SATURDAY + more * HOUR)
