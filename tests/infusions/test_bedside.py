"""The steps before a bag is hung say what the gates say, in the order of the work."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from infusions.actions.medications import give_medication
from infusions.actions.pumps import enter_program
from infusions.actions.runs import start_infusion
from infusions.bedside import steps_before
from infusions.queries import next_to_hang, planned_changes
from infusions.readiness import premedications_before
from protocol.stops import HardStop
from tests.infusions.planning import signed
from tests.infusions.running import at_the_ward, checked, hang, ready_to_start

pytestmark = pytest.mark.usefixtures("templates_loaded")


def steps(cast, clock, cycle, user=None):
    cycle.refresh_from_db()
    coming = next_to_hang(planned_changes(cycle, clock.now))
    found = steps_before(cycle, coming.planned, coming.bag, user or cast.nadia, clock.now)
    return {one["label"]: one for one in found}


def states(cast, clock, cycle):
    return {label: one["state"] for label, one in steps(cast, clock, cycle).items()}


def given(cast, clock, cycle, dose=20, **more):
    facts = {"purpose": "premedication", "before": "cycle_start", "drug": "dexamethasone"}
    facts |= {"dose_mg": Decimal(dose), "given_at": clock.now, "by": cast.nadia, "at": clock.now}
    return give_medication(cycle=cycle, **(facts | more))


def start_codes(cast, clock, bag):
    try:
        start_infusion(**hang(cast, clock, bag))
    except HardStop as refused:
        return {stop.code for stop in refused.stops}
    return set()


def test_the_steps_come_in_the_order_of_the_work(cast, clock):
    cycle = signed(cast, clock)
    assert list(steps(cast, clock, cycle)) == [
        "Brought to: Ward",
        "Premedication",
        "Pump programmed",
        "Pump read back by another person",
        "Pre-infusion checklist",
    ]


def test_when_every_step_is_done_the_start_is_open(cast, clock):
    bag = ready_to_start(cast, clock)
    assert set(states(cast, clock, bag.cycle).values()) == {"done"}
    assert start_codes(cast, clock, bag) == set()


@pytest.mark.hazard("HZ-10")
def test_after_an_hour_the_ticks_are_gone_and_lead_to_where_it_is_done_again(cast, clock):
    bag = ready_to_start(cast, clock)
    clock.forward(minutes=61)
    found = steps(cast, clock, bag.cycle)
    expired = {label for label, one in found.items() if one["state"] == "expired"}
    assert expired == {"Premedication", "Pump programmed", "Pre-infusion checklist"}
    assert "answer again" in found["Pre-infusion checklist"]["text"]
    assert found["Pre-infusion checklist"]["url"].endswith("/pre-infusion/")
    assert found["Pump read back by another person"]["state"] == "todo"


@pytest.mark.hazard("HZ-07")
@pytest.mark.parametrize(
    "dose, minutes, state, code",
    [
        (200, 75, "problem", "premedication.other"),
        (20, 30, "waiting", "premedication.too_late"),
        (20, 60, "done", None),
        (20, 90, "done", None),
        (20, 91, "expired", "premedication.too_early"),
    ],
)
def test_the_tick_of_premedication_is_the_judgement_of_the_start(
    cast, clock, dose, minutes, state, code
):
    cycle = signed(cast, clock)
    given(cast, clock, cycle, dose)
    clock.forward(minutes=minutes)
    assert states(cast, clock, cycle)["Premedication"] == state
    stop = premedications_before(cycle, Decimal(9), clock.now)[0].stop
    assert (stop.code if stop else None) == code
    bag = at_the_ward(cast, clock, cycle)
    refused = {c for c in start_codes(cast, clock, bag) if c.startswith("premedication")}
    assert refused == ({code} if code else set())


def test_premedication_says_drug_dose_route_and_when(cast, clock):
    cycle = signed(cast, clock)
    type(cycle).objects.filter(pk=cycle.pk).update(planned_start=clock.now + timedelta(hours=4))
    text = steps(cast, clock, cycle)["Premedication"]["text"]
    assert "Dexamethasone 20 mg IV" in text
    assert "60 to 90 min before" in text
    assert "from Today 12:30 to Today 13:00 for Today 14:00" in text


def test_a_dose_that_will_not_count_at_the_planned_start_says_so(cast, clock):
    cycle = signed(cast, clock)
    later = clock.now + timedelta(hours=4)
    type(cycle).objects.filter(pk=cycle.pk).update(planned_start=later)
    given(cast, clock, cycle)
    clock.forward(minutes=70)
    step = steps(cast, clock, cycle)["Premedication"]
    assert step["state"] == "done"
    assert "counts until Today 11:30, before the planned Today 14:00" in step["text"]


def test_a_dose_that_acts_too_short_says_from_when_it_counts(cast, clock):
    cycle = signed(cast, clock)
    given(cast, clock, cycle)
    clock.forward(minutes=30)
    text = steps(cast, clock, cycle)["Premedication"]["text"]
    assert "counts from" in text and "11:00" in text


def test_who_entered_the_program_is_not_led_to_the_reading(cast, clock):
    bag = at_the_ward(cast, clock, signed(cast, clock))
    numbers = {"rate_ml_per_h": bag.rate_ml_per_h, "volume_ml": bag.infused_ml}
    numbers["duration_h"] = Decimal(bag.bag_hours)
    enter_program(bag=bag, pump_serial="P-1", by=cast.nadia, at=clock.now, **numbers)
    label = "Pump read back by another person"
    mine, other = steps(cast, clock, bag.cycle)[label], steps(cast, clock, bag.cycle, cast.ines)
    assert "read-back" not in mine["url"] and "other than you" in mine["text"]
    assert "read-back" in other[label]["url"]
    doctor = steps(cast, clock, bag.cycle, cast.olga)[label]
    assert doctor["url"] == "" and "Second nurse or pharmacist" in doctor["text"]


def test_an_unsigned_list_says_how_far_it_is(cast, clock, sign_in):
    bag = at_the_ward(cast, clock, signed(cast, clock))
    page = reverse("infusions:pre_infusion", args=[bag.uuid])
    sign_in(cast.nadia).post(page, {"idempotency_key": "9d0f4a24-3b7c-4c5b-8a77-0c4c1b0e6f11"})
    step = steps(cast, clock, bag.cycle)["Pre-infusion checklist"]
    assert (step["state"], step["text"]) == ("todo", "0 of 14 answered, not signed")


def test_the_chart_shows_the_steps_with_their_links(cast, clock, sign_in):
    bag = ready_to_start(cast, clock)
    clock.forward(minutes=61)
    chart = reverse("dashboards:chart", args=[bag.cycle.patient.uuid])
    text = sign_in(cast.nadia).get(chart).content.decode()
    assert "Answers older than 60 minutes: answer again." in text
    assert 'class="step is-expired"' in text
    assert reverse("infusions:pre_infusion", args=[bag.uuid]) in text


def test_each_question_is_for_the_bag_and_what_is_due(cast, clock):
    cycle = signed(cast, clock)
    bag = at_the_ward(cast, clock, cycle)
    assert checked(cast, clock, bag).facts == {"code": bag.code, "premedication_due": True}
