"""Done late, missed and not needed are told as they are, the same on board, list and chart."""

from datetime import timedelta

import pytest
from django.urls import reverse

from infusions.models import Cycle
from protocol.stops import HardStop
from tests.dashboards.programme import infusion
from tests.factories import key
from tests.visits.test_schedule import make_visit
from visits.actions import accept_visit, arrive, cancel_visit, finish_visit, set_out
from visits.models import HomeVisit
from visits.words import state_of

pytestmark = pytest.mark.django_db
MISSED = "Missed: not recorded as done"


@pytest.fixture
def visit(cast, clock):
    """Accepted by Hugo, from 22 to 25 h ahead."""
    made = make_visit(cast, clock, cycle=infusion(cast, responsible_setting="home"))
    return accept_visit(visit=made, by=cast.hugo, at=clock.now)


def words(visit, at) -> str:
    return state_of(HomeVisit.objects.get(pk=visit.pk), at).text


def infusion_ends(visit) -> None:
    Cycle.objects.filter(pk=visit.cycle_id).update(state="ended")


def test_in_time_nothing_is_said_but_the_state(cast, clock, visit):
    assert words(visit, clock.now) == "Accepted"
    visit = arrive(visit=visit, by=cast.hugo, at=clock.forward(hours=23))
    assert words(visit, clock.forward(hours=9)) == "Arrived"
    finish_visit(visit=visit, by=cast.hugo, at=clock.now)
    assert words(visit, clock.now) == "Done"


def test_a_visit_that_nobody_recorded_is_missed_once_its_window_is_over(clock, visit):
    assert words(visit, visit.window_to) == "Accepted"
    assert words(visit, visit.window_to + timedelta(minutes=1)) == MISSED


def test_one_nobody_accepted_is_missed_too(cast, clock):
    made = make_visit(cast, clock)
    assert words(made, clock.now) == "Planned, not accepted"
    assert words(made, made.window_to + timedelta(minutes=1)) == MISSED


def test_a_nurse_who_comes_late_is_late_and_not_missed(cast, clock, visit):
    visit = set_out(visit=visit, by=cast.hugo, at=clock.forward(hours=24))
    assert words(visit, clock.forward(hours=2)) == "On the way, late by 1 h 00"
    visit = arrive(visit=visit, by=cast.hugo, at=clock.now)
    assert words(visit, clock.now) == "Arrived, late by 1 h 00"
    finish_visit(visit=visit, by=cast.hugo, at=clock.forward(hours=1))
    assert words(visit, clock.now) == "Done, late by 1 h 00"


def test_a_visit_done_late_stays_done_when_the_infusion_ends(cast, clock, visit):
    visit = arrive(visit=visit, by=cast.hugo, at=clock.forward(hours=25, minutes=40))
    finish_visit(visit=visit, by=cast.hugo, at=clock.now)
    infusion_ends(visit)
    assert words(visit, clock.forward(days=1)) == "Done, late by 40 min"


def test_only_a_person_says_that_it_is_not_needed(cast, clock, visit):
    infusion_ends(visit)
    assert words(visit, clock.now) == "The infusion ended: is it still needed?"
    assert words(visit, visit.window_to + timedelta(hours=1)) == MISSED
    cancel_visit(visit=visit, reason="Ended early", by=cast.carla, at=clock.now)
    assert words(visit, clock.now) == "Cancelled"


def test_it_is_written_up_afterwards_with_the_time_of_the_nurse(cast, clock, visit, sign_in):
    came_at = visit.window_from + timedelta(minutes=20)
    clock.forward(hours=40)
    infusion_ends(visit)
    client, page = sign_in(cast.hugo), reverse("visits:visit", args=[visit.uuid])
    assert 'name="arrived_at"' in client.get(page).content.decode()
    step = reverse("visits:step", args=[visit.uuid, "arrive"])
    typed = {"idempotency_key": key(), "version": visit.version}
    assert client.post(step, typed).status_code == 422  # the time is asked
    told = {**typed, "idempotency_key": key(), "arrived_at": "2027-01-05 08:20"}
    assert client.post(step, told).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.arrived_at) == ("arrived", came_at)
    assert words(visit, clock.now) == "Arrived"


def test_it_cannot_have_been_in_the_future(cast, clock, visit):
    with pytest.raises(HardStop, match="future"):
        arrive(visit=visit, by=cast.hugo, at=clock.now, arrived_at=clock.now + timedelta(minutes=5))


def test_what_was_not_accepted_is_not_begun_ahead(cast, clock):
    made = make_visit(cast, clock)
    with pytest.raises(HardStop, match="Accept the visit first"):
        arrive(visit=made, by=cast.hugo, at=clock.now)
    arrive(visit=made, by=cast.hugo, at=clock.forward(hours=26), arrived_at=clock.now)


def test_board_list_and_chart_say_the_same(cast, clock, visit, sign_in):
    client = sign_in(cast.hugo)
    clock.forward(hours=26)
    chart = reverse("dashboards:chart", args=[visit.patient.uuid])
    assert MISSED in client.get(reverse("visits:list")).content.decode()
    assert MISSED in client.get(chart).content.decode()
    rows = [row for group in client.get("/board/").context["groups"] for row in group.rows]
    assert "Visit missed" in [chip["text"] for chip in rows[0]["chips"]]


def nurse_step(client) -> str:
    rows = [row for group in client.get("/board/").context["groups"] for row in group.rows]
    return rows[0]["steps"][-1]["state"]


def test_the_board_counts_a_nurse_only_for_the_time_needed(cast, clock, visit, sign_in):
    client = sign_in(cast.hugo)
    assert nurse_step(client) == "done"
    later = clock.now + timedelta(hours=30)
    Cycle.objects.filter(pk=visit.cycle_id).update(next_change_at=later)
    assert nurse_step(client) == "todo"
