"""While an infusion is stopped: what a restart now, or at a time, would do. Nothing is stored."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from infusions.actions.bags import discard_bag
from infusions.actions.reports import interrupt_infusion
from infusions.reflows.diff import reflow_of
from infusions.reflows.words import way_of
from tests.infusions.planning import made
from tests.infusions.pump_failure import at, on_the_seven_day_bag
from tests.rows import all_rows

pytestmark = pytest.mark.usefixtures("templates_loaded")


@pytest.fixture
def stopped(cast, clock):
    """At home on the 7-day bag; stopped Thu 21 Jan 02:00, now it is 02:10."""
    cycle = on_the_seven_day_bag(cast, clock)
    clock.set(at(21, "02:00"))
    facts = {"occurred_at": clock.now, "cause": "pump", "at": clock.now}
    interrupt_infusion(cycle=cycle, by=cast.nadia, **facts)
    clock.set(at(21, "02:10"))
    cycle.refresh_from_db()
    assert cycle.change_waiting is None
    return cycle


@pytest.fixture
def see(cast, stopped, sign_in):
    client, address = sign_in(cast.carla), reverse("infusions:reflow", args=[stopped.uuid])
    return lambda query="": client.get(address + query)


def test_the_chart_leads_there_though_no_change_waits(cast, stopped, sign_in):
    chart = reverse("dashboards:chart", args=[stopped.patient.uuid])
    page = sign_in(cast.carla).get(chart).content.decode()
    assert reverse("infusions:reflow", args=[stopped.uuid]) in page
    assert "What a restart does to the plan" in page


def test_now_and_later_differ_by_the_time_between(see):
    now, later = (see(query).context["reflow"] for query in ("", "?resume=2027-01-21T04:40"))
    assert now.new_end == at(1, "10:10", 2)
    assert later.new_end == at(1, "12:40", 2)
    assert later.behind_minutes - now.behind_minutes == 150
    assert later.running.undelivered_minutes == 160  # the bag expires Wed 27 Jan 10:00


def test_the_page_says_for_when_and_offers_no_signature(see):
    page = see("?resume=2027-01-21T04:40")
    said = page.content.decode()
    assert "if the bag that hung went on Thu 21 Jan 04:40" in said
    assert "form" not in page.context
    assert "&amp;resume=2027-01-21T04%3A40" in said  # a way on keeps the time


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("2027-01-21T02:00", "That time is past"), ("soon", "Give the date and time")],
)
def test_a_time_that_cannot_be_is_refused_and_kept(see, typed, reason):
    page = see(f"?resume={typed}")
    assert page.status_code == 422
    assert reason in page.content.decode()
    assert f'value="{typed}"' in page.content.decode()


def test_a_running_infusion_takes_no_restart(cast, clock):
    cycle = on_the_seven_day_bag(cast, clock)
    plain, asked = (
        reflow_of(cycle, clock.now, resume=resume)
        for resume in (None, clock.now + timedelta(hours=3))
    )
    assert asked.reflow == plain.reflow


def test_looking_stores_nothing_but_that_the_chart_was_read(see):
    see()
    before = all_rows()
    for query in ("", "?resume=2027-01-21T04:40", "?way=best", "?resume=past"):
        see(query)
    assert all_rows() == before


def test_a_lost_bag_is_to_be_made_again(cast, clock, stopped, see):
    bag = made(cast, clock, cycle=stopped, n=8)
    assert see().context["to_make"] == 0
    discard_bag(bag=bag, reason="leak", by=cast.farid, at=clock.now)
    page = see("?way=end_short")
    assert page.context["to_make"] == 1
    row = next(row for row in page.context["rows"] if row["change"].old_n == 8)
    assert "to make" in [word["text"] for word in row["words"]]


def test_two_ways_of_one_kind_have_names_and_times_of_their_own(cast, clock, stopped):
    """Changing the running bag early can be done at more than one time."""
    shown = reflow_of(stopped, clock.now)
    first = replace(shown.reflow.options[0], kind="change_early", start=at(22, "10:00"))
    other = replace(first, start=at(25, "10:00"))
    both = replace(shown, reflow=replace(shown.reflow, options=(first, other)))
    assert list(both.ways) == ["change_early", "change_early-2"]
    assert both.option("change_early-2") is other
    assert both.option("") is first
    assert both.option("delay") is None
    words = [way_of(one) for one in both.ways.values()]
    assert "Fri 22 Jan 10:00" in words[0]
    assert "Mon 25 Jan 10:00" in words[1]
