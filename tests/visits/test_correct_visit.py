"""On the way, and correcting a visit."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dashboards.queries import cycles_for_board
from notifications.models import OutboxMessage, Reminder
from protocol.stops import HardStop
from tests.factories import key
from tests.people import join, make_person
from tests.visits.test_schedule import make_visit
from visits.actions import accept_visit, arrive, finish_visit, miss_visit, set_out
from visits.corrections import correct_visit
from visits.models import HomeVisit
from visits.queries import visits_for, visits_of

pytestmark = pytest.mark.django_db


def accepted(cast, clock, **fields):
    return accept_visit(visit=make_visit(cast, clock, **fields), by=cast.hugo, at=clock.now)


def fixed(cast, clock, visit, **told):
    facts = {"by": cast.carla, "correction_reason": "told wrongly", "at": clock.now}
    return correct_visit(visit=visit, **{**facts, **told})


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def waiting(kind) -> list[str]:
    rows = Reminder.objects.filter(kind=kind, state="waiting")
    return list(rows.values_list("subject", flat=True))


def test_the_nurse_sets_out_and_the_scheduler_hears_of_it(cast, clock):
    visit = accepted(cast, clock)
    told = OutboxMessage.objects.filter(to=cast.carla).count()
    visit = set_out(visit=visit, by=cast.hugo, at=clock.now)
    assert (visit.state, visit.set_out_at) == ("on_the_way", clock.now)
    assert OutboxMessage.objects.filter(to=cast.carla).count() == told + 1
    assert waiting("visit_upcoming")
    arrive(visit=visit, by=cast.hugo, at=clock.now)
    assert not waiting("visit_upcoming")


def test_a_visit_not_accepted_or_somebody_elses_is_not_set_out_to(cast, clock):
    visit = make_visit(cast, clock)
    assert refusal(lambda: set_out(visit=visit, by=cast.hugo, at=clock.now)) == "visit.state"
    accept_visit(visit=visit, by=cast.hugo, at=clock.now)
    jana = join(make_person("jana", cast.organisation, role="home_nurse"), cast.team)
    assert refusal(lambda: set_out(visit=visit, by=jana, at=clock.now)) == "visit.not_yours"


def test_the_page_offers_the_way_then_the_arrival(cast, clock, sign_in):
    visit = accepted(cast, clock)
    client = sign_in(cast.hugo)
    page = reverse("visits:visit", args=[visit.uuid])
    assert "I am on the way" in client.get(page).content.decode()
    step = reverse("visits:step", args=[visit.uuid, "set_out"])
    assert client.post(step, {"idempotency_key": key()}).status_code == 302
    shown = client.get(page).content.decode()
    assert "I have arrived" in shown
    assert "Set out" in shown


def test_another_window_is_a_new_entry_and_asks_the_nurse_again(cast, clock):
    visit = accepted(cast, clock)
    later = visit.window_to + timedelta(hours=1)
    fresh = fixed(cast, clock, visit, window_to=later)
    assert (fresh.corrects, fresh.state, fresh.window_to) == (visit, "planned", later)
    visit.refresh_from_db()
    assert (visit.state, visit.window_to) == ("accepted", later - timedelta(hours=1))
    assert waiting("visit_to_accept") == [f"visits.homevisit:{fresh.uuid}"]
    assert waiting("visit_upcoming") == []


def test_a_corrected_visit_stands_once_in_every_list(cast, clock):
    visit = accepted(cast, clock)
    fresh = fixed(cast, clock, visit, note="ring twice")
    assert visits_of(visit.cycle) == [fresh]
    assert visits_for(cast.carla) == [fresh]
    assert cycles_for_board(cast.carla)[0].open_visits == [fresh]
    assert fresh.state == "accepted"
    assert waiting("visit_upcoming") == [f"visits.homevisit:{fresh.uuid}"]


def test_the_first_entry_takes_no_step_and_no_second_correction(cast, clock):
    visit = accepted(cast, clock)
    fixed(cast, clock, visit, note="ring twice")
    assert refusal(lambda: arrive(visit=visit, by=cast.hugo, at=clock.now)) == "visit.corrected"
    again = {"note": "ring once"}
    assert refusal(lambda: fixed(cast, clock, visit, **again)) == "visit.corrected"


def test_the_nurse_corrects_what_they_wrote_and_not_the_window(cast, clock):
    visit = arrive(visit=accepted(cast, clock), by=cast.hugo, at=clock.now)
    visit = finish_visit(visit=visit, by=cast.hugo, note="All well", at=clock.now)
    earlier = clock.now - timedelta(minutes=20)
    mine = {"by": cast.hugo, "arrived_at": earlier, "note": "All well, bag changed"}
    fresh = fixed(cast, clock, visit, **mine)
    assert (fresh.state, fresh.arrived_at) == ("done", earlier)
    moved = {"by": cast.hugo, "window_to": fresh.window_to + timedelta(hours=1)}
    assert refusal(lambda: fixed(cast, clock, fresh, **moved)) == "permission.role"


def test_a_visit_that_began_is_not_moved(cast, clock):
    visit = set_out(visit=accepted(cast, clock), by=cast.hugo, at=clock.now)
    moved = {"window_to": visit.window_to + timedelta(hours=1)}
    assert refusal(lambda: fixed(cast, clock, visit, **moved)) == "visit.begun"


@pytest.mark.parametrize("step", [miss_visit, finish_visit])
def test_a_last_step_in_error_is_taken_back(cast, clock, step):
    visit = accepted(cast, clock)
    if step is finish_visit:
        visit = arrive(visit=visit, by=cast.hugo, at=clock.now)
        step(visit=visit, by=cast.hugo, at=clock.now)
    else:
        step(visit=visit, by=cast.hugo, reason="nobody there", at=clock.now)
    fresh = fixed(cast, clock, visit, step_back=True)
    assert fresh.state == ("arrived" if step is finish_visit else "accepted")
    assert (fresh.closed_at, fresh.closed_because, fresh.is_open) == (None, "", True)


def test_a_nurse_who_has_another_visit_then_is_refused(cast, clock):
    first = accepted(cast, clock)
    second = make_visit(cast, clock, cycle=first.cycle, starts_in=30)
    moved = {"window_from": first.window_from, "window_to": first.window_to}
    assert refusal(lambda: fixed(cast, clock, second, **moved)) == "visit.conflict"


def form_of(visit, **changes) -> dict:
    body = {"idempotency_key": key(), "version": visit.version, "purpose": visit.purpose}
    body |= {"window_from": "2027-01-05 08:00", "window_to": "2027-01-05 12:00"}
    return body | {"nurse": visit.nurse_id, "note": visit.note, **changes}


def test_the_page_corrects_and_shows_the_first_entry(cast, clock, sign_in):
    visit = accepted(cast, clock)
    client = sign_in(cast.carla)
    page = reverse("visits:correct", args=[visit.uuid])
    assert page in client.get(reverse("visits:visit", args=[visit.uuid])).content.decode()
    assert client.get(page).status_code == 200
    assert client.post(page, form_of(visit)).status_code == 422
    answer = client.post(page, form_of(visit, correction_reason="the family asked"))
    fresh = HomeVisit.objects.get(corrects=visit)
    assert answer.headers["Location"] == reverse("visits:visit", args=[fresh.uuid])
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "the family asked" in shown
    assert "<s>Bag change" in shown
    first = client.get(reverse("visits:visit", args=[visit.uuid])).content.decode()
    assert "This entry was corrected." in first


def test_who_may_not_schedule_finds_no_correction(cast, clock, sign_in):
    page = reverse("visits:correct", args=[make_visit(cast, clock).uuid])
    assert sign_in(cast.nadia).get(page).status_code == 404
    assert sign_in(cast.twin_nurse).get(page).status_code == 404
