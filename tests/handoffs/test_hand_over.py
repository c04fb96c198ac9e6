from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.urls import reverse

from audit.actions import subject_of
from audit.models import Event
from clock import now as clock_module
from handoffs.actions import accept_handoff, decline_handoff, withdraw_handoff
from handoffs.models import Handoff
from notifications.actions.escalation import raise_due
from notifications.models import OutboxMessage, Reminder
from protocol.stops import HardStop
from tests.factories import key
from tests.handoffs.builders import running_cycle
from tests.handoffs.offers import make_offer, offer_form
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
READ_BACK = "Stable, 9 mcg a day at 2.5; I change the bag tomorrow."


def accept(cast, handoff, **fields):
    values = {"read_back": READ_BACK, "password": PASSWORD, "by": cast.hugo, **fields}
    return accept_handoff(handoff=handoff, **values)


def answer(cast, **fields) -> dict:
    return {"idempotency_key": key(), "read_back": READ_BACK, "password": PASSWORD, **fields}


def test_the_ward_stays_responsible_until_the_home_nurse_accepts(cast):
    cycle = running_cycle(cast)
    handoff = make_offer(cast, cycle)
    cycle.refresh_from_db()
    assert (cycle.responsible_setting, cycle.responsible_nurse) == ("ward", cast.nadia)
    accept(cast, handoff)
    cycle.refresh_from_db()
    assert (cycle.responsible_setting, cycle.responsible_nurse) == ("home", cast.hugo)


def test_what_was_offered_is_frozen_and_signed(cast):
    handoff = make_offer(cast, running_cycle(cast))
    assert handoff.frozen["dose_mcg_per_day"] == "9"
    assert handoff.frozen["covered_until"] == "2027-01-05T14:00:00+00:00"
    assert handoff.sent_signature.content["summary"] == "Day 4, well."


def test_the_reminder_comes_before_the_transfer_and_climbs_until_accepted(cast, clock):
    handoff = make_offer(cast, running_cycle(cast))
    reminder = Reminder.objects.get(subject=subject_of(handoff))
    assert reminder.due_at == handoff.planned_transfer_at - timedelta(hours=1)
    raise_due(clock.forward(hours=2))
    raise_due(clock.forward(minutes=15))
    told = OutboxMessage.objects.filter(template="handoff_open").values_list("to__username")
    assert {name for (name,) in told} == {"hugo", "carla"}
    accept(cast, handoff)
    assert raise_due(clock.forward(hours=5)) == 0
    reminder.refresh_from_db()
    assert reminder.state == "done"


def test_the_reminder_is_never_later_than_four_hours_before_the_bag_ends(cast, clock):
    cycle = running_cycle(cast)
    handoff = make_offer(cast, cycle, planned_transfer_at=clock.now + timedelta(hours=22))
    due_at = Reminder.objects.get(subject=subject_of(handoff)).due_at
    assert due_at == cycle.bag_ends_at - timedelta(hours=4)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to_setting": "ward"}, "handoff.same_setting"),
        ({"planned_transfer_at": -1}, "handoff.in_the_past"),
        ({"planned_transfer_at": 24}, "handoff.after_bag"),
        ({"to_nurse": "ines"}, "handoff.receiver"),
        ({"to_nurse": "twin_nurse"}, "handoff.receiver"),
        ({"by": "sol"}, "permission.role"),
        ({"password": "wrong"}, "signature.wrong_password"),
    ],
)
def test_an_offer_that_cannot_work_is_refused(cast, clock, fields, code):
    cycle = running_cycle(cast)
    if "planned_transfer_at" in fields:
        hours = fields["planned_transfer_at"]
        fields = {"planned_transfer_at": clock.now + timedelta(hours=hours)}
    for name in {"to_nurse", "by"} & set(fields):
        fields = {name: getattr(cast, fields[name])}
    with pytest.raises(HardStop) as refusal:
        make_offer(cast, cycle, **fields)
    assert refusal.value.stops[0].code == code
    assert not Handoff.objects.exists()


def test_a_second_offer_waits_for_the_first(cast):
    cycle = running_cycle(cast)
    make_offer(cast, cycle)
    with pytest.raises(HardStop, match="waiting already"):
        make_offer(cast, cycle)


def test_nobody_else_accepts(cast):
    handoff = make_offer(cast, running_cycle(cast))
    with pytest.raises(HardStop, match="offered to Hugo Home"):
        accept(cast, handoff, by=cast.ines)


def test_a_copy_of_the_summary_is_no_read_back(cast):
    handoff = make_offer(cast, running_cycle(cast))
    with pytest.raises(HardStop, match="own words"):
        accept(cast, handoff, read_back="day 4,  well.")


def test_a_declined_handoff_leaves_the_sender_responsible_and_tells_why(cast):
    cycle = running_cycle(cast)
    handoff = decline_handoff(
        handoff=make_offer(cast, cycle), reason="No pump training", by=cast.hugo
    )
    cycle.refresh_from_db()
    assert (handoff.state, cycle.responsible_setting) == ("declined", "ward")
    assert OutboxMessage.objects.filter(to=cast.nadia, template="handoff_declined").exists()


def test_a_withdrawn_handoff_cannot_be_accepted_late(cast):
    handoff = make_offer(cast, running_cycle(cast))
    withdraw_handoff(handoff=handoff, by=cast.nadia)
    with pytest.raises(HardStop, match="withdrawn by Nadia Ward"):
        accept(cast, handoff)


def test_the_form_is_filled_from_the_chart(cast, sign_in):
    cycle = running_cycle(cast)
    page = sign_in(cast.nadia).get(reverse("handoffs:offer", args=[cycle.uuid]))
    assert page.status_code == 200
    assert "2.5 mL/h" in page.content.decode()
    assert Event.objects.filter(verb="looked_at", after__page="handoff_offer").count() == 1


def test_offering_and_accepting_in_the_browser(cast, sign_in):
    cycle = running_cycle(cast)
    sent = sign_in(cast.nadia).post(
        reverse("handoffs:offer", args=[cycle.uuid]), offer_form(cast, version=cycle.version)
    )
    handoff = Handoff.objects.get()
    assert sent.headers["Location"] == reverse("handoffs:handoff", args=[handoff.uuid])
    client = sign_in(cast.hugo)
    assert "Waiting for Hugo Home" in client.get(sent.headers["Location"]).content.decode()
    client.post(reverse("handoffs:accept", args=[handoff.uuid]), answer(cast))
    cycle.refresh_from_db()
    assert cycle.responsible_nurse == cast.hugo
    assert handoff.actions[0]["due_at"] == "2027-01-05T14:00:00+00:00"


def test_a_line_that_cannot_be_read_is_named_and_nothing_typed_is_lost(cast, sign_in):
    cycle = running_cycle(cast)
    page = sign_in(cast.nadia).post(
        reverse("handoffs:offer", args=[cycle.uuid]), offer_form(cast, contingency="Fever!")
    )
    assert page.status_code == 422
    assert "This one is not: Fever!" in page.content.decode()
    assert "mild fever yesterday" in page.content.decode()


def test_a_stale_page_is_told_so(cast, sign_in):
    cycle = running_cycle(cast)
    page = sign_in(cast.nadia).post(
        reverse("handoffs:offer", args=[cycle.uuid]), offer_form(cast, version=cycle.version - 1)
    )
    assert page.status_code == 409


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_outsiders_find_nothing(cast, sign_in, who):
    cycle = running_cycle(cast)
    handoff = make_offer(cast, cycle)
    client = sign_in(getattr(cast, who))
    assert client.get(reverse("handoffs:offer", args=[cycle.uuid])).status_code == 404
    assert client.get(reverse("handoffs:handoff", args=[handoff.uuid])).status_code == 404
    late = client.post(reverse("handoffs:accept", args=[handoff.uuid]), answer(cast))
    assert late.status_code == 404
    assert str(handoff.patient) not in client.get(reverse("handoffs:list")).content.decode()


def test_the_list_shows_what_waits(cast, sign_in):
    handoff = make_offer(cast, running_cycle(cast))
    page = sign_in(cast.hugo).get(reverse("handoffs:list")).content.decode()
    assert str(handoff.patient) in page
    assert "Waiting for acceptance" in page


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_hundred_racing_acceptances_have_one_winner(cast, clock):
    handoff = make_offer(cast, running_cycle(cast))
    won, refused = [], []

    def race():
        clock_module._fixed.set(clock.now)
        try:
            won.append(accept(cast, handoff))
        except HardStop as stop:
            refused.append(stop.stops[0].code)
        finally:
            connection.close()

    for _wave in range(10):  # ten at a time: the server has a hundred connections for everybody
        racers = [Thread(target=race) for _ in range(10)]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
    assert (len(won), set(refused), len(refused)) == (1, {"handoff.answered"}, 99)
