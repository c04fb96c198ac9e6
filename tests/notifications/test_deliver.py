from datetime import timedelta

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.utils import timezone

from notifications.actions import delivery
from notifications.actions.delivery import claim, drain
from notifications.actions.escalation import raise_due
from notifications.actions.reminders import acknowledge
from notifications.management.commands.watch import take_over_when_late
from notifications.models import OutboxMessage
from notifications.policies import POLICIES
from notifications.queries import sending_health
from tests.factories import make_patient
from tests.notifications.builders import make_reminder

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_mail(cast, clock):
    """A handoff reminder for Hugo: one inbox row, one mail."""
    reminder = make_reminder(cast, kind="handoff_open", to=[cast.hugo])
    raise_due(clock.now)
    return reminder


def lapse_leases():
    OutboxMessage.objects.filter(state="leased").update(leased_until=timezone.now())


def test_a_mail_and_an_inbox_row_go_out_once(one_mail):
    assert drain(sender="worker") == 2
    assert drain(sender="worker") == 0
    assert len(mail.outbox) == 1
    assert set(OutboxMessage.objects.values_list("state", "sent_by")) == {("sent", "worker")}


def test_a_mail_says_nothing_about_the_patient(cast, clock):
    patient = make_patient(cast, family_name="Zebrafish", given_name="Quagga")
    for kind in POLICIES:
        make_reminder(cast, kind=kind, patient=patient, to=[cast.hugo], in_minutes=1)
    for _step in range(4):
        raise_due(clock.forward(hours=8))
    drain(sender="worker")
    said = "".join(one.subject + one.body for one in mail.outbox)
    assert len({one.subject for one in mail.outbox}) == len(POLICIES)
    assert not any(word in said for word in ("Zebrafish", "Quagga", patient.record_number))
    assert "City Hospital ward" in said


@pytest.mark.parametrize("kind", sorted(POLICIES))
def test_every_kind_has_its_words(kind):
    folder = f"notifications/messages/{kind}"
    assert render_to_string(f"{folder}.subject").strip()
    assert "names no patient" in render_to_string(f"{folder}.txt")


def test_what_was_answered_meanwhile_is_not_sent(one_mail, cast, clock):
    ids = claim(by="slow:1")
    acknowledge(reminder=one_mail, by=cast.hugo, at=clock.now)
    delivery.send_claimed(ids, lease="slow:1", sender="slow")
    assert mail.outbox == []
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_sender_that_died_is_followed_by_another_which_says_repeat(one_mail):
    claim(by="died:1")
    assert drain(sender="worker") == 0
    lapse_leases()
    assert drain(sender="watch") == 2
    assert mail.outbox[0].subject.startswith("Repeat:")


def test_a_sender_that_lost_its_lease_cannot_mark_the_row(one_mail):
    ids = claim(by="slow:1")
    lapse_leases()
    claim(by="quick:1")
    delivery.send_claimed(ids, lease="slow:1", sender="slow")
    assert set(OutboxMessage.objects.values_list("leased_by", flat=True)) == {"quick:1"}


def test_a_failing_channel_is_tried_later_and_at_last_shown_to_the_leads(
    one_mail, cast, monkeypatch
):
    def refuse(_message, *, is_repeat):
        raise ConnectionRefusedError("mail server")

    monkeypatch.setitem(delivery.CHANNELS, "email", refuse)
    for _attempt in range(delivery.MAX_ATTEMPTS):
        OutboxMessage.objects.filter(state="pending").update(next_attempt_at=timezone.now())
        drain(sender="worker")
    assert OutboxMessage.objects.get(channel="email").state == "dead"
    alarm = OutboxMessage.objects.get(template="not_delivered")
    assert (alarm.to, alarm.urgent) == (cast.carla, True)


def test_one_bad_row_does_not_hold_up_the_others(cast, clock, monkeypatch):
    make_reminder(cast, kind="bag_change")
    raise_due(clock.now)

    def only_nadia(message, *, is_repeat):
        if message.to != cast.nadia:
            raise ValueError("bad address")

    monkeypatch.setitem(delivery.CHANNELS, "email", only_nadia)
    drain(sender="worker")
    states = dict(OutboxMessage.objects.filter(channel="email").values_list("to", "state"))
    assert states == {cast.nadia.pk: "sent", cast.ines.pk: "pending"}


def test_the_standby_leaves_young_rows_to_the_workers(one_mail):
    take_over_when_late()
    assert mail.outbox == []


def test_the_standby_sends_what_is_late_and_health_says_so(one_mail):
    late = timezone.now() - timedelta(seconds=6)
    OutboxMessage.objects.update(next_attempt_at=late)
    take_over_when_late()
    assert len(mail.outbox) == 1
    assert sending_health().state == "standby"


def test_health_is_stopped_when_nobody_sends(one_mail):
    OutboxMessage.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=90))
    health = sending_health()
    assert health.state == "stopped"
    assert health.oldest_unsent_s >= 90


def test_a_batch_that_takes_too_long_gives_its_rest_back(one_mail, monkeypatch):
    monkeypatch.setattr(delivery, "STOP_AT", -1)
    ids = claim(by="slow:1")
    delivery.send_claimed(ids, lease="slow:1", sender="slow")
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {("pending", 0)}
