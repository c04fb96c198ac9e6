"""Covered until and the weakest link follow every event, in its own transaction."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from infusions.actions.bag_corrections import correct_move
from infusions.actions.bags import discard_bag, move_bag
from infusions.actions.coverage import fill_covers
from infusions.actions.responsibility import move_responsibility
from infusions.cover.links import LINKS, dose_step
from infusions.cover.words import lines_of
from infusions.models import Cycle
from infusions.tasks import verify_states
from notifications.actions.escalation import raise_due
from notifications.models import OutboxMessage, Reminder
from tests.infusions.planning import labelled, made
from tests.infusions.running import at_the_ward, running
from tests.infusions.test_interrupt_resume import stopped
from tests.visits.test_schedule import make_visit
from visits.actions import accept_visit, cancel_visit, decline_visit, miss_visit
from visits.corrections import correct_visit
from visits.coverage import home_person

pytestmark = pytest.mark.usefixtures("templates_loaded")


def cover(cycle):
    """(covered until, what breaks first and why, whose turn) as stored."""
    cycle.refresh_from_db()
    link = cycle.weakest_link
    return cycle.covered_until, f"{link['kind']}.{link['reason']}", link["owner"]


def scanned(cast, clock, bag, place):
    facts = {"code": bag.code, "place": place, "storage": "cold", "moved_at": clock.now}
    return move_bag(bag=bag, by=cast.nadia, at=clock.now, **facts)


def test_a_bag_that_nobody_made_is_the_weakest_link(cast, clock):
    cycle = running(cast, clock)
    assert cover(cycle) == (cycle.next_change_at, "next_bag.not_made", "pharmacy")


def test_each_step_of_the_next_bag_moves_the_turn_on(cast, clock):
    cycle = running(cast, clock)
    bag = made(cast, clock, cycle=cycle, n=2)
    assert cover(cycle)[1:] == ("next_bag.not_checked", "pharmacist")
    labelled(cast, clock, bag=bag)
    assert cover(cycle)[1:] == ("next_bag.not_here", "pharmacy")
    bag.refresh_from_db()
    scanned(cast, clock, bag, "in_transit")
    assert cover(cycle)[1:] == ("next_bag.not_here", "infusion_nurse")
    bag.refresh_from_db()
    scanned(cast, clock, bag, "ward")
    assert cover(cycle)[1] in ("bag_expiry.expires", "bag_empty.empty")


def test_a_discarded_bag_is_missing_again(cast, clock):
    cycle = running(cast, clock)
    bag = at_the_ward(cast, clock, cycle, n=2)
    discard_bag(bag=bag, reason="leak", by=cast.farid, at=clock.now)
    assert cover(cycle)[1:] == ("next_bag.not_made", "pharmacy")


def test_a_bag_that_expires_before_the_change_is_not_usable(cast, clock):
    cycle = running(cast, clock)
    warm = at_the_ward(cast, clock, cycle, n=2)
    assert warm.discard_after <= cycle.next_change_at
    assert cover(cycle)[1] == "next_bag.expires"


def test_a_stopped_infusion_is_not_covered(cast, clock):
    cycle = stopped(cast, clock)
    assert cover(cycle) == (None, "stopped.stopped", "infusion_nurse")


def at_home(cast, clock):
    """At home with the next bag in the fridge: only the nurse is missing."""
    cycle = running(cast, clock)
    move_responsibility(cycle=cycle, to_setting="home", nurse=cast.hugo, by=cast.hugo, at=clock.now)
    bag = labelled(cast, clock, bag=made(cast, clock, cycle=cycle, n=2))
    scanned(cast, clock, bag, "home")
    cycle.refresh_from_db()
    return cycle


def visit_at(cast, clock, cycle, moment):
    hour = timedelta(hours=1)
    window = {"window_from": moment - hour, "window_to": moment + hour}
    return make_visit(cast, clock, cycle=cycle, **window)


def test_at_home_an_accepted_visit_is_the_competent_person(cast, clock):
    cycle = at_home(cast, clock)
    assert cover(cycle)[1:] == ("next_person.no_visit", "case_manager")
    visit = visit_at(cast, clock, cycle, cycle.next_change_at)
    assert cover(cycle)[1:] == ("next_person.not_accepted", "home_nurse")
    accept_visit(visit=visit, by=cast.hugo, at=clock.now)
    assert cover(cycle)[1] in ("bag_expiry.expires", "bag_empty.empty")


@pytest.mark.parametrize("lost", ["declined", "cancelled", "missed"])
def test_a_lost_visit_opens_the_link_again(cast, clock, lost):
    cycle = at_home(cast, clock)
    visit = visit_at(cast, clock, cycle, cycle.next_change_at)
    visit = accept_visit(visit=visit, by=cast.hugo, at=clock.now)
    lose, by = {
        "declined": (decline_visit, cast.hugo),
        "cancelled": (cancel_visit, cast.carla),
        "missed": (miss_visit, cast.carla),
    }[lost]
    lose(visit=visit, reason="ill", by=by, at=clock.now)
    assert cover(cycle) == (cycle.next_change_at, "next_person.no_visit", "case_manager")


def test_a_corrected_window_and_a_corrected_scan_are_followed(cast, clock):
    cycle = at_home(cast, clock)
    visit = visit_at(cast, clock, cycle, cycle.next_change_at)
    visit = accept_visit(visit=visit, by=cast.hugo, at=clock.now)
    facts = {"correction_reason": "misread", "at": clock.now}
    early = {"window_to": cycle.next_change_at - timedelta(minutes=5)}
    correct_visit(visit=visit, by=cast.carla, **facts, **early)
    assert cover(cycle)[1:] == ("next_person.other_time", "case_manager")
    move = cycle.bags.get(state="released").moves.latest("pk")
    correct_move(move=move, by=cast.nadia, place="ward", **facts)
    assert cover(cycle)[1:] == ("next_bag.not_here", "home_nurse")
    assert verify_states() == 0


def test_a_visit_at_another_time_does_not_cover_the_change(cast, clock):
    cycle = at_home(cast, clock)
    visit = visit_at(cast, clock, cycle, cycle.next_change_at - timedelta(hours=5))
    accept_visit(visit=visit, by=cast.hugo, at=clock.now)
    assert cover(cycle)[1] == "next_person.other_time"


def test_the_last_bag_is_covered_until_the_end_of_the_cycle(cast, clock):
    cycle = running(cast, clock)
    cycle.plans.get(is_current=True).bags.filter(n__gt=1).delete()
    Cycle.objects.filter(pk=cycle.pk).update(
        next_change_at=None, expected_end_at=clock.now + timedelta(hours=3)
    )
    move_responsibility(cycle=cycle, to_setting="clinic", nurse=None, by=cast.nadia, at=clock.now)
    end = clock.now + timedelta(hours=3)
    assert cover(cycle) == (end, "next_person.nobody_named", "case_manager")
    move_responsibility(
        cycle=cycle, to_setting="clinic", nurse=cast.ines, by=cast.ines, at=clock.now
    )
    assert cover(cycle)[:2] == (end, "cycle_end.end")


def test_visits_add_their_link_once(db):
    assert LINKS.count(home_person) == 1


def test_a_cover_that_differs_from_a_full_recomputation_raises_the_alarm(cast, clock):
    cycle = running(cast, clock)
    assert verify_states() == 0
    later = cycle.covered_until + timedelta(hours=1)
    Cycle.objects.filter(pk=cycle.pk).update(covered_until=later)
    assert verify_states() == 1


def test_the_alarm_is_one_task_for_the_ward_until_a_check_agrees(cast, clock, sign_in):
    cycle = running(cast, clock)
    right = cycle.covered_until
    Cycle.objects.filter(pk=cycle.pk).update(covered_until=right + timedelta(hours=1))
    assert [verify_states(), verify_states()] == [1, 1]
    alarm = Reminder.objects.get(kind="state_differs")
    assert alarm.state == "waiting"
    raise_due(clock.now)
    assert OutboxMessage.objects.filter(reminder=alarm, to=cast.nadia).exists()
    chart = sign_in(cast.nadia).get(alarm.path).content.decode()
    assert "The state shown of an infusion may be wrong" in chart
    Cycle.objects.filter(pk=cycle.pk).update(covered_until=right)
    assert verify_states() == 0
    alarm.refresh_from_db()
    assert alarm.state == "cancelled"


def test_cover_from_before_it_was_stored_is_worked_out_without_an_alarm(cast, clock):
    cycle = running(cast, clock)
    right = cover(cycle)
    Cycle.objects.filter(pk=cycle.pk).update(covered_until=None, weakest_link=None)
    assert fill_covers() == 1
    assert cover(cycle) == right
    assert fill_covers() == 0
    Cycle.objects.filter(pk=cycle.pk).update(covered_until=None, weakest_link=None)
    assert verify_states() == 0
    assert cover(cycle) == right


def test_on_the_ward_the_team_is_the_next_person_and_nobody_is_named(cast, clock):
    cycle = running(cast, clock)
    lines = {line["words"]: line for line in lines_of(cycle)}
    assert lines["ward team, not named"]["until"] == cycle.expected_end_at
    assert lines["ward team, not named"]["owner"] == "Ward nurse"
    assert list(lines)[0] == "next bag not made"
    Cycle.objects.filter(pk=cycle.pk).update(responsible_setting="clinic")
    cycle.refresh_from_db()
    words = [line["words"] for line in lines_of(cycle)]
    assert "no nurse named" in words and "ward team, not named" not in words


def test_the_chart_lists_every_link(cast, clock, sign_in):
    cycle = running(cast, clock)
    chart = reverse("dashboards:chart", args=[cycle.patient.uuid])
    assert "ward team, not named" in sign_in(cast.nadia).get(chart).content.decode()


def test_a_bag_of_the_old_dose_does_not_cover_the_time_after_the_step(cast, clock):
    cycle = running(cast, clock)
    cycle.delivered_s = 168 * 3600 - 3600  # an hour before the step, its bag far from empty
    step_at = cycle.as_of + timedelta(hours=1)
    link = dose_step(cycle)
    assert (link.kind, link.until, link.owner) == ("dose_step", step_at, "infusion_nurse")
    assert lines_of(cycle)[0]["until"] <= step_at
    cycle.current_bag.dose_mcg_per_day = Decimal(28)
    assert dose_step(cycle) is None
