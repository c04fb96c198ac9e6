"""How long a pause a bag can take; less than none is told and never refuses a hang."""

from datetime import timedelta

import pytest
from django.urls import reverse

from display.formats import when
from infusions.actions.bags import move_bag
from infusions.actions.runs import change_bag
from infusions.cover.slack import running_slack, slack_if_hung
from infusions.models import Bag
from infusions.values import discard_after_if_hung
from tests.infusions.planning import labelled, made
from tests.infusions.running import checked, hang, programmed, ready, running
from tests.infusions.test_interrupt_resume import stopped

pytestmark = pytest.mark.usefixtures("templates_loaded")


def keep_until(cycle, moment):
    Bag.objects.filter(pk=cycle.current_bag_id).update(discard_after=moment)
    cycle.current_bag.refresh_from_db()


def test_slack_is_what_is_left_between_empty_and_expired(cast, clock):
    cycle = running(cast, clock)
    keep_until(cycle, clock.now + timedelta(hours=48, minutes=95))
    assert running_slack(cycle, clock.now).minutes == 95
    clock.forward(hours=5)
    assert running_slack(cycle, clock.now).minutes == 95


def test_a_bag_that_expires_when_it_is_empty_has_no_slack(cast, clock):
    cycle = running(cast, clock)
    keep_until(cycle, clock.now + timedelta(hours=48))
    slack = running_slack(cycle, clock.now)
    assert (slack.is_zero, slack.is_overrun) == (True, False)


def test_each_stopped_minute_takes_one_of_the_slack(cast, clock):
    cycle = stopped(cast, clock)
    keep_until(cycle, clock.now + timedelta(hours=38, minutes=30))
    assert running_slack(cycle, clock.now).minutes == 30
    clock.forward(minutes=30)
    assert running_slack(cycle, clock.now).is_zero
    clock.forward(minutes=45)
    assert running_slack(cycle, clock.now).minutes == -45


def test_an_overrun_tells_what_would_stay_in_the_bag(cast, clock):
    """165 min of a bag of 0.6 mL/h and 28 mcg/day are 1.65 mL and 3.2 mcg."""
    cycle = running(cast, clock)
    bag = cycle.current_bag
    expires = clock.now + timedelta(hours=168) - timedelta(minutes=165)
    Bag.objects.filter(pk=bag.pk).update(
        bag_hours=168, rate_ml_per_h="0.6", dose_mcg_per_day=28, discard_after=expires
    )
    cycle.current_bag.refresh_from_db()
    slack = running_slack(cycle, clock.now)
    assert (slack.minutes, str(slack.left_ml), str(slack.left_mcg)) == (-165, "1.65", "3.2")


def test_negative_slack_does_not_keep_a_bag_from_being_hung(cast, clock, sign_in):
    cycle = running(cast, clock)
    clock.set(cycle.next_change_at - timedelta(hours=40))
    bag = ready(cast, clock, cycle, n=2)
    clock.forward(hours=1)
    assert slack_if_hung(bag, clock.now).is_overrun
    zone = cycle.patient.care_team.site.zone
    ends = f"Runs until {when(discard_after_if_hung(bag, clock.now), zone, clock.now)} only"
    shown = sign_in(cast.nadia).get(reverse("infusions:change_bag", args=[cycle.uuid])).content
    assert ends in shown.decode()
    change_bag(**hang(cast, clock, bag))
    cycle.refresh_from_db()
    assert cycle.bag_ends_at == bag.discard_after


def test_the_chart_and_the_bag_page_show_it(cast, clock, sign_in):
    cycle = running(cast, clock)
    keep_until(cycle, clock.now + timedelta(hours=48))
    client = sign_in(cast.nadia)
    for page in (
        reverse("dashboards:chart", args=[cycle.patient.uuid]),
        reverse("infusions:bag", args=[cycle.current_bag.uuid]),
    ):
        assert "cannot pause: it expires when it is empty" in client.get(page).content.decode()


def test_a_bag_is_warm_from_the_moment_it_hangs(cast, clock):
    """Scanned cold to the end, it keeps 48 h from hanging and not the days of the fridge."""
    cycle = running(cast, clock)
    bag = labelled(cast, clock, bag=made(cast, clock, cycle=cycle, n=2))
    facts = {"code": bag.code, "place": "ward", "storage": "cold", "moved_at": clock.now}
    move_bag(bag=bag, by=cast.nadia, at=clock.now, **facts)
    bag.refresh_from_db()
    checked(cast, clock, bag)
    programmed(cast, clock, bag)
    in_the_fridge = bag.discard_after
    assert slack_if_hung(bag, clock.now).is_zero
    change_bag(**hang(cast, clock, bag))
    bag.refresh_from_db()
    assert bag.discard_after == clock.now + timedelta(hours=48) < in_the_fridge
