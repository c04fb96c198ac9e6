from datetime import timedelta

import pytest
from django.urls import reverse

from infusions.actions.runs import start_infusion
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.planning import signed
from tests.infusions.running import hang, ready, ready_to_start, running
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("templates_loaded")


def codes_of(refused):
    return {stop.code for stop in refused.value.stops}


def test_a_bag_with_every_gate_open_runs(cast, clock):
    cycle = running(cast, clock)
    assert cycle.state == "running"
    assert cycle.started_at == clock.now
    assert cycle.current_bag.state == "hung"
    assert cycle.expected_end_at == clock.now + timedelta(hours=672)


def test_a_start_announces_the_next_change_and_the_end(cast, clock):
    cycle = running(cast, clock)
    due = dict(Reminder.objects.filter(state="waiting").values_list("kind", "due_at"))
    assert due["bag_change"] == cycle.next_change_at
    assert due["cycle_end"] == cycle.expected_end_at
    assert due["step_dose"] == clock.now + timedelta(hours=168)


def test_a_bag_without_premedication_is_refused(cast, clock):
    bag = ready(cast, clock, signed(cast, clock))
    with pytest.raises(HardStop) as refused:
        start_infusion(**hang(cast, clock, bag))
    assert codes_of(refused) == {"premedication.missing"}


def test_old_checks_are_refused_each_by_name(cast, clock):
    bag = ready_to_start(cast, clock)
    clock.forward(minutes=61)
    with pytest.raises(HardStop) as refused:
        start_infusion(**hang(cast, clock, bag))
    assert "pump.read_expired" in codes_of(refused)
    assert any(code.startswith("checklist.") for code in codes_of(refused))


def test_a_start_in_the_future_is_refused(cast, clock):
    bag = ready_to_start(cast, clock)
    with pytest.raises(HardStop) as refused:
        start_infusion(**hang(cast, clock, bag, occurred_at=clock.now + timedelta(minutes=3)))
    assert codes_of(refused) == {"time.future"}


def posted(bag, **changes):
    zone_time = "2027-01-04 11:15"
    body = {"idempotency_key": key(), "bag_code": bag.code, "password": PASSWORD}
    return {**body, "occurred_at": zone_time, "version": bag.cycle.version, **changes}


def test_the_page_starts_the_infusion(cast, clock, sign_in):
    bag = ready_to_start(cast, clock)
    bag.cycle.refresh_from_db()
    client = sign_in(cast.nadia)
    page = reverse("infusions:start", args=[bag.cycle.uuid])
    assert client.get(page).status_code == 200
    assert client.post(page, posted(bag)).status_code == 302
    bag.cycle.refresh_from_db()
    assert bag.cycle.state == "running"


def test_a_wrong_password_keeps_what_was_typed(cast, clock, sign_in):
    bag = ready_to_start(cast, clock)
    bag.cycle.refresh_from_db()
    page = reverse("infusions:start", args=[bag.cycle.uuid])
    answer = sign_in(cast.nadia).post(page, posted(bag, password="wrong"))
    assert answer.status_code == 422
    assert bag.code in answer.content.decode()


def test_an_outsider_sees_no_cycle(cast, clock, sign_in):
    cycle = signed(cast, clock)
    page = reverse("infusions:start", args=[cycle.uuid])
    assert sign_in(cast.outsider).get(page).status_code == 404
    assert sign_in(cast.twin_nurse).get(page).status_code == 404
