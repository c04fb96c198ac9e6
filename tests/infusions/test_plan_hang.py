"""The next bag at another time and of another length while one runs: journey 5, choice A."""

from datetime import timedelta

import pytest
from django.urls import reverse

from infusions.actions.plans import accept_plan
from infusions.models import BagPlan
from infusions.plans.planning import Wish
from infusions.plans.proposals import shown_of
from infusions.plans.wishes import WhatIf
from tests.infusions.friday import at, friday_afternoon
from tests.infusions.pump_failure import hang_planned
from tests.people import PASSWORD

FRIDAY = "2027-01-15T16:45"


@pytest.fixture
def running(cast, clock, templates_loaded):
    return friday_afternoon(cast, clock)


@pytest.fixture
def see(cast, running, sign_in):
    client, address = sign_in(cast.farid), reverse("infusions:plan", args=[running.uuid])
    return lambda query="": client.get(address + query, follow=True)


def lengths(page) -> dict:
    return {row["bag"].hours: row["bag"] for row in page.context["next_bags"]["lengths"]}


def said(page) -> str:
    return " ".join(stop.message for stop in page.context["stops"])


def test_72_h_last_to_a_holiday_and_96_h_to_the_day_after(see):
    page = see(f"?hang={FRIDAY}&length=72&leaves={FRIDAY}&tie=1")
    found = lengths(page)
    assert found[72].ends == at(18, 16, 45)
    assert (found[72].is_holiday, found[96].is_holiday) == (True, False)
    assert found[96].ends == at(19, 16, 45)
    assert any("Mon 18 Jan 16:45, is on a holiday" in note for note in page.context["notes"])
    other = see(f"?hang={FRIDAY}&length=96&leaves={FRIDAY}&tie=1")
    assert not any("18 Jan" in note for note in other.context["notes"])
    assert f"{other.context['rows'][0].ends_local:%a %d %H:%M}" == "Tue 19 16:45"


def test_the_rest_of_the_running_bag_is_the_price(see):
    left = see(f"?hang={FRIDAY}&length=96&leaves={FRIDAY}").context["next_bags"]["left"]
    assert left.span == timedelta(hours=16, minutes=15)
    assert str(left.drug_mcg) == "18.96"


def test_every_later_change_moves_to_the_time_of_the_hang(see):
    page = see(f"?hang={FRIDAY}&length=96&leaves={FRIDAY}")
    ends = [row.ends_local for row in page.context["rows"]]
    assert {f"{end:%H:%M}" for end in ends[:-1]} == {"16:45"}
    assert f"{ends[-1]:%a %d %b %H:%M}" == "Tue 09 Feb 09:00"  # the end of the cycle stays
    assert page.context["rows"][0].n == 3


def test_staying_until_the_planned_change_is_a_what_if_too(see):
    page = see("?leaves=2027-01-19T09:00&tie=1")
    assert page.status_code == 200
    settings = [row.setting for row in page.context["rows"]]
    assert settings[0] == "inpatient"
    assert page.context["shown"].case.home_from_minute == 7 * 24 * 60


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("hang=2027-01-15T12:00", "That time is past"),
        ("hang=2027-01-16T09:30", "is over on Sat 16 Jan 09:00"),
        (f"hang={FRIDAY}&length=72", "Bag 3 may not cross the discharge on Sat 16 Jan 09:00"),
        ("hang=soon", "Give the date and time"),
        ("leaves=2027-01-14T09:00", "Going home lies before the start, or is past"),
        (f"hang={FRIDAY}&length=120&leaves={FRIDAY}", "A 120 h bag is not offered on Fri 15 Jan"),
    ],
)
def test_what_cannot_be_is_refused_and_named(see, query, reason):
    page = see(f"?{query}")
    assert page.status_code == 422
    assert reason in said(page)


def test_asking_writes_no_plan(see):
    see(f"?hang={FRIDAY}&length=96&leaves={FRIDAY}")
    assert BagPlan.objects.count() == 1


def test_accepting_it_moves_the_next_change_and_going_home(cast, clock, running):
    when = at(15, 16, 45)
    what_if = WhatIf(Wish(leaves=when), hang=when, length=96)
    shown = shown_of(running, what_if, clock.now)
    plan = accept_plan(
        cycle=running,
        what_if=what_if,
        digest=shown.digest,
        by=cast.farid,
        password=PASSWORD,
        statement="yes",
        at=clock.now,
    )
    running.refresh_from_db()
    assert running.next_change_at == when
    assert running.home_from_hour == 79
    assert plan.bags.order_by("n").first().n == 3
    assert running.change_waiting is None
    assert running.covered_until == when  # no bag is made for it yet
    hang_planned(cast, clock, running, 3, when)
    assert running.next_change_at == at(19, 16, 45)


def test_what_was_typed_stays_when_it_is_refused(see):
    wish = see("?hang=2027-01-16T09:30&length=96&ward=48&tie=1").context["wish"]
    found = (wish["hang"].value(), wish["length"].value(), wish["ward"].value())
    assert found == ("2027-01-16T09:30", "96", "48")
