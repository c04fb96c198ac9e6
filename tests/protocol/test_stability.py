"""Discard times from where a bag has been."""

from dataclasses import replace
from datetime import timedelta

import pytest

from protocol.stability import (
    Stay,
    discard_after,
    hang_overrun,
    hangable,
    opened_vial_limit,
    returned_to_fridge,
    storage_limits,
)
from tests.protocol.cases import MONDAY, TRAINING, US, at, bag, codes_of, h

SHORT, WEEK = bag(48), bag(168)
DAY = timedelta(days=1)


def limit(*stays, recipe=SHORT, label=TRAINING):
    return discard_after(label, recipe, prepared_at=MONDAY, stays=stays)


def test_a_bag_nobody_scanned_was_at_room_temperature_all_the_time():
    assert limit() == MONDAY + 2 * DAY


def test_a_bag_kept_cold_lasts_for_the_cold_limit():
    assert limit(Stay("cold", MONDAY)) == MONDAY + 8 * DAY
    assert limit(Stay("cold", MONDAY), recipe=WEEK) == MONDAY + 14 * DAY


def test_time_on_the_bench_before_the_fridge_counts():
    out = MONDAY + 3 * DAY
    assert limit(Stay("cold", MONDAY + h(0.5)), Stay("room", out)) == out + h(47.5)


def test_the_cold_limit_from_preparation_still_binds_a_late_hang():
    out = MONDAY + 7 * DAY
    assert limit(Stay("cold", MONDAY), Stay("room", out)) == MONDAY + 8 * DAY


def test_an_unscanned_stretch_counts_as_room_temperature():
    lost = MONDAY + DAY
    assert limit(Stay("cold", MONDAY), Stay("unknown", lost)) == lost + 2 * DAY


def test_stays_are_read_in_the_order_of_their_times():
    out = MONDAY + DAY
    assert limit(Stay("room", out), Stay("cold", MONDAY)) == out + 2 * DAY


def test_a_bag_refrigerated_again_is_over_at_that_moment():
    stays = [Stay("cold", MONDAY), Stay("room", MONDAY + h(5)), Stay("cold", MONDAY + h(6))]
    assert limit(*stays) == MONDAY + h(6)
    assert returned_to_fridge(stays).code == "bag.refrigerated_again"
    assert returned_to_fridge(stays[:2]) is None


def test_moving_from_one_fridge_to_another_is_no_return():
    stays = [Stay("cold", MONDAY), Stay("cold", MONDAY + DAY)]
    assert returned_to_fridge(stays) is None
    assert limit(*stays) == MONDAY + 8 * DAY


def test_warm_time_used_up_before_the_fridge_is_not_given_back():
    assert limit(Stay("cold", MONDAY + h(49))) == MONDAY + 2 * DAY


def test_a_bag_cannot_be_stored_before_it_is_made():
    early = Stay("cold", MONDAY - h(1))
    assert codes_of(lambda: limit(early)) == ["storage.before_preparation"]


def test_preserved_and_free_bags_have_their_own_limits():
    assert storage_limits(TRAINING, SHORT).row_id == "storage.bag.free"
    assert storage_limits(TRAINING, WEEK).room_hours == 168


def test_the_unknown_limit_of_a_preserved_us_bag_is_refused():
    assert codes_of(lambda: limit(recipe=bag(96), label=US)) == ["label.row_unknown"]


@pytest.mark.parametrize(("place", "hours"), [("room", 4), ("cold", 24), ("unknown", 4)])
def test_a_reconstituted_vial_keeps_for_hours_only(place, hours):
    end = opened_vial_limit(TRAINING, reconstituted_at=MONDAY, place=place)
    assert end == MONDAY + h(hours)


def test_a_set_without_vial_limit_refuses():
    bare = replace(TRAINING, storage=TRAINING.storage[1:])
    asked = {"reconstituted_at": MONDAY, "place": "room"}
    assert codes_of(lambda: opened_vial_limit(bare, **asked)) == ["storage.no_row"]


def test_a_late_hang_overruns_by_the_time_it_was_late():
    limit_at = at("2026-03-08T09:00Z")
    assert hang_overrun(limit_at, at("2026-03-06T10:00Z"), 48) == h(1)
    assert hang_overrun(limit_at, at("2026-03-06T09:00Z"), 48) == h(0)
    assert hang_overrun(limit_at, at("2026-03-05T09:00Z"), 48) == h(0)


def test_only_an_expired_bag_may_not_be_hung():
    assert hangable(MONDAY, MONDAY - timedelta(seconds=1)) is None
    assert hangable(MONDAY, MONDAY).code == "bag.expired"
