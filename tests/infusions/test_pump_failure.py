"""The third journey: the pump dies at 02:00 at home, and the plan is worked out anew."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commands.refusals import Stale
from infusions.actions.reflow import accept_change
from infusions.actions.reports import interrupt_infusion
from infusions.actions.runs import resume_infusion
from infusions.models import BagPlan
from infusions.queries import plan_of
from infusions.reflows.diff import reflow_of
from infusions.tasks import verify_states
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.infusions.pump_failure import at, on_the_seven_day_bag
from tests.infusions.test_interrupt_resume import resuming
from tests.people import PASSWORD
from visits.actions import accept_visit, schedule_visit

pytestmark = pytest.mark.usefixtures("templates_loaded")
GAP = timedelta(minutes=165)


def visit(cast, cycle, day, month=1, purpose="bag_change", clock="10:00"):
    window = {"window_from": at(day, "09:30", month), "window_to": at(day, "10:30", month)}
    facts = {"purpose": purpose, "nurse": cast.hugo, "by": cast.carla, **window}
    made = schedule_visit(cycle=cycle, knows_change_is_outside=True, at=cycle.as_of, **facts)
    return accept_visit(visit=made, by=cast.hugo, at=cycle.as_of)


@pytest.fixture
def stopped(cast, clock):
    """Stopped Thu 21 Jan 01:55; now it is 04:40."""
    cycle = on_the_seven_day_bag(cast, clock)
    visit(cast, cycle, 27)
    visit(cast, cycle, 1, month=2, purpose="disconnect")
    assert cycle.change_waiting is None
    clock.set(at(21, "02:00"))
    stop = {"occurred_at": at(21, "01:55"), "cause": "pump"}
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now, **stop)
    clock.set(at(21, "04:40"))
    cycle.refresh_from_db()
    return cycle


@pytest.fixture
def restarted(cast, clock, stopped):
    """Running again at 04:40."""
    resume_infusion(**resuming(cast, clock, stopped))
    stopped.refresh_from_db()
    clock.forward(seconds=12)  # pages are opened in the middle of a minute
    return stopped


def accepting(cast, clock, cycle, kind, **changes):
    shown = reflow_of(cycle, clock.now)
    facts = {"by": cast.carla, "password": PASSWORD, "statement": "yes", "at": clock.now}
    facts |= {"kind": kind, "digest": shown.digest(shown.option(kind)), "version": cycle.version}
    return accept_change(cycle=cycle, **{**facts, **changes})


def test_the_facts_and_the_ways_on_with_what_leaves_treatment_out_last(cast, clock, restarted):
    shown = reflow_of(restarted, clock.now)
    found = shown.reflow
    assert found.behind_minutes == 165
    assert found.running.empty_at == at(27, "12:45")
    assert found.running.expires_at == at(27, "10:00")
    assert (str(shown.slack.left_ml), str(shown.slack.left_mcg)) == ("1.65", "3.2")
    assert (found.old_end, found.new_end) == (at(1, "10:00", 2), at(1, "12:45", 2))
    assert found.last_bag_short_minutes == 165
    ways = found.options
    assert ways[-1].kind == "end_short"
    assert (ways[-1].short_minutes, ways[-1].needs_prescriber) == (165, True)
    best = next(one for one in ways if one.kind == "best")
    assert best.cost == {
        "outside_window": 0,
        "home_attendances": 2,
        "bags": 2,
        "cut_minutes": 1275,
    }
    assert (best.ties, best.ends_at) == (1, at(1, "12:45", 2))
    assert not any(one.delay_minutes for one in ways)


def test_the_old_plan_stays_until_somebody_accepts_and_visits_are_asked_to_move(
    cast, clock, restarted
):
    assert set(restarted.change_waiting["causes"]) == {"paused", "expires"}
    assert plan_of(restarted).kind == "chosen"
    assert restarted.next_change_at == at(27, "10:00")  # reminders follow the facts
    assert Reminder.objects.filter(kind="plan_change", state="waiting").count() == 1
    assert verify_states() == 0
    old = plan_of(restarted)
    plan = accepting(cast, clock, restarted, "best")
    restarted.refresh_from_db()
    old.refresh_from_db()
    assert (old.state, old.superseded_by) == ("superseded", plan)
    assert (plan.kind, plan.state, plan.accepted_by) == ("reflow", "accepted", cast.carla)
    assert restarted.change_waiting is None
    assert not Reminder.objects.filter(kind="plan_change", state="waiting").exists()
    assert restarted.next_change_at == at(27, "10:00")
    moved = Reminder.objects.filter(kind="visit_to_move", state="waiting")
    assert [row.path for row in moved] == [
        reverse("visits:visit", args=[restarted.visits.get(purpose="disconnect").uuid])
    ]
    assert verify_states() == 0


def test_ending_short_is_for_the_oncologist(cast, clock, restarted):
    with pytest.raises(HardStop, match="may not do this"):
        accepting(cast, clock, restarted, "end_short")
    with pytest.raises(Stale):
        accepting(cast, clock, restarted, "best", digest="0" * 64)
    assert not BagPlan.objects.filter(cycle=restarted, kind="reflow").exists()
    accepting(cast, clock, restarted, "end_short", by=cast.olga)
    restarted.refresh_from_db()
    assert restarted.change_waiting is None
    assert plan_of(restarted).accepted_by == cast.olga


def test_the_page_lists_everything_accepts_and_the_board_shows_that_a_change_waits(
    cast, clock, sign_in, restarted
):
    client = sign_in(cast.carla)
    body = client.get(reverse("infusions:reflow", args=[restarted.uuid])).content.decode()
    for words in (
        "Wed 27 Jan 12:45",
        "1.65",
        "Expiry clash",
        "2 h 45",
        "Mon 1 Feb 12:45",
        "the planned bags are 2 h 45 short",
        "Oncologist decides",
        "Visits to move",
    ):
        assert words in body, words
    assert "Change waiting" in client.get("/board/").content.decode()
    for name in ("plan", "events", "reflow"):
        page = client.get(reverse(f"infusions:{name}", args=[restarted.uuid]))
        assert "Change waiting" in page.content.decode(), name

    page = reverse("infusions:reflow", args=[restarted.uuid])
    form = client.get(page, {"way": "best"}).context["form"]
    body = {name: form[name].value() for name in ("digest", "kind", "version", "idempotency_key")}
    answer = client.post(
        reverse("infusions:accept_change", args=[restarted.uuid]), body | {"password": PASSWORD}
    )
    assert answer.status_code == 302, answer.content.decode()[:2000]
    restarted.refresh_from_db()
    assert restarted.change_waiting is None
    assert "Change waiting" not in client.get("/board/").content.decode()


def test_while_stopped_a_preview_says_what_a_restart_now_would_mean(cast, clock, stopped, sign_in):
    found = reflow_of(stopped, clock.now).reflow
    assert (found.behind_minutes, found.last_bag_short_minutes) == (165, 165)
    assert (found.running.empty_at, found.new_end) == (at(27, "12:45"), at(1, "12:45", 2))
    page = sign_in(cast.carla).get(reverse("infusions:reflow", args=[stopped.uuid]))
    said = page.content.decode()
    assert "Preview: the infusion is stopped." in said
    assert "If it goes on Today 04:40" in said
    assert "Accept this change" not in said
    with pytest.raises(HardStop, match="not there any more"):
        accepting(cast, clock, stopped, "best")
    assert BagPlan.objects.filter(cycle=stopped, kind="reflow").count() == 0
