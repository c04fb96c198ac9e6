from datetime import timedelta

import pytest

from infusions.actions.bags import discard_bag, move_bag
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.infusions.planning import labelled


def moved(cast, clock, bag, **changes):
    fields = {
        "code": bag.code,
        "place": "ward",
        "storage": "cold",
        "moved_at": clock.now,
        "by": cast.nadia,
        "at": clock.now,
    }
    return move_bag(bag=bag, **{**fields, **changes})


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def test_a_scan_says_where_the_bag_is(cast, clock):
    bag = moved(cast, clock, labelled(cast, clock), place="home")
    assert (bag.place, bag.storage, bag.moves.count()) == ("home", "cold", 2)


def test_out_of_the_fridge_the_hours_run(cast, clock):
    bag = labelled(cast, clock)
    clock.forward(hours=10)
    bag = moved(cast, clock, bag, place="pharmacy", storage="room")
    assert bag.discard_after == clock.now + timedelta(hours=48)


def test_a_way_that_nobody_scanned_counts_from_the_last_scan(cast, clock):
    bag = labelled(cast, clock)
    clock.forward(hours=10)
    bag = moved(cast, clock, bag)
    assert bag.discard_after == bag.prepared_at + timedelta(hours=48)
    assert Reminder.objects.filter(kind="custody_gap", state="waiting").count() == 1


def test_who_says_when_it_left_and_how_it_was_carried_leaves_no_gap(cast, clock):
    bag = labelled(cast, clock)
    clock.forward(hours=10)
    way = {"left_at": clock.now - timedelta(minutes=20), "way_storage": "cold"}
    bag = moved(cast, clock, bag, **way)
    assert bag.discard_after == bag.prepared_at + timedelta(days=8)
    assert [move.place for move in bag.moves.order_by("pk")] == ["pharmacy", "in_transit", "ward"]
    assert not Reminder.objects.filter(kind="custody_gap").exists()


def test_it_does_not_leave_after_it_arrived_or_before_it_was_seen(cast, clock):
    bag = labelled(cast, clock)
    clock.forward(hours=10)
    late, early = clock.now + timedelta(minutes=1), bag.prepared_at - timedelta(hours=1)
    assert refusal(lambda: moved(cast, clock, bag, left_at=late)) == "bag.left_after_arrival"
    assert refusal(lambda: moved(cast, clock, bag, left_at=early)) == "bag.moved_before"


def test_back_into_the_fridge_means_discard(cast, clock):
    bag = moved(cast, clock, labelled(cast, clock), storage="room")
    clock.forward(hours=1)
    bag = moved(cast, clock, bag, storage="cold")
    assert bag.state == "discarded"
    assert "refrigerated again" in bag.discarded_because
    assert Reminder.objects.filter(kind="bag_needed", state="waiting").count() == 2


def test_another_bags_code_and_a_mistyped_one_are_told_apart(cast, clock):
    bag, other = labelled(cast, clock), labelled(cast, clock)
    assert refusal(lambda: moved(cast, clock, bag, code=other.code)) == "bag.other_code"
    assert refusal(lambda: moved(cast, clock, bag, code="B-0000-01")) == "bag.code_unreadable"


def test_a_move_before_the_last_one_is_refused(cast, clock):
    bag = labelled(cast, clock)
    early = clock.now - timedelta(minutes=5)
    assert refusal(lambda: moved(cast, clock, bag, moved_at=early)) == "bag.moved_before"


def test_a_discard_needs_a_reason(cast, clock):
    bag = labelled(cast, clock)
    code = refusal(lambda: discard_bag(bag=bag, reason=" ", by=cast.farid, at=clock.now))
    assert code == "bag.no_reason"


def test_a_discarded_bag_moves_no_more(cast, clock):
    bag = labelled(cast, clock)
    discard_bag(bag=bag, reason="leak", by=cast.farid, at=clock.now)
    assert refusal(lambda: moved(cast, clock, bag)) == "bag.not_movable"
