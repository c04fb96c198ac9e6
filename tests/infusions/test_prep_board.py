"""The preparation board: lanes, holds in red, row numbers, and asking for weekend work."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from infusions.actions.bags import move_bag
from infusions.actions.off_hours import ask_off_hours
from infusions.actions.reports import interrupt_infusion
from infusions.pharmacy.lanes import board_of
from infusions.pharmacy.off_hours import off_hours_of
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.factories import key, make_patient
from tests.infusions.planning import labelled, made, planned, signed
from tests.infusions.running import running
from tests.infusions.test_holds import held

pytestmark = pytest.mark.usefixtures("templates_loaded")
BOARD = "infusions:prep_board"


def lanes_of(cast, clock) -> dict:
    found = board_of(cast.farid, clock.now)["lanes"]
    return {lane.key: [*lane.cards, *lane.later] for lane in found}


def sent(cast, clock, bag, **changes):
    facts = {"code": bag.code, "place": "in_transit", "storage": "cold", "moved_at": clock.now}
    return move_bag(bag=bag, by=cast.tom, at=clock.now, **{**facts, **changes})


def test_each_bag_is_in_the_lane_of_what_is_done_next(cast, clock):
    planned(cast, clock)
    made(cast, clock)
    labelled(cast, clock)
    sent(cast, clock, labelled(cast, clock))
    held(cast, clock, labelled(cast, clock).cycle)
    lanes = lanes_of(cast, clock)
    found = {key: len(lanes[key]) for key in ("review", "check", "ready", "way", "quarantined")}
    assert found == {"review": 1, "check": 1, "ready": 1, "way": 1, "quarantined": 1}


def test_soonest_first(cast, clock):
    late = signed(cast, clock, planned_start=clock.now + timedelta(days=3))
    soon = signed(cast, clock, planned_start=clock.now + timedelta(days=1))
    cycles = [card.cycle.pk for card in lanes_of(cast, clock)["make"] if card.n == 1]
    assert cycles == [soon.pk, late.pk]


def test_a_hold_turns_the_row_red_and_says_stop(cast, clock, sign_in):
    cycle = signed(cast, clock)
    client = sign_in(cast.farid)
    live = {"HTTP_X_LIVE": "1"}
    before = client.get(reverse(BOARD), **live)
    assert "STOP" not in before.content.decode()
    held(cast, clock, cycle)
    again = client.get(reverse(BOARD), HTTP_IF_NONE_MATCH=before["ETag"], **live)
    text = again.content.decode()
    assert again.status_code == 200, "the open board is told at its next question"
    assert 'class="row-critical"' in text and "<b>STOP</b> Dose on hold" in text
    assert lanes_of(cast, clock)["make"] == []


def test_a_side_effect_stops_the_row_before_anybody_places_a_hold(cast, clock):
    cycle = running(cast, clock)
    assert [card.stops for card in lanes_of(cast, clock)["make"]][0] == ()
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now, cause="adverse_reaction")
    lanes = lanes_of(cast, clock)
    assert lanes["make"] == []
    assert "side effect" in lanes["review"][0].stops[0]


def test_only_the_first_nine_rows_have_a_number_and_none_twice(cast, clock, sign_in):
    for _n in range(10):
        signed(cast, clock)
    lanes = lanes_of(cast, clock)
    keys = [card.key for row in lanes.values() for card in row if card.key]
    assert keys == list(range(1, 10))
    page = sign_in(cast.farid).get(reverse(BOARD)).content.decode()
    assert page.count("data-row=") == 9
    assert "more later this week" in page
    assert "js/rows.js" in page


def test_a_quarantined_bag_says_its_cause_and_a_gap_is_flagged(cast, clock, sign_in):
    bag = labelled(cast, clock)
    clock.forward(hours=5)
    move_bag(
        bag=bag,
        code=bag.code,
        place="ward",
        storage="cold",
        moved_at=clock.now,
        by=cast.nadia,
        at=clock.now,
    )
    page = sign_in(cast.farid).get(reverse(BOARD)).content.decode()
    assert "Unscanned time" in page
    held(cast, clock, bag.cycle, reason="ICE 2")
    page = sign_in(cast.farid).get(reverse(BOARD)).content.decode()
    assert "Dose on hold: ICE 2" in page


def test_vials_on_hold_are_not_counted(cast, clock):
    cycle = signed(cast, clock)
    assert board_of(cast.farid, clock.now)["vials_week"] > 0
    held(cast, clock, cycle)
    assert board_of(cast.farid, clock.now)["vials_week"] == 0


def busy(cast, clock):
    """On hold, with a quarantined bag, an unscanned way and a stop for a side effect."""
    bag = labelled(cast, clock, bag=made(cast, clock, cycle=signed(cast, clock)))
    clock.forward(minutes=5)
    sent(cast, clock, bag, place="ward")
    held(cast, clock, bag.cycle)
    signed(cast, clock, patient=make_patient(cast))


def test_as_many_queries_for_25_patients_as_for_one(cast, clock, sign_in):
    running_cycle = running(cast, clock)
    interrupt_infusion(cycle=running_cycle, by=cast.nadia, at=clock.now, cause="adverse_reaction")
    busy(cast, clock)
    client, url = sign_in(cast.farid), reverse(BOARD)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _n in range(24):
        busy(cast, clock)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(one), "\n".join(row["sql"] for row in many.captured_queries)


def wanted(cast, clock):
    return off_hours_of(board_of(cast.farid, clock.now)["to_make"], clock.now)


def weekend(cast, clock):
    """A start on Saturday: bag 1 is needed while the pharmacy is closed, bag 2 on Monday 10:00."""
    return signed(cast, clock, planned_start=clock.now + timedelta(days=5))


def test_bags_of_the_weekend_are_listed_before_the_last_cut_off(cast, clock):
    weekend(cast, clock)
    (one,) = wanted(cast, clock)
    assert f"{one.closure.from_at:%a %H:%M}" == "Fri 17:00"
    assert [(w.card.n, w.is_closed_then, w.asked_at) for w in one.wanted] == [
        (1, True, None),
        (2, False, None),
    ]


def test_the_request_is_sent_once_from_its_page(cast, clock, sign_in):
    cycle = weekend(cast, clock)
    client = sign_in(cast.farid)
    url = reverse("infusions:off_hours", args=[cast.team.site.uuid])
    assert "Ask for weekend and night work before" in client.get(reverse(BOARD)).content.decode()
    assert "Send the request for 2 bags" in client.get(url).content.decode()
    client.post(url, {"idempotency_key": key()})
    row = Reminder.objects.filter(kind="off_hours_work").first()
    assert f"{row.due_at:%a %H:%M}" == "Fri 22:00"
    assert (row.patient, row.policy[0]["roles"]) == (cycle.patient, ["pharmacist"])
    (one,) = wanted(cast, clock)
    assert one.unasked == []
    assert "Ask the pharmacists" not in client.get(reverse(BOARD)).content.decode()
    assert client.post(url, {"idempotency_key": key()}).status_code == 422
    assert Reminder.objects.filter(kind="off_hours_work").count() == 2


def test_it_is_answered_when_the_bag_is_made(cast, clock):
    cycle = weekend(cast, clock)
    (one,) = wanted(cast, clock)
    rows = [w.card.planned for w in one.wanted]
    ask_off_hours(planned=rows, before=one.closure.from_at, by=cast.carla, at=clock.now)
    made(cast, clock, cycle=cycle)
    states = Reminder.objects.filter(kind="off_hours_work").order_by("pk")
    assert [row.state for row in states] == ["done", "waiting"]


def test_who_may_not_ask(cast, clock, sign_in):
    cycle = weekend(cast, clock)
    bags = cycle.plans.get(is_current=True).bags.filter(n=1)
    with pytest.raises(HardStop):
        ask_off_hours(planned=bags, before=clock.now, by=cast.nadia, at=clock.now)
    url = reverse("infusions:off_hours", args=[cast.team.site.uuid])
    assert sign_in(cast.nadia).get(url).status_code == 403
    assert sign_in(cast.farid).get(reverse("infusions:off_hours", args=[key()])).status_code == 404


def test_after_the_cut_off_the_board_says_whom_to_call(cast, clock, sign_in):
    weekend(cast, clock)
    clock.forward(days=4, hours=8)  # Friday 18:00
    page = sign_in(cast.farid).get(reverse(BOARD)).content.decode()
    assert "has passed" in page and "+1 555 0100" in page


def test_nothing_on_hold_is_asked_for(cast, clock):
    held(cast, clock, weekend(cast, clock))
    assert wanted(cast, clock) == []
