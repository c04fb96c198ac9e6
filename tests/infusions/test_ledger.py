from datetime import timedelta

import pytest
from django.urls import reverse

from dashboards.facts import Facts
from infusions.actions.corrections import correct_event
from infusions.actions.reports import interrupt_infusion
from infusions.actions.runs import change_bag, end_infusion
from infusions.models import Cycle
from infusions.reflows.diff import reflow_of
from infusions.tasks import verify_states
from protocol.stops import HardStop
from tests.infusions.running import changed_until, hang, ready, running
from tests.infusions.test_interrupt_resume import stopped
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("templates_loaded")


def test_a_bag_change_finishes_the_first_bag(cast, clock):
    cycle = running(cast, clock)
    first = cycle.current_bag
    clock.set(cycle.next_change_at)
    second = ready(cast, clock, cycle, n=2)
    change_bag(**hang(cast, clock, second))
    first.refresh_from_db()
    cycle.refresh_from_db()
    assert (first.state, cycle.current_bag) == ("finished", second)


def test_a_bag_of_the_higher_dose_waits_for_the_step(cast, clock):
    cycle = running(cast, clock)
    step = cycle.plans.get(is_current=True).bags.get(minute=168 * 60)
    changed_until(cast, clock, cycle, step.n)
    clock.set(cycle.next_change_at - timedelta(hours=8))
    bag = ready(cast, clock, cycle, n=step.n)
    with pytest.raises(HardStop) as refused:
        change_bag(**hang(cast, clock, bag))
    assert "bag.dose_too_early" in {stop.code for stop in refused.value.stops}


def test_an_earlier_stop_time_changes_what_was_infused(cast, clock):
    cycle = stopped(cast, clock)
    event = cycle.events.get(kind="interrupted")
    earlier = event.occurred_at - timedelta(hours=2)
    correct_event(event=event, by=cast.nadia, reason="read", occurred_at=earlier, at=clock.now)
    cycle.refresh_from_db()
    assert cycle.delivered_s == 8 * 3600
    assert cycle.events.count() == 3


def test_a_stop_that_never_happened_is_taken_back(cast, clock):
    cycle = stopped(cast, clock)
    event = cycle.events.get(kind="interrupted")
    correct_event(event=event, by=cast.nadia, reason="wrong patient", void=True, at=clock.now)
    cycle.refresh_from_db()
    assert (cycle.state, cycle.stopped_at) == ("running", None)


def test_a_correction_that_cannot_be_true_is_refused(cast, clock):
    cycle = stopped(cast, clock)
    event = cycle.events.get(kind="started")
    with pytest.raises(HardStop, match="cannot follow"):
        correct_event(event=event, by=cast.nadia, reason="x", void=True, at=clock.now)


def ending(cast, clock, cycle, **changes):
    facts = {"cycle": cycle, "by": cast.nadia, "password": PASSWORD, "at": clock.now}
    return {**facts, "occurred_at": clock.now, "line_flushed": False, **changes}


def test_the_cycle_ends_at_672_hours_and_not_before(cast, clock):
    cycle = running(cast, clock)
    clock.forward(hours=671)
    with pytest.raises(HardStop, match="1 h 0 min"):
        end_infusion(**ending(cast, clock, cycle))
    clock.forward(hours=1)
    end_infusion(**ending(cast, clock, cycle))
    cycle.refresh_from_db()
    assert (cycle.state, cycle.ended_at) == ("ended", clock.now)


def test_the_oncologist_discontinues_with_a_reason(cast, clock):
    cycle = running(cast, clock)
    clock.forward(hours=5)
    with pytest.raises(HardStop, match="Say why"):
        end_infusion(**ending(cast, clock, cycle, by=cast.olga))
    end_infusion(**ending(cast, clock, cycle, by=cast.olga, reason="progression"))
    cycle.refresh_from_db()
    assert (cycle.state, cycle.end_reason) == ("discontinued", "progression")


def test_a_row_that_differs_from_its_ledger_raises_the_alarm(cast, clock):
    cycle = running(cast, clock)
    assert verify_states() == 0
    Cycle.objects.filter(pk=cycle.pk).update(delivered_s=9)
    assert verify_states() == 1


@pytest.mark.parametrize(
    "name", ["resume", "change_bag", "interrupt", "end", "medication", "events"]
)
def test_every_page_of_a_stopped_run_opens(cast, clock, sign_in, name):
    cycle = stopped(cast, clock)
    page = reverse(f"infusions:{name}", args=[cycle.uuid])
    assert sign_in(cast.nadia).get(page).status_code == 200


def test_the_ledger_shows_the_corrected_entry(cast, clock, sign_in):
    cycle = stopped(cast, clock)
    event = cycle.events.get(kind="interrupted")
    correct_event(event=event, by=cast.nadia, reason="mistyped", void=True, at=clock.now)
    page = reverse("infusions:events", args=[cycle.uuid])
    body = sign_in(cast.nadia).get(page).content.decode()
    assert 'class="is-corrected"' in body
    assert "mistyped" in body


def test_a_bag_that_ran_empty_is_a_stop_first(cast, clock):
    cycle = running(cast, clock)
    first = cycle.current_bag
    clock.forward(hours=first.bag_hours - 1)
    second = ready(cast, clock, cycle, n=2)
    clock.forward(hours=6)
    assert Facts(cycle, clock.now).delivered_s == first.bag_hours * 3600
    with pytest.raises(HardStop, match="ran empty.*Record the stop at that time first"):
        change_bag(**hang(cast, clock, second))
    interrupt_infusion(
        cycle=cycle,
        by=cast.nadia,
        at=clock.now,
        occurred_at=clock.now - timedelta(hours=5),
        cause="bag_empty",
    )
    cycle.refresh_from_db()
    assert (cycle.state, cycle.delivered_s) == ("interrupted", first.bag_hours * 3600)


def test_a_run_that_began_in_mid_minute_is_planned_from_whole_bags(cast, clock):
    clock.forward(minutes=56 / 60)
    cycle = running(cast, clock)
    shown = reflow_of(cycle, cycle.next_change_at)
    assert shown.json["delivered_minutes"] == cycle.current_bag.planned.runs_minutes
