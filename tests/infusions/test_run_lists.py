"""The lists of a run: required before a restart; opened, answered and shown elsewhere."""

from datetime import timedelta

import pytest
from django.urls import reverse

from checklists.actions import answer_items, correct_answer, open_checklist, sign_checklist
from checklists.models import Checklist, Template
from infusions.actions.corrections import correct_event
from infusions.actions.reports import interrupt_infusion
from infusions.actions.runs import end_infusion, resume_infusion
from infusions.run_lists import END, HOME, run_list, standing
from protocol.stops import HardStop
from tests.factories import key
from tests.handoffs.offers import make_offer
from tests.infusions.running import answers_for, restart_checked, running
from tests.infusions.test_interrupt_resume import resuming, stopped
from tests.infusions.test_ledger import ending
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("templates_loaded")


def going_on(cast, clock, cycle) -> dict:
    """What a restart needs beside its list."""
    facts = {"cycle": cycle, "by": cast.nadia, "password": PASSWORD, "at": clock.now}
    return facts | {"occurred_at": clock.now, "rate_ml_per_h": cycle.current_bag.rate_ml_per_h}


def refusals(action) -> list[str]:
    with pytest.raises(HardStop) as caught:
        action()
    return [stop.code for stop in caught.value.stops]


def test_nothing_goes_on_before_the_list_is_signed(cast, clock):
    cycle = stopped(cast, clock)
    going = going_on(cast, clock, cycle)
    assert refusals(lambda: resume_infusion(**going)) == ["checklist.missing"]
    checklist = restart_checked(cast, clock, cycle)
    assert resume_infusion(**going).checklist == checklist


def test_answers_of_an_hour_ago_are_asked_again(cast, clock):
    cycle = stopped(cast, clock)
    restart_checked(cast, clock, cycle)
    clock.forward(minutes=61)
    going = going_on(cast, clock, cycle)
    assert set(refusals(lambda: resume_infusion(**going))) == {"checklist.expired"}


def test_the_list_of_another_stop_does_not_count(cast, clock):
    cycle = stopped(cast, clock)
    resume_infusion(**resuming(cast, clock, cycle, at=clock.forward(minutes=5)))
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.forward(minutes=5), cause="pump")
    cycle.refresh_from_db()
    going = going_on(cast, clock, cycle)
    assert refusals(lambda: resume_infusion(**going)) == ["checklist.missing"]


def test_a_corrected_stop_keeps_its_list(cast, clock):
    cycle = stopped(cast, clock)
    restart_checked(cast, clock, cycle)
    stop = cycle.events.get(kind="interrupted")
    earlier = clock.now - timedelta(minutes=10)
    correct_event(event=stop, by=cast.nadia, reason="read", occurred_at=earlier, at=clock.now)
    cycle.refresh_from_db()
    assert resume_infusion(**going_on(cast, clock, cycle)).kind == "resumed"


def test_an_answer_corrected_to_a_wrong_one_shuts_the_gate(cast, clock):
    cycle = stopped(cast, clock)
    checklist = restart_checked(cast, clock, cycle)
    answer = checklist.answers.get(item="line_flushed")
    correct_answer(answer=answer, value="yes", reason="it was", by=cast.nadia, at=clock.now)
    going = going_on(cast, clock, cycle)
    assert refusals(lambda: resume_infusion(**going)) == ["checklist.wrong"]


def test_a_stop_needs_no_list(cast, clock):
    cycle = running(cast, clock)
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now, cause="pump")
    assert not Checklist.objects.filter(template__kind__in=["restart", "end"]).exists()


def opened_on(client, cycle, name) -> str:
    """Opens a list on its page; gives the page of the list."""
    page = reverse(f"infusions:{name}", args=[cycle.uuid])
    assert client.get(page).status_code == 200
    return client.post(page, {"idempotency_key": key()}).headers["Location"]


def test_a_nurse_takes_the_restart_list_from_the_page_of_the_restart(cast, clock, sign_in):
    cycle = stopped(cast, clock)
    client = sign_in(cast.nadia)
    resume = reverse("infusions:resume", args=[cycle.uuid])
    shown = client.get(resume).content.decode()
    assert reverse("infusions:restart_list", args=[cycle.uuid]) in shown
    assert "Before the infusion goes on" in shown
    answering = opened_on(client, cycle, "restart_list")
    checklist = Checklist.objects.get(template__kind="restart")
    assert str(checklist.uuid) in answering
    body = answers_for(checklist, cycle.current_bag) | {"idempotency_key": key()}
    signed = client.post(answering, body | {"step": "sign", "password": PASSWORD})
    assert signed.headers["Location"] == resume
    assert "Signed by Nadia Ward" in client.get(resume).content.decode()


def test_no_restart_list_while_it_runs(cast, clock, sign_in):
    cycle = running(cast, clock)
    client = sign_in(cast.nadia)
    page = reverse("infusions:restart_list", args=[cycle.uuid])
    assert "not stopped now" in client.get(page).content.decode()
    assert client.post(page, {"idempotency_key": key()}).status_code == 422
    assert not Checklist.objects.filter(template__kind="restart").exists()


@pytest.mark.parametrize("name", ["restart_list", "end_list", "home_list"])
def test_outsiders_find_no_list(cast, clock, sign_in, name):
    cycle = stopped(cast, clock)
    page = reverse(f"infusions:{name}", args=[cycle.uuid])
    assert sign_in(cast.twin_nurse).get(page).status_code == 404


def answered(cast, clock, cycle, kind, **odd):
    """The list of this kind answered and signed, but for what `odd` leaves out (None)."""
    found = run_list(cycle, kind)
    checklist = open_checklist(
        kind=kind,
        subject=found.subject,
        patient=cycle.patient,
        facts=found.facts,
        by=cast.nadia,
        at=clock.now,
    )
    values = answers_for(checklist, cycle.current_bag) | odd
    given = {item: value for item, value in values.items() if value is not None}
    answer_items(checklist=checklist, values=given, by=cast.nadia, at=clock.now)
    if len(given) == len(values):
        sign_checklist(checklist=checklist, by=cast.nadia, password=PASSWORD, at=clock.now)
    return checklist


def test_the_end_is_recorded_without_its_list_and_the_list_stays_open(cast, clock, sign_in):
    cycle = running(cast, clock)
    clock.forward(hours=1)
    end_infusion(**ending(cast, clock, cycle, by=cast.olga, reason="progression"))
    cycle.refresh_from_db()
    client = sign_in(cast.nadia)
    opened_on(client, cycle, "end_list")
    assert not standing(cycle, END, clock.now).is_done
    answered(cast, clock, cycle, END)
    clock.forward(days=2)
    assert standing(cycle, END, clock.now).is_done
    page = reverse("infusions:end_list", args=[cycle.uuid])
    assert (
        page in client.get(reverse("dashboards:chart", args=[cycle.patient.uuid])).content.decode()
    )


def test_the_list_before_home_shows_what_is_open_and_whose_it_is(cast, clock):
    cycle = running(cast, clock)
    assert len(standing(cycle, HOME, clock.now).items) == 5
    answered(cast, clock, cycle, HOME, visit_planned=None, pump_ready=None)
    left = standing(cycle, HOME, clock.now)
    assert [item.owner for item in left.items] == ["Case manager", "Infusion nurse"]
    assert not left.is_done


def test_the_list_before_home_stands_on_the_handoff(cast, clock, sign_in):
    cycle = running(cast, clock)
    handoff = make_offer(cast, cycle)
    page = reverse("handoffs:handoff", args=[handoff.uuid])
    client = sign_in(cast.nadia)
    shown = client.get(page).content.decode()
    assert "Not done" in shown
    assert reverse("infusions:home_list", args=[cycle.uuid]) in shown
    answered(cast, clock, cycle, HOME)
    clock.forward(hours=2)
    assert "Signed by Nadia Ward" in client.get(page).content.decode()


def test_the_list_before_home_stands_on_the_offer_for_all(cast, clock, sign_in):
    cycle = running(cast, clock)
    page = reverse("handoffs:offer", args=[cycle.uuid])
    shown = sign_in(cast.carla).get(page).content.decode()
    assert "Before going home with the infusion" in shown
    assert reverse("infusions:home_list", args=[cycle.uuid]) not in shown


def test_a_list_from_before_the_last_stay_at_home_does_not_count(cast, clock):
    cycle = running(cast, clock)
    answered(cast, clock, cycle, HOME)
    later = clock.forward(hours=5)
    assert not standing(cycle, HOME, clock.now, since=later).is_done


def test_every_item_before_home_has_an_owner(templates_loaded):
    newest = Template.objects.filter(kind="discharge_home").order_by("-version")[0]
    assert all(item["owner"] for item in newest.items)
