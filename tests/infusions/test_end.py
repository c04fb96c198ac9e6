"""What follows from the end of a run: nothing of it calls anybody any more."""

from datetime import timedelta

import pytest
from django.urls import reverse

from handoffs.actions import accept_handoff
from handoffs.queries import open_handoff_of
from infusions.actions.runs import end_infusion
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.handoffs.offers import make_offer
from tests.infusions.running import running
from tests.infusions.test_ledger import ending
from tests.people import PASSWORD
from tests.visits.test_schedule import make_visit
from visits.actions import accept_visit, arrive, finish_visit
from visits.queries import open_visits

pytestmark = pytest.mark.usefixtures("templates_loaded")


def open_kinds():
    still = Reminder.objects.filter(state__in=["waiting", "raised", "acknowledged"])
    return set(still.values_list("kind", flat=True))


def discontinued(cast, clock, cycle, **changes):
    clock.forward(hours=5)
    facts = {"by": cast.olga, "reason": "progression", **changes}
    end_infusion(**ending(cast, clock, cycle, **facts))
    cycle.refresh_from_db()
    return cycle


def test_an_end_leaves_no_open_reminder(cast, clock):
    cycle = running(cast, clock)
    make_offer(cast, cycle)
    make_visit(cast, clock, cycle=cycle)
    assert {"handoff_open", "visit_to_accept", "bag_change"} <= open_kinds()
    discontinued(cast, clock, cycle)
    assert open_kinds() == set()


def test_a_handoff_is_not_answered_after_the_end(cast, clock):
    cycle = running(cast, clock)
    handoff = make_offer(cast, cycle)
    discontinued(cast, clock, cycle)
    assert open_handoff_of(cycle) is None
    facts = {"read_back": "mine", "password": PASSWORD, "by": cast.hugo, "at": clock.now}
    with pytest.raises(HardStop, match="has ended"):
        accept_handoff(handoff=handoff, **facts)


def test_the_pages_say_that_the_infusion_ended(cast, clock, sign_in):
    cycle = running(cast, clock)
    handoff, visit = make_offer(cast, cycle), make_visit(cast, clock, cycle=cycle)
    discontinued(cast, clock, cycle)
    client = sign_in(cast.hugo)
    assert "the infusion ended" in client.get(reverse("handoffs:list")).content.decode()
    asked = "The infusion ended: is it still needed?"
    assert asked in client.get(reverse("visits:list")).content.decode()
    page = client.get(reverse("handoffs:handoff", args=[handoff.uuid])).content.decode()
    assert "Nobody has to answer it" in page
    page = client.get(reverse("visits:visit", args=[visit.uuid])).content.decode()
    assert asked in page


def test_a_visit_nobody_set_out_for_waits_for_a_word(cast, clock):
    cycle = running(cast, clock)
    visit = make_visit(cast, clock, cycle=cycle)
    discontinued(cast, clock, cycle)
    assert open_visits(cast.hugo) == [visit]
    with pytest.raises(HardStop, match="The infusion has ended"):
        accept_visit(visit=visit, by=cast.hugo, at=clock.now)


def test_who_disconnected_at_home_writes_the_visit_up(cast, clock):
    cycle = running(cast, clock)
    visit = make_visit(cast, clock, cycle=cycle, purpose="disconnect")
    accept_visit(visit=visit, by=cast.hugo, at=clock.now)
    discontinued(cast, clock, cycle)
    arrive(visit=visit, by=cast.hugo, at=clock.now)
    finish_visit(visit=visit, by=cast.hugo, at=clock.now)
    assert open_visits(cast.hugo) == []


def test_a_flushed_line_calls_the_prescriber(cast, clock):
    discontinued(cast, clock, running(cast, clock), line_flushed=True)
    assert open_kinds() == {"prescriber_question"}


def test_the_end_page_and_the_chart_tell_when_the_next_cycle_may_start(cast, clock, sign_in):
    cycle = running(cast, clock)
    clock.set(cycle.expected_end_at)
    client = sign_in(cast.nadia)
    page = client.get(reverse("infusions:end", args=[cycle.uuid])).content.decode()
    assert "Next cycle not before" in page
    end_infusion(**ending(cast, clock, cycle))
    chart = reverse("dashboards:chart", args=[cycle.patient.uuid])
    answer = client.get(chart)
    assert answer.context["next_cycle_at"] == clock.now + timedelta(days=14)
    assert "Next cycle not before" in answer.content.decode()
