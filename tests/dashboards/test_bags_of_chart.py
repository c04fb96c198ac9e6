"""The chart shows every bag of a cycle, also those that hung before the plan was changed."""

import pytest
from django.urls import reverse

from dashboards.bags import bag_rows
from infusions.actions.bags import discard_bag
from infusions.actions.reflow import accept_change
from infusions.actions.reports import interrupt_infusion
from infusions.actions.runs import resume_infusion
from infusions.queries import planned_changes
from infusions.reflows.diff import reflow_of
from tests.infusions.planning import made
from tests.infusions.pump_failure import at, on_the_seven_day_bag
from tests.infusions.running import running
from tests.infusions.test_interrupt_resume import resuming
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("templates_loaded")


@pytest.fixture
def reflowed(cast, clock):
    """Seven bags hung by the first plan; then a stop, a restart and an accepted change."""
    cycle = on_the_seven_day_bag(cast, clock)
    clock.set(at(21, "02:00"))
    stop = {"occurred_at": at(21, "01:55"), "cause": "pump"}
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now, **stop)
    clock.set(at(21, "04:40"))
    cycle.refresh_from_db()
    resume_infusion(**resuming(cast, clock, cycle))
    cycle.refresh_from_db()
    shown = reflow_of(cycle, clock.now)
    facts = {"by": cast.olga, "password": PASSWORD, "statement": "yes", "at": clock.now}
    facts |= {"kind": "best", "digest": shown.digest(shown.option("best"))}
    accept_change(cycle=cycle, version=cycle.version, **facts)
    cycle.refresh_from_db()
    return cycle


def rows_of(cycle, clock):
    return bag_rows(cycle, planned_changes(cycle, clock.now))


def test_bags_of_the_plan_before_stay_and_are_marked(cast, clock, reflowed, sign_in):
    rows = rows_of(reflowed, clock)
    assert [row.n for row in rows] == list(range(1, len(rows) + 1))
    assert {bag.pk for bag in reflowed.bags.all()} == {row.bag.pk for row in rows if row.bag}
    marked = [row.n for row in rows if row.old_plan]
    assert marked[:6] == [1, 2, 3, 4, 5, 6]
    assert rows[-1].bag is None and rows[-1].old_plan is None
    chart = reverse("dashboards:chart", args=[reflowed.patient.uuid])
    shown = sign_in(cast.nadia).get(chart).content.decode()
    for bag in reflowed.bags.all():
        assert f'· <span class="code">{bag.code}</span>' in shown
    assert "of the earlier plan of" in shown


def test_a_discarded_bag_stays_beside_the_one_made_for_it(cast, clock):
    first = made(cast, clock)
    discard_bag(bag=first, reason="leaked", by=cast.farid, at=clock.now)
    second = made(cast, clock, cycle=first.cycle)
    rows = rows_of(first.cycle, clock)
    assert [(row.n, row.bag) for row in rows[:2]] == [(1, first), (1, second)]
    assert rows[0].is_waste and rows[0].hangs_at is None
    assert rows[1].hangs_at is not None


def test_the_running_bag_and_the_planned_ones_follow_each_other(cast, clock):
    cycle = running(cast, clock)
    rows = rows_of(cycle, clock)
    assert rows[0].is_running and rows[0].hangs_at == cycle.current_bag.hung_at
    assert rows[1].bag is None
    assert rows[1].hangs_at == rows[0].until
