"""Restarting with another bag, and the premedication before a dose step."""

from datetime import timedelta

import pytest

from infusions.actions.reports import interrupt_infusion
from infusions.actions.runs import change_bag, resume_infusion
from protocol.stops import HardStop
from tests.infusions.running import (
    at_the_ward,
    changed_until,
    hang,
    premedicated,
    ready,
    running,
)
from tests.infusions.test_interrupt_resume import resuming, stopped

pytestmark = pytest.mark.usefixtures("templates_loaded")


def with_bag(cast, clock, cycle, bag):
    facts = {"bag_code": bag.code, "rate_ml_per_h": bag.rate_ml_per_h}
    return resuming(cast, clock, cycle, **facts)


def test_a_restart_with_another_bag_finishes_the_first(cast, clock):
    cycle = stopped(cast, clock)
    first = cycle.current_bag
    clock.forward(hours=1)
    bag = ready(cast, clock, cycle, n=2)
    event = resume_infusion(**with_bag(cast, clock, cycle, bag))
    first.refresh_from_db()
    cycle.refresh_from_db()
    assert (first.state, cycle.current_bag) == ("finished", bag)
    assert event.program.agreed and event.checklist is not None
    assert cycle.delivered_s == 10 * 3600


def test_a_restart_with_an_unchecked_bag_is_refused(cast, clock):
    cycle = stopped(cast, clock)
    bag = at_the_ward(cast, clock, cycle, n=2)
    with pytest.raises(HardStop) as refused:
        resume_infusion(**with_bag(cast, clock, cycle, bag))
    codes = {stop.code for stop in refused.value.stops}
    assert "pump.not_entered" in codes
    assert any(code.startswith("checklist.") for code in codes)


def before_the_step(cast, clock):
    """The bag of the higher dose, ready an hour before the step."""
    cycle = running(cast, clock)
    step = cycle.plans.get(is_current=True).bags.get(minute=168 * 60)
    changed_until(cast, clock, cycle, step.n)
    clock.set(cycle.next_change_at - timedelta(hours=1))
    return ready(cast, clock, cycle, n=step.n)


def test_a_dose_step_without_premedication_is_refused(cast, clock):
    bag = before_the_step(cast, clock)
    clock.forward(hours=1)
    with pytest.raises(HardStop) as refused:
        change_bag(**hang(cast, clock, bag))
    assert {stop.code for stop in refused.value.stops} == {"premedication.missing"}


def test_a_dose_step_after_premedication_runs(cast, clock):
    bag = before_the_step(cast, clock)
    premedicated(cast, clock, bag.cycle, before="step")
    clock.forward(hours=1)
    change_bag(**hang(cast, clock, bag))
    bag.cycle.refresh_from_db()
    assert bag.cycle.dose_mcg_per_day == bag.dose_mcg_per_day
    assert bag.cycle.current_bag == bag


def test_a_restart_at_the_step_asks_for_its_premedication(cast, clock):
    bag = before_the_step(cast, clock)
    clock.forward(hours=1)
    interrupt_infusion(cycle=bag.cycle, by=cast.nadia, at=clock.now, cause="bag_empty")
    clock.forward(minutes=20)
    bag.cycle.refresh_from_db()
    with pytest.raises(HardStop) as refused:
        resume_infusion(**with_bag(cast, clock, bag.cycle, bag))
    assert "premedication.missing" in {stop.code for stop in refused.value.stops}
