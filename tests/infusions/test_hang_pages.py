"""The pages of a start and a bag change: no code to copy, and every refusal with its link."""

import pytest
from django.urls import reverse

from infusions.actions.runs import change_bag
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.planning import signed
from tests.infusions.running import at_the_ward, hang, premedicated, ready, ready_to_start, running
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("templates_loaded")


def typed(cycle, code, **changes):
    cycle.refresh_from_db()
    body = {"idempotency_key": key(), "bag_code": code, "password": PASSWORD}
    return {**body, "occurred_at": "2027-01-04 11:15", "version": cycle.version, **changes}


@pytest.mark.hazard("HZ-01")
def test_the_start_page_does_not_show_the_code_to_scan(cast, clock, sign_in):
    bag = ready_to_start(cast, clock)
    page = reverse("infusions:start", args=[bag.cycle.uuid])
    text = sign_in(cast.nadia).get(page).content.decode()
    assert bag.code not in text
    assert "Bag 1 of the plan" in text and "Ready" in text


@pytest.mark.hazard("HZ-01")
def test_the_change_page_shows_neither_the_code_that_runs_nor_the_next(cast, clock, sign_in):
    cycle = running(cast, clock)
    bag = at_the_ward(cast, clock, cycle, n=2)
    page = reverse("infusions:change_bag", args=[cycle.uuid])
    text = sign_in(cast.nadia).get(page).content.decode()
    assert bag.code not in text and cycle.current_bag.code not in text


@pytest.mark.hazard("HZ-01")
def test_the_checklist_page_does_not_show_the_code_to_scan(cast, clock, sign_in):
    bag = at_the_ward(cast, clock, signed(cast, clock))
    page = reverse("infusions:pre_infusion", args=[bag.uuid])
    assert bag.code not in sign_in(cast.nadia).get(page).content.decode()


@pytest.mark.hazard("HZ-01")
def test_the_running_bag_is_no_new_bag(cast, clock):
    cycle = running(cast, clock)
    clock.set(cycle.next_change_at)
    ready(cast, clock, cycle, n=2)
    with pytest.raises(HardStop) as refused:
        change_bag(**hang(cast, clock, cycle.current_bag))
    assert [stop.code for stop in refused.value.stops] == ["bag.running"]
    assert "Scan the new bag" in str(refused.value)


def test_a_refused_start_leads_to_where_each_thing_is_put_right(cast, clock, sign_in):
    cycle = signed(cast, clock)
    bag = at_the_ward(cast, clock, cycle)
    clock.forward(minutes=75)
    page = reverse("infusions:start", args=[cycle.uuid])
    answer = sign_in(cast.nadia).post(page, typed(cycle, bag.code))
    assert answer.status_code == 422
    groups = {group.title: group.url for group in answer.context["groups"]}
    assert groups == {
        "Premedication": reverse("infusions:medication", args=[cycle.uuid]),
        "Pump": reverse("infusions:program_pump", args=[bag.uuid]),
        "Checklist": reverse("infusions:pre_infusion", args=[bag.uuid]),
    }


def test_a_bag_elsewhere_leads_to_its_scan(cast, clock, sign_in):
    bag = ready_to_start(cast, clock)
    type(bag).objects.filter(pk=bag.pk).update(place="pharmacy")
    page = reverse("infusions:start", args=[bag.cycle.uuid])
    answer = sign_in(cast.nadia).post(page, typed(bag.cycle, bag.code))
    (group,) = answer.context["groups"]
    assert group.url == reverse("infusions:move_bag", args=[bag.uuid])


def test_many_old_answers_are_one_line(cast, clock, sign_in):
    bag = ready_to_start(cast, clock)
    clock.forward(minutes=61)
    page = reverse("infusions:start", args=[bag.cycle.uuid])
    body = typed(bag.cycle, bag.code, occurred_at="2027-01-04 12:16")
    answer = sign_in(cast.nadia).post(page, body)
    groups = {group.title: group for group in answer.context["groups"]}
    assert len(groups["Checklist"].lines) == 1
    assert "answers are older than 60 minutes" in groups["Checklist"].lines[0].message
    assert not answer.context["form"]["bag_code"].errors, "the list has an item of that name"


def test_a_wrong_password_stays_on_the_page(cast, clock, sign_in):
    bag = ready_to_start(cast, clock)
    page = reverse("infusions:start", args=[bag.cycle.uuid])
    answer = sign_in(cast.nadia).post(page, typed(bag.cycle, bag.code, password="wrong"))
    (group,) = answer.context["groups"]
    assert (group.url, group.title) == ("", "On this page")
    assert 'href="#field-password"' in answer.content.decode()


def medication_page(cast, cycle, sign_in, user=None):
    page = reverse("infusions:medication", args=[cycle.uuid])
    return sign_in(user or cast.nadia).get(page).content.decode()


def test_the_medication_page_says_what_is_due_and_when(cast, clock, sign_in):
    cycle = signed(cast, clock)
    text = medication_page(cast, cycle, sign_in)
    assert "Dexamethasone 20 mg IV" in text and "60 to 90 min before" in text
    assert "Dose, mg" not in text


def test_the_medication_page_says_why_what_was_given_does_not_count(cast, clock, sign_in):
    cycle = signed(cast, clock)
    premedicated(cast, clock, cycle, dose_mg=200)
    text = medication_page(cast, cycle, sign_in)
    assert "Does not count" in text
    assert "Dexamethasone 200 mg IV was recorded; due is dexamethasone 20 mg IV" in text


def test_everybody_of_the_team_reads_the_answers_and_only_a_prescriber_answers(
    cast, clock, sign_in
):
    cycle = signed(cast, clock)
    page = reverse("infusions:prescriber_answer", args=[cycle.uuid])
    assert "The oncologist answers here" in sign_in(cast.nadia).get(page).content.decode()
    body = {"idempotency_key": key(), "question": "same_cycle", "goes_on": "yes"}
    body |= {"answer": "yes", "password": PASSWORD, "version": cycle.version}
    assert sign_in(cast.nadia).post(page, body).status_code == 422
    assert not cycle.answers.exists()
    assert sign_in(cast.olga).post(page, body).status_code == 302
