"""A wrong plan is taken back with a reason and made anew."""

import pytest
from django.urls import reverse

from infusions.actions.bags import discard_bag
from infusions.actions.plan_corrections import take_plan_back
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.planning import made, planned, signed
from tests.infusions.running import running

pytestmark = pytest.mark.usefixtures("templates_loaded")


def back(cast, clock, cycle, **told):
    facts = {"by": cast.carla, "at": clock.now, "correction_reason": "weight of another patient"}
    return take_plan_back(cycle=cycle, **{**facts, **told})


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def test_the_same_cycle_is_planned_again_and_the_first_plan_stays(cast, clock):
    first = planned(cast, clock)
    back(cast, clock, first)
    again = planned(cast, clock, patient=first.patient, indication="mrd")
    first.refresh_from_db()
    assert (first.state, first.end_reason) == ("discontinued", "weight of another patient")
    assert (again.number, again.state) == (1, "planned")
    assert first.plans.get().bags.exists()


def test_nobody_is_asked_about_it_any_more(cast, clock):
    back(cast, clock, planned(cast, clock))
    assert not Reminder.objects.filter(state__in=["waiting", "raised"]).exists()


def test_a_signed_order_is_taken_back_by_a_prescriber_only(cast, clock):
    cycle = signed(cast, clock)
    assert refusal(lambda: back(cast, clock, cycle)) == "plan.signed"
    assert back(cast, clock, cycle, by=cast.olga).state == "discontinued"


def test_an_order_with_a_bag_is_not_taken_back_before_that_is_discarded(cast, clock):
    bag = made(cast, clock)
    facts = {"by": cast.olga}
    assert refusal(lambda: back(cast, clock, bag.cycle, **facts)) == "plan.has_bags"
    discard_bag(bag=bag, reason="wrong order", by=cast.farid, at=clock.now)
    assert back(cast, clock, bag.cycle, **facts).state == "discontinued"


def test_a_started_cycle_and_an_empty_reason_are_refused(cast, clock):
    cycle = running(cast, clock)
    assert refusal(lambda: back(cast, clock, cycle)) == "plan.has_run"
    other = planned(cast, clock)
    no_reason = {"correction_reason": ""}
    assert refusal(lambda: back(cast, clock, other, **no_reason)) == "correction.no_reason"


def test_the_pages_take_it_back_and_show_it_struck_through(cast, clock, sign_in):
    cycle = planned(cast, clock)
    client = sign_in(cast.carla)
    chart = reverse("dashboards:chart", args=[cycle.patient.uuid])
    page = reverse("infusions:take_plan_back", args=[cycle.uuid])
    assert page in client.get(chart).content.decode()
    assert client.get(page).status_code == 200
    body = {"idempotency_key": key(), "version": cycle.version}
    assert client.post(page, body).status_code == 422
    body |= {"idempotency_key": key(), "correction_reason": "weight of another patient"}
    assert client.post(page, body).headers["Location"] == chart
    assert client.get(chart).status_code == 200
    assert client.get(reverse("infusions:plan", args=[cycle.uuid])).status_code == 200
    again = client.get(reverse("infusions:plan_cycle", args=[cycle.patient.uuid]))
    assert "Taken back by Carla Case: weight of another patient" in again.content.decode()


def test_who_may_not_take_it_back_reads_why_instead_of_a_link(cast, clock, sign_in):
    cycle = signed(cast, clock)
    chart = reverse("dashboards:chart", args=[cycle.patient.uuid])
    page = reverse("infusions:take_plan_back", args=[cycle.uuid])
    why = "The order is signed: only who may sign it takes the plan back now."
    shown = sign_in(cast.farid).get(chart).content.decode()
    assert f'href="{page}"' not in shown
    assert why in shown
    opened = sign_in(cast.farid).get(page).content.decode()
    assert why in opened and "disabled" in opened
    assert f'href="{page}"' in sign_in(cast.olga).get(chart).content.decode()


def test_a_made_bag_is_said_to_the_prescriber_before_the_page_is_opened(cast, clock, sign_in):
    cycle = made(cast, clock).cycle
    chart = reverse("dashboards:chart", args=[cycle.patient.uuid])
    shown = sign_in(cast.olga).get(chart).content.decode()
    assert reverse("infusions:take_plan_back", args=[cycle.uuid]) not in shown
    assert "A bag was made for this order. Discard it first." in shown


def test_outsiders_find_nothing_to_take_back(cast, clock, sign_in):
    page = reverse("infusions:take_plan_back", args=[planned(cast, clock).uuid])
    cast.twin_nurse.role = "case_manager"
    cast.twin_nurse.save()
    assert sign_in(cast.twin_nurse).get(page).status_code == 404
