"""Who prints the label of which bag, and what is recorded of it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit.actions import subject_of
from audit.models import Event
from infusions.actions.bag_corrections import take_release_back
from infusions.actions.bags import discard_bag, move_bag
from infusions.actions.checks import check_bag
from infusions.labels.sheet import content_of, differs
from infusions.models import Bag, LabelPrint
from protocol.stops import HardStop
from tests.infusions.labels import printed
from tests.infusions.planning import labelled, made, reading, released


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def taken_back(cast, clock, bag):
    facts = {"by": cast.farid, "at": clock.now, "correction_reason": "read the wrong bag"}
    return take_release_back(bag=bag, **facts)


def test_the_first_print_is_recorded_with_what_stood_on_it(cast, clock):
    bag = released(cast, clock)
    label = printed(cast, clock, bag)
    assert (label.n, label.reason, label.printed_by) == (1, "", cast.tom)
    assert label.content["rate_ml_per_h"] == str(bag.rate_ml_per_h)
    event = Event.objects.get(verb="printed_label")
    assert (event.subject, event.after["n"]) == (subject_of(bag), 1)


def test_a_label_is_printed_again_only_with_a_reason(cast, clock):
    bag = printed(cast, clock).bag
    assert refusal(lambda: printed(cast, clock, bag)) == "label.no_reason"
    assert refusal(lambda: printed(cast, clock, bag, reason="  ")) == "label.no_reason"
    again = printed(cast, clock, bag, reason="smeared")
    assert (again.n, again.reason) == (2, "smeared")
    assert Event.objects.get(verb="reprinted_label").reason == "smeared"


def test_a_bag_that_is_not_checked_gets_no_label(cast, clock):
    assert refusal(lambda: printed(cast, clock, made(cast, clock))) == "label.not_released"


def test_a_bag_set_apart_gets_none_until_it_is_released_again(cast, clock):
    bag = taken_back(cast, clock, released(cast, clock))
    assert refusal(lambda: printed(cast, clock, bag)) == "label.not_released"
    check_bag(**reading(cast, clock, bag, by=cast.petra))
    assert printed(cast, clock, bag).n == 1


def test_a_discarded_bag_gets_no_label(cast, clock):
    bag = released(cast, clock)
    discard_bag(bag=bag, reason="leaks", by=cast.nadia, at=clock.now)
    assert refusal(lambda: printed(cast, clock, bag)) == "label.not_released"


@pytest.mark.parametrize("state", ["rejected", "finished"])
def test_no_bag_that_is_over_gets_a_label(cast, clock, state):
    bag = released(cast, clock)
    Bag.objects.filter(pk=bag.pk).update(state=state)
    assert refusal(lambda: printed(cast, clock, bag)) == "label.not_released"


def test_a_bag_past_its_discard_time_gets_no_label(cast, clock):
    bag = released(cast, clock)
    clock.set(bag.discard_after + timedelta(seconds=1))
    assert refusal(lambda: printed(cast, clock, bag)) == "bag.expired"


@pytest.mark.parametrize("name", ["nadia", "olga", "carla", "quinn"])
def test_only_the_pharmacy_prints(cast, clock, name):
    bag = released(cast, clock)
    assert refusal(lambda: printed(cast, clock, bag, by=getattr(cast, name))) == "permission.role"


def test_a_second_release_by_somebody_else_makes_the_old_label_wrong(cast, clock):
    bag = released(cast, clock)
    label = printed(cast, clock, bag)
    taken_back(cast, clock, bag)
    check_bag(**reading(cast, clock, bag, by=cast.petra))
    bag.refresh_from_db()
    assert differs(label.content, content_of(bag)) == ["checked_by"]


def test_a_corrected_name_makes_the_label_wrong(cast, clock):
    bag = released(cast, clock)
    label = printed(cast, clock, bag)
    bag.cycle.patient.family_name = "Corrected"
    assert differs(label.content, content_of(bag)) == ["family_name"]


def test_a_bag_taken_out_of_the_fridge_keeps_its_label(cast, clock):
    """What holds outside the fridge stands on it."""
    bag = released(cast, clock)
    label = printed(cast, clock, bag)
    labelled(cast, clock, bag=bag)
    facts = {"code": bag.code, "place": "ward", "storage": "room", "moved_at": clock.now}
    move_bag(bag=bag, by=cast.nadia, at=clock.now, **facts)
    bag.refresh_from_db()
    assert label.content["discard_after"] != content_of(bag)["discard_after"]
    assert differs(label.content, content_of(bag)) == []


@pytest.mark.engine
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE infusions_labelprint SET reason = 'x', n = 2",
        "DELETE FROM infusions_labelprint",
    ],
)
def test_what_was_printed_is_never_changed(cast, clock, statement):
    printed(cast, clock)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.engine
@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"n": 2, "reason": ""}, "reprint_has_reason"),
        ({"n": 1, "reason": "again"}, "label_number_once|reprint_has_reason|bag_id"),
        ({"n": 1}, "label_number_once|bag_id"),
        ({"n": 0, "reason": "x"}, "label_number_from_one|reprint_has_reason"),
    ],
)
def test_labels_are_numbered_and_reprints_say_why(cast, clock, columns, rule):
    label = printed(cast, clock)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        LabelPrint.objects.create(
            bag=label.bag,
            paper="thermal",
            content={},
            printed_by=cast.tom,
            printed_at=clock.now,
            **columns,
        )
