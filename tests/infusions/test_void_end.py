"""An end that never happened: what it closed is open again for everybody."""

from datetime import timedelta

import pytest

from infusions.actions.corrections import correct_event
from infusions.actions.runs import end_infusion
from infusions.models import Bag
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.handoffs.offers import make_offer
from tests.infusions.planning import made, planned
from tests.infusions.running import running
from tests.infusions.test_interrupt_resume import stopped
from tests.infusions.test_ledger import ending
from visits.actions import accept_visit, schedule_visit

pytestmark = pytest.mark.usefixtures("templates_loaded")


def waiting() -> set:
    """Without `plan_change`: whether the plan has to change is found anew at each event."""
    rows = Reminder.objects.filter(state__in=["waiting", "raised"]).exclude(kind="plan_change")
    return set(rows.values_list("kind", "subject", "due_at"))


def discontinued(cast, clock, cycle):
    """Ended in error by the oncologist an hour later."""
    clock.forward(hours=1)
    why = {"by": cast.olga, "reason": "the wrong patient's page"}
    return end_infusion(**ending(cast, clock, cycle, **why))


def void(cast, clock, event):
    facts = {"by": cast.nadia, "reason": "other patient", "void": True, "at": clock.now}
    return correct_event(event=event, **facts)


def test_the_needs_of_the_run_come_back_as_they_were(cast, clock):
    cycle = running(cast, clock)
    before = waiting()
    assert {"bag_change", "cycle_end", "step_dose", "bag_needed"} <= {kind for kind, *_ in before}
    end = discontinued(cast, clock, cycle)
    assert not waiting()
    void(cast, clock, end)
    assert waiting() == before
    cycle.refresh_from_db()
    assert (cycle.state, cycle.current_bag.state, cycle.end_reason) == ("running", "hung", "")


def test_a_stopped_run_is_stopped_again_with_its_clock(cast, clock):
    cycle = stopped(cast, clock)
    before = {one for one in waiting() if one[0] != "bag_needed"}
    end = discontinued(cast, clock, cycle)
    void(cast, clock, end)
    assert {one for one in waiting() if one[0] != "bag_needed"} == before
    assert "bag_needed" in {kind for kind, *_ in waiting()}


def test_a_made_bag_is_checked_after_all(cast, clock):
    cycle = running(cast, clock)
    bag = made(cast, clock, cycle=cycle, n=2)
    end = discontinued(cast, clock, cycle)
    assert "bag_to_check" not in {kind for kind, *_ in waiting()}
    void(cast, clock, end)
    subjects = {subject for kind, subject, _due in waiting() if kind == "bag_to_check"}
    assert subjects == {f"infusions.bag:{bag.uuid}"}
    assert Bag.objects.get(pk=bag.pk).state == "made"


def test_visits_and_handoffs_are_asked_for_again(cast, clock):
    cycle = running(cast, clock)
    visit = schedule_visit(
        cycle=cycle,
        purpose="check",
        window_from=clock.now + timedelta(hours=20),
        window_to=clock.now + timedelta(hours=21),
        nurse=cast.hugo,
        by=cast.carla,
        at=clock.now,
    )
    accept_visit(visit=visit, by=cast.hugo, at=clock.now)
    cycle.refresh_from_db()
    make_offer(cast, cycle)
    before = waiting()
    assert {"visit_upcoming", "handoff_open"} <= {kind for kind, *_ in before}
    cycle.refresh_from_db()
    end = discontinued(cast, clock, cycle)
    void(cast, clock, end)
    assert waiting() == before


def test_ending_and_taking_back_twice_gives_one_reminder_each(cast, clock):
    cycle = running(cast, clock)
    before = waiting()
    for _time in range(2):
        void(cast, clock, discontinued(cast, clock, cycle))
        cycle.refresh_from_db()
    assert waiting() == before


def test_an_end_stays_while_the_next_cycle_is_planned(cast, clock):
    cycle = running(cast, clock)
    end = discontinued(cast, clock, cycle)
    planned(cast, clock, patient=cycle.patient, planned_start=clock.now + timedelta(days=20))
    with pytest.raises(HardStop) as caught:
        void(cast, clock, end)
    assert caught.value.stops[0].code == "cycle.already_open"
