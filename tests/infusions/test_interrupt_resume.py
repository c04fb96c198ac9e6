from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from clock.now import now
from infusions.actions.corrections import correct_event
from infusions.actions.questions import answer_question
from infusions.actions.reports import close_report, interrupt_infusion, report_stop
from infusions.actions.runs import resume_infusion
from infusions.models import Cycle, InfusionEvent, StopReport
from notifications.actions.escalation import raise_due
from notifications.models import OutboxMessage, Reminder
from protocol.stops import HardStop
from teams.models import User
from tests.factories import key
from tests.infusions.running import premedicated, restart_checked, running
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("templates_loaded")
FOUR_HOURS = timedelta(hours=4)


def stopped(cast, clock, **facts):
    cycle = running(cast, clock)
    clock.forward(hours=10)
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now, cause="pump", **facts)
    cycle.refresh_from_db()
    return cycle


def resuming(cast, clock, cycle, **changes):
    restart_checked(cast, clock, cycle)
    facts = {"cycle": cycle, "by": cast.nadia, "password": PASSWORD, "at": clock.now}
    facts |= {"occurred_at": clock.now, "rate_ml_per_h": cycle.current_bag.rate_ml_per_h}
    return {**facts, **changes}


def test_a_stop_counts_what_was_infused(cast, clock):
    cycle = stopped(cast, clock)
    assert cycle.state == "interrupted"
    assert cycle.delivered_s == 10 * 3600
    assert cycle.next_change_at is None


def test_a_stop_warns_at_three_and_at_four_hours(cast, clock):
    stopped(cast, clock)
    due = dict(Reminder.objects.filter(state="waiting").values_list("kind", "due_at"))
    assert due["interruption_three_hours"] == clock.now + timedelta(hours=3)
    assert due["interruption_four_hours"] == clock.now + FOUR_HOURS
    assert "bag_change" not in due


def called():
    """Who hears of the stop, once the sweep has run."""
    raise_due(now())
    messages = OutboxMessage.objects.filter(template="infusion_stopped", channel="in_app")
    return set(messages.values_list("to__username", flat=True))


def test_a_stop_calls_the_responsible_and_the_charge_nurse_at_once(cast, clock):
    User.objects.filter(pk=cast.ines.pk).update(is_charge_nurse=True)
    cycle = running(cast, clock)
    Cycle.objects.filter(pk=cycle.pk).update(responsible_nurse=cast.nadia)
    interrupt_infusion(cycle=cycle, by=cast.farid, at=clock.now, cause="pump")
    assert called() == {"nadia", "ines"}


def test_a_corrected_time_of_a_stop_calls_nobody_again(cast, clock):
    cycle = stopped(cast, clock)
    called()
    earlier = clock.now - timedelta(hours=1)
    stop = cycle.events.get(kind="interrupted")
    correct_event(event=stop, by=cast.nadia, reason="read", occurred_at=earlier, at=clock.now)
    assert Reminder.objects.filter(kind="infusion_stopped").count() == 1


def test_a_restart_answers_the_call(cast, clock):
    cycle = stopped(cast, clock)
    resume_infusion(**resuming(cast, clock, cycle, at=clock.forward(minutes=5)))
    assert Reminder.objects.get(kind="infusion_stopped").state == "done"


def test_one_second_short_of_four_hours_asks_nothing(cast, clock):
    cycle = stopped(cast, clock)
    clock.set(clock.now + FOUR_HOURS - timedelta(seconds=1))
    resume_infusion(**resuming(cast, clock, cycle))
    cycle.refresh_from_db()
    assert cycle.state == "running"
    assert not Reminder.objects.filter(kind__startswith="interruption", state="waiting").exists()


def test_exactly_four_hours_asks_premedication_and_supervision(cast, clock):
    cycle = stopped(cast, clock)
    clock.set(clock.now + FOUR_HOURS)
    with pytest.raises(HardStop) as refused:
        resume_infusion(**resuming(cast, clock, cycle))
    codes = {stop.code for stop in refused.value.stops}
    assert codes == {"restart.supervised", "premedication.missing"}


def test_after_premedication_a_supervised_restart_runs(cast, clock):
    cycle = stopped(cast, clock)
    clock.set(clock.now + FOUR_HOURS)
    premedicated(cast, clock, cycle, before="restart")
    clock.forward(minutes=75)
    cycle.refresh_from_db()
    resume_infusion(**resuming(cast, clock, cycle, supervised_at="Ward 5"))
    cycle.refresh_from_db()
    assert cycle.state == "running"
    assert cycle.expected_end_at == clock.now + timedelta(hours=662)


def test_a_ten_fold_rate_is_named(cast, clock):
    cycle = stopped(cast, clock)
    rate = cycle.current_bag.rate_ml_per_h * Decimal(10)
    with pytest.raises(HardStop, match="ten-fold"):
        resume_infusion(**resuming(cast, clock, cycle, rate_ml_per_h=rate))


def test_a_side_effect_waits_for_the_prescriber(cast, clock):
    cycle = running(cast, clock)
    clock.forward(hours=10)
    facts = {"cycle": cycle, "by": cast.nadia, "at": clock.now}
    interrupt_infusion(cause="adverse_reaction", **facts)
    cycle.refresh_from_db()
    assert Reminder.objects.filter(kind="prescriber_question", state="waiting").exists()
    with pytest.raises(HardStop) as refused:
        resume_infusion(**resuming(cast, clock, cycle))
    assert refused.value.stops[0].code == "restart.adverse_reaction"


def test_only_the_newest_yes_of_the_prescriber_lets_it_go_on(cast, clock):
    cycle = running(cast, clock)
    clock.forward(hours=1)
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now, cause="adverse_reaction")
    decided = {"question": "adverse_reaction", "by": cast.olga, "password": PASSWORD}
    for goes_on in (True, False, True):
        cycle.refresh_from_db()
        clock.forward(minutes=1)
        decided |= {"answer": "Seen at the bedside.", "goes_on": goes_on, "at": clock.now}
        answer_question(cycle=cycle, **decided)
        cycle.refresh_from_db()
        if not goes_on:
            with pytest.raises(HardStop, match="signed that it may"):
                resume_infusion(**resuming(cast, clock, cycle))
    resume_infusion(**resuming(cast, clock, cycle))
    cycle.refresh_from_db()
    assert cycle.state == "running"


def test_a_stop_with_nonsense_everywhere_is_saved(cast, clock, sign_in):
    cycle = running(cast, clock)
    clock.forward(hours=1)
    page = reverse("infusions:interrupt", args=[cycle.uuid])
    body = {"occurred_text": "half past", "idempotency_key": "no", "version": "old"}
    assert sign_in(cast.farid).post(page, body).status_code == 302
    event = InfusionEvent.objects.get(kind="interrupted")
    assert (event.occurred_at, event.claimed_text) == (clock.now, "half past")
    assert {"time_unusable", "cause_missing"} <= set(event.flags)


def test_a_stop_while_nothing_runs_becomes_a_report(cast, clock):
    cycle = stopped(cast, clock)
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now)
    assert StopReport.objects.get().cycle == cycle


def test_an_expired_login_keeps_the_stop_and_then_saves_it(cast, clock, client):
    cycle = running(cast, clock)
    page = reverse("infusions:interrupt", args=[cycle.uuid])
    asked = client.post(page, {"occurred_text": "2027-01-04 11:15", "note": "alarm"})
    assert asked.status_code == 401
    shown = asked.content.decode()
    assert 'value="alarm"' in shown
    assert "<dd>alarm</dd>" in shown and "2027-01-04 11:15" in shown
    assert 'data-zone="America/New_York"' in shown  # the clock of the ward, not of Greenwich
    assert "Mon 4 Jan 11:15" in shown
    wrong = {"note": "alarm", "username": "nadia", "password": "no"}
    assert client.post(page, wrong).status_code == 401
    assert client.post(page, {**wrong, "password": PASSWORD}).status_code == 302
    assert InfusionEvent.objects.get(kind="interrupted").note == "alarm"


def test_an_outsider_cannot_stop(cast, clock, sign_in):
    cycle = running(cast, clock)
    page = reverse("infusions:interrupt", args=[cycle.uuid])
    assert sign_in(cast.twin_nurse).post(page, {}).status_code == 404


def test_a_report_calls_and_a_clinician_confirms_it(cast, clock):
    cycle = running(cast, clock)
    told = clock.now + timedelta(hours=1)
    clock.forward(hours=2)
    report = report_stop(patient=cycle.patient, by=cast.sol, told_at=told, at=clock.now)
    assert Reminder.objects.filter(kind="stop_reported", state="waiting").exists()
    close_report(report=report, by=cast.nadia, confirmed=True, at=clock.now)
    cycle.refresh_from_db()
    assert (cycle.state, cycle.stopped_at) == ("interrupted", told)
    assert not Reminder.objects.filter(kind="stop_reported", state="waiting").exists()


def test_a_social_worker_reports_a_stop_on_the_page(cast, clock, sign_in):
    cycle = running(cast, clock)
    page = reverse("infusions:report_stop", args=[cycle.patient.uuid])
    client = sign_in(cast.sol)
    assert client.get(page).status_code == 200
    assert client.post(page, {"occurred_text": "just now"}).status_code == 302
    assert StopReport.objects.get().claimed_text == "just now"


def test_the_prescriber_answers_on_the_page(cast, clock, sign_in):
    cycle = stopped(cast, clock)
    page = reverse("infusions:prescriber_answer", args=[cycle.uuid])
    client = sign_in(cast.olga)
    assert client.get(page).status_code == 200
    body = {"idempotency_key": key(), "version": cycle.version, "password": PASSWORD}
    body |= {"question": "adverse_reaction", "answer": "Go on at the same dose."}
    assert client.post(page, body).status_code == 422
    assert client.post(page, body | {"goes_on": "yes"}).status_code == 302
    assert cycle.answers.get().stop_event.kind == "interrupted"


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_stop_without_the_token_of_its_form_is_saved_by_password(cast, clock, signed_in):
    cycle = running(cast, clock)
    clock.forward(hours=1)
    client = Client(enforce_csrf_checks=True)
    if signed_in:
        client.force_login(cast.nadia)
    page = reverse("infusions:interrupt", args=[cycle.uuid])
    asked = client.post(page, {"occurred_text": "just now"})
    assert (asked.status_code, b"just now" in asked.content) == (401, True)
    assert not cycle.events.filter(kind="interrupted").exists()
    who = {"username": cast.nadia.username, "password": PASSWORD}
    assert client.post(page, {"occurred_text": "just now"} | who).status_code == 302
    assert cycle.events.get(kind="interrupted").claimed_text == "just now"


def test_a_stop_with_the_token_of_its_form_asks_for_nothing_more(cast, clock):
    cycle = running(cast, clock)
    clock.forward(hours=1)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.nadia)
    page = reverse("infusions:interrupt", args=[cycle.uuid])
    client.get(page)
    token = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    assert client.post(page, {"occurred_text": "just now"} | token).status_code == 302
    assert cycle.events.filter(kind="interrupted").exists()
