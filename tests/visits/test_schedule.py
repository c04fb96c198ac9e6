from datetime import timedelta

import pytest
from django.urls import reverse

from audit.actions import subject_of
from notifications.actions.escalation import raise_due
from notifications.models import OutboxMessage, Reminder
from protocol.stops import HardStop
from tests.factories import key
from tests.handoffs.builders import running_cycle
from visits.actions import (
    accept_visit,
    arrive,
    cancel_visit,
    decline_visit,
    finish_visit,
    schedule_visit,
)
from visits.models import HomeVisit

pytestmark = pytest.mark.django_db


def make_visit(cast, clock, *, cycle=None, starts_in=22, **fields):
    """Carla asks Hugo for a visit of three hours around the planned change in 23 hours."""
    return schedule_visit(
        **{
            "cycle": cycle or running_cycle(cast),
            "purpose": "bag_change",
            "window_from": clock.now + timedelta(hours=starts_in),
            "window_to": clock.now + timedelta(hours=starts_in + 3),
            "nurse": cast.hugo,
            "by": cast.carla,
            "at": clock.now,
            "knows_change_is_outside": True,
            **fields,
        }
    )


def form_of(cast, **fields) -> dict:
    return {
        "idempotency_key": key(),
        "purpose": "check",
        "window_from": "2027-01-05 08:00",
        "window_to": "2027-01-05 11:00",
        "nurse": cast.hugo.pk,
        **fields,
    }


def test_the_home_nurse_is_asked_and_the_case_manager_hears_the_answer(cast, clock):
    visit = make_visit(cast, clock)
    raise_due(clock.now)
    assert OutboxMessage.objects.filter(to=cast.hugo, template="visit_to_accept").exists()
    accept_visit(visit=visit, by=cast.hugo, at=clock.now)
    assert OutboxMessage.objects.filter(to=cast.carla, template="visit_changed").count() == 1
    assert Reminder.objects.get(kind="visit_to_accept").state == "done"


def test_an_accepted_visit_is_remembered_two_hours_ahead(cast, clock):
    accept_visit(visit=make_visit(cast, clock), by=cast.hugo, at=clock.now)
    upcoming = Reminder.objects.get(kind="visit_upcoming")
    assert upcoming.next_step_at == clock.now + timedelta(hours=20)


def test_a_visit_is_accepted_reached_and_done(cast, clock):
    visit = accept_visit(visit=make_visit(cast, clock), by=cast.hugo, at=clock.now)
    visit = arrive(visit=visit, by=cast.hugo, at=clock.forward(hours=23))
    visit = finish_visit(visit=visit, by=cast.hugo, note="Bag changed", at=clock.forward(hours=1))
    assert (visit.state, visit.note) == ("done", "Bag changed")
    assert not Reminder.objects.filter(state__in=["waiting", "raised"]).exists()


def test_a_declined_visit_closes_its_reminders_with_the_reason(cast, clock):
    visit = decline_visit(visit=make_visit(cast, clock), reason="Ill", by=cast.hugo)
    assert (visit.state, visit.closed_because) == ("cancelled", "Declined: Ill")
    assert Reminder.objects.get(subject=subject_of(visit)).state == "cancelled"


def test_one_nurse_is_not_in_two_places(cast, clock):
    make_visit(cast, clock)
    with pytest.raises(HardStop, match="another visit in that window"):
        make_visit(cast, clock, starts_in=24)


def test_a_cancelled_visit_frees_the_nurse(cast, clock):
    cancel_visit(visit=make_visit(cast, clock), reason="Moved", by=cast.carla)
    assert make_visit(cast, clock, starts_in=23).state == "planned"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"nurse": "nadia"}, "visit.nurse"),
        ({"nurse": "twin_nurse"}, "visit.nurse"),
        ({"by": "nadia"}, "permission.role"),
        ({"starts_in": -4}, "visit.past"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(cast, clock, fields, code):
    named = {k: getattr(cast, v) if isinstance(v, str) else v for k, v in fields.items()}
    with pytest.raises(HardStop) as refusal:
        make_visit(cast, clock, **named)
    assert refusal.value.stops[0].code == code


def test_a_window_without_its_bag_change_needs_a_second_look(cast, clock):
    cycle = running_cycle(cast)
    with pytest.raises(HardStop, match="No bag change is planned"):
        make_visit(cast, clock, cycle=cycle, starts_in=5, knows_change_is_outside=False)
    assert make_visit(cast, clock, cycle=cycle, starts_in=5).state == "planned"


def test_only_the_nurse_accepts(cast, clock):
    with pytest.raises(HardStop, match="for Hugo Home"):
        accept_visit(visit=make_visit(cast, clock, nurse=cast.hugo), by=join_home(cast))


def join_home(cast):
    cast.ines.role = "home_nurse"
    cast.ines.save()
    return cast.ines


def test_scheduling_and_accepting_in_the_browser(cast, sign_in):
    cycle = running_cycle(cast)
    page = reverse("visits:schedule", args=[cycle.uuid])
    client = sign_in(cast.carla)
    assert "Planned bag changes" in client.get(page).content.decode()
    client.post(page, form_of(cast))
    visit = HomeVisit.objects.get()
    assert visit.window_from.isoformat() == "2027-01-05T13:00:00+00:00"
    client = sign_in(cast.hugo)
    assert str(visit.patient) in client.get(reverse("visits:list")).content.decode()
    assert "Accept" in client.get(reverse("visits:visit", args=[visit.uuid])).content.decode()
    step = reverse("visits:step", args=[visit.uuid, "accept"])
    client.post(step, {"idempotency_key": key(), "version": visit.version})
    visit.refresh_from_db()
    assert visit.state == "accepted"


def test_a_clash_is_said_beside_the_nurse_and_nothing_typed_is_lost(cast, clock, sign_in):
    cycle = running_cycle(cast)
    make_visit(cast, clock, cycle=cycle)
    page = sign_in(cast.carla).post(
        reverse("visits:schedule", args=[cycle.uuid]),
        form_of(cast, note="Ring twice", window_to="2027-01-05 10:00"),
    )
    assert page.status_code == 422
    assert "another visit" in str(page.context["form"].errors["nurse"])
    assert "Ring twice" in page.content.decode()


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_outsiders_find_nothing(cast, clock, sign_in, who):
    visit = make_visit(cast, clock)
    client = sign_in(getattr(cast, who))
    assert client.get(reverse("visits:visit", args=[visit.uuid])).status_code == 404
    step = reverse("visits:step", args=[visit.uuid, "accept"])
    assert client.post(step, {"idempotency_key": key()}).status_code == 404
    assert str(visit.patient) not in client.get(reverse("visits:list")).content.decode()
