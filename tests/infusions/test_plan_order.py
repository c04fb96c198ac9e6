"""The plan follows the signed order, whatever the label set or the plan in force say."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from infusions import queries, values
from infusions.actions.cycles import sign_order
from infusions.models import PlannedBag
from infusions.plans import order_words
from protocol.stops import HardStop, Stop
from tests.infusions.planning import planned
from tests.people import PASSWORD


@pytest.fixture
def cycle(cast, clock):
    """Planned by the label set: 9, then 28 mcg/day."""
    return planned(cast, clock, planned_start=clock.now, home_from_hour=216)


@pytest.fixture
def signed(cast, clock, cycle):
    order = cycle.orders.get()
    sign_order(order=order, by=cast.olga, password=PASSWORD, statement="yes", at=clock.now)
    cycle.refresh_from_db()
    return cycle


@pytest.fixture
def label_of_one_dose(signed, monkeypatch):
    """After the signature the label set gives the first dose for the whole cycle."""
    first = values.steps_from_label(signed)[0]
    one = (replace(first, to_hour=672),)
    monkeypatch.setattr(values, "steps_from_label", lambda cycle, body=None: one)
    return signed


def see(cast, sign_in, cycle, query=""):
    address = reverse("infusions:plan", args=[cycle.uuid])
    return sign_in(cast.farid).get(address + query)


def test_nothing_is_said_while_order_label_and_plan_agree(cast, signed, sign_in):
    page = see(cast, sign_in, signed)
    assert page.context["order_notes"] == []
    assert "data-order-note" not in page.content.decode()


def test_nothing_is_said_before_a_signature(cast, cycle, sign_in):
    assert see(cast, sign_in, cycle).context["order_notes"] == []


def test_the_plan_follows_the_signed_order_and_the_difference_is_said(
    cast, label_of_one_dose, sign_in
):
    page = see(cast, sign_in, label_of_one_dose, "?tie=1")
    assert {row.step.mcg_per_day for row in page.context["rows"]} == {9, 28}
    assert page.context["shown"].json["dose_step_hours"] == [168]
    said = page.content.decode()
    assert (
        "The signed order says 9 mcg/day from hour 0 to 168; the label set says 9 mcg/day from"
        " hour 0 to 672. The signed order counts."
    ) in said
    assert "says 28 mcg/day from hour 168 to 672; the label set says nothing more" in said


def test_the_step_of_the_order_is_the_one_that_is_told(signed, monkeypatch):
    """Reminders and what-ifs count to the signed step, not to one of a changed label set."""
    monkeypatch.setattr(queries, "step_hours", lambda *asked: (), raising=False)
    assert queries.next_step_after(signed, timedelta(0)) == timedelta(hours=168)
    assert queries.next_step_after(signed, timedelta(hours=168)) is None


def test_bags_planned_for_another_dose_are_named(cast, signed, sign_in):
    PlannedBag.objects.filter(plan__cycle=signed, n__in=[2, 3]).update(dose_mcg_per_day=28)
    notes = see(cast, sign_in, signed).context["order_notes"]
    assert "bags 2, 3 were planned for another dose than the signed one" in notes[0]


def test_a_label_that_gives_no_dose_any_more_is_said_with_its_reason(signed, monkeypatch):
    def withdrawn(cycle, body=None):
        raise HardStop(Stop("label.row", "Row rr-1 was withdrawn."))

    monkeypatch.setattr(values, "steps_from_label", withdrawn)
    (note,) = order_words.order_notes(signed)
    assert "Row rr-1 was withdrawn. The signed order counts." in note
