"""Whatever was recorded for a patient can be reached on the flowsheet, in every cycle."""

from datetime import timedelta

import pytest
from django.urls import reverse

from infusions.models import Cycle
from monitoring.models import NeuroCheck, VitalSigns
from monitoring.periods import period_of
from tests.infusions.running import running

pytestmark = pytest.mark.usefixtures("templates_loaded")
ZONE = "America/New_York"


def recorded(cast, cycle, at, temperature="36.6") -> VitalSigns:
    return VitalSigns.objects.create(
        cycle=cycle,
        measured_at=at,
        temperature_c=temperature,
        recorded_by=cast.nadia,
        recorded_at=at,
    )


@pytest.fixture
def cycle(cast, clock) -> Cycle:
    return running(cast, clock)


def page(client, cycle, **asked) -> str:
    return client.get(reverse("monitoring:flowsheet", args=[cycle.uuid]), asked).content.decode()


def test_a_cycle_of_long_ago_shows_all_it_holds(cast, clock, sign_in, cycle):
    recorded(cast, cycle, clock.now, "38.1")
    recorded(cast, cycle, clock.forward(days=27), "37.9")
    Cycle.objects.filter(pk=cycle.pk).update(state="ended", ended_at=clock.forward(days=1))
    clock.forward(days=300)
    client = sign_in(cast.nadia)
    shown = page(client, cycle, range="cycle")
    assert "38.1" in shown and "37.9" in shown
    assert "37.9" in page(client, cycle) and "38.1" not in page(client, cycle)


def test_every_cycle_of_the_patient_is_one_link_away(cast, clock, sign_in, cycle):
    Cycle.objects.filter(pk=cycle.pk).update(state="ended", ended_at=clock.forward(days=28))
    second = Cycle.objects.get(pk=cycle.pk)
    second.pk, second.number, second._state.adding = None, 2, True
    second.uuid = "11111111-1111-4111-8111-111111111111"
    second.current_bag = None
    second.save()
    shown = page(sign_in(cast.nadia), second)
    assert f"{reverse('monitoring:flowsheet', args=[cycle.uuid])}?range=cycle" in shown
    assert "Cycle 1" in shown and "Cycle 2" in shown


def test_days_are_days_of_the_site(cast, clock, sign_in, cycle):
    recorded(cast, cycle, clock.set(clock.now.replace(day=10, hour=4)), "38.2")  # 9 Jan, 23:00
    recorded(cast, cycle, clock.forward(hours=2), "38.3")
    client = sign_in(cast.nadia)
    one_day = {"range": "days", "from": "2027-01-09", "to": "2027-01-09"}
    assert "38.2" in page(client, cycle, **one_day)
    assert "38.3" not in page(client, cycle, **one_day)
    assert "38.3" in page(client, cycle, **{**one_day, "to": "2027-01-10"})
    assert "38.3" in page(client, cycle, **{**one_day, "from": "2027-01-10", "to": "2027-01-09"})


@pytest.mark.parametrize(
    ("asked", "key", "hours"),
    [
        ({}, "72", 72),
        ({"range": "24"}, "24", 24),
        ({"range": "soon"}, "72", 72),
        ({"range": "days", "from": "yesterday"}, "72", 72),
        ({"range": "days", "from": "2027-01-05"}, "days", 24),
        ({"range": "days", "from": "2027-01-05", "to": "2027-01-07"}, "days", 72),
    ],
)
def test_what_is_asked(clock, cycle, asked, key, hours):
    found = period_of(cycle, asked, at=clock.forward(days=4), zone=ZONE)
    assert (found.key, found.hours) == (key, hours)


def test_the_whole_cycle_begins_with_what_was_observed_before_its_start(cast, clock, cycle):
    early = cycle.started_at - timedelta(hours=5)
    NeuroCheck.objects.create(
        cycle=cycle,
        checked_at=early,
        alertness="usual",
        orientation="usual",
        speech="usual",
        handwriting="usual",
        tremor_or_seizure="usual",
        recorded_by=cast.nadia,
        recorded_at=early,
    )
    found = period_of(cycle, {"range": "cycle"}, at=clock.now, zone=ZONE)
    assert found.since == early


def test_an_empty_time_leads_to_the_whole_cycle(cast, clock, sign_in, cycle):
    recorded(cast, cycle, clock.now, "38.1")
    clock.forward(days=20)
    shown = page(sign_in(cast.nadia), cycle)
    assert "Nothing recorded in this time" in shown
    assert "Show the whole cycle" in shown
