"""A start whose time was corrected, or that never happened: since when the bag hangs follows."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dashboards.bags import bag_rows
from dashboards.strip import strip_of
from infusions.actions.corrections import correct_event
from infusions.actions.runs import start_infusion
from infusions.hung import hung_from
from infusions.models import Bag
from infusions.queries import next_to_hang, planned_changes
from infusions.values import stays_of
from protocol.stability import Stay
from protocol.stops import HardStop
from tests.infusions.running import hang, running

pytestmark = pytest.mark.usefixtures("templates_loaded")


def corrected(cast, clock, cycle, **changes):
    facts = {"by": cast.nadia, "reason": "mistyped", "at": clock.now, **changes}
    correct_event(event=cycle.events.get(kind="started"), **facts)
    cycle.refresh_from_db()


def voided(cast, clock):
    cycle = running(cast, clock)
    bag = cycle.current_bag
    corrected(cast, clock, cycle, void=True)
    bag.refresh_from_db()
    return cycle, bag


def test_a_bag_whose_start_was_taken_back_is_the_next_one(cast, clock):
    cycle, bag = voided(cast, clock)
    coming = next_to_hang(planned_changes(cycle, clock.now))
    assert (cycle.state, bag.state) == ("ordered", "released")
    assert (coming.n, coming.bag) == (1, bag)


def test_it_never_hung_and_is_in_no_picture_of_what_hung(cast, clock):
    cycle, bag = voided(cast, clock)
    assert hung_from(bag) is None
    assert bag.hung_at is not None, "what was first recorded stays"
    assert [span.state for span in strip_of(cycle, clock.now).bags][0] == "planned"
    assert bag_rows(cycle, planned_changes(cycle, clock.now))[0].hangs_at == cycle.planned_start


def test_its_chart_leads_to_the_start_again(cast, clock, sign_in):
    cycle, bag = voided(cast, clock)
    chart = reverse("dashboards:chart", args=[cycle.patient.uuid])
    text = sign_in(cast.nadia).get(chart).content.decode()
    assert reverse("infusions:start", args=[cycle.uuid]) in text
    assert reverse("infusions:program_pump", args=[bag.uuid]) in text


def test_it_is_cold_again_until_it_hangs(cast, clock):
    cycle, bag = voided(cast, clock)
    assert len(stays_of(bag)) == bag.moves.count()


def test_it_hangs_after_all(cast, clock):
    cycle, bag = voided(cast, clock)
    clock.forward(minutes=10)
    start_infusion(**hang(cast, clock, bag))
    assert hung_from(bag) == clock.now


def test_a_corrected_start_moves_the_time_since_when_the_bag_hangs(cast, clock):
    cycle = running(cast, clock)
    first, later = clock.now, clock.now + timedelta(minutes=10)
    clock.forward(hours=1)
    corrected(cast, clock, cycle, occurred_at=later)
    bag = Bag.objects.get(pk=cycle.current_bag_id)
    assert (hung_from(bag), bag.hung_at) == (later, first)
    change = planned_changes(cycle, clock.now)[0]
    assert change.hang_at == later
    assert strip_of(cycle, clock.now).bags[0].from_hour == 0
    assert stays_of(bag)[-1] == Stay("room", later)


def test_the_discard_time_is_reckoned_anew_from_a_corrected_start(cast, clock):
    cycle = running(cast, clock)
    bags = Bag.objects.filter(pk=cycle.current_bag_id)
    right = bags.get().discard_after
    bags.update(discard_after=right + timedelta(hours=5))
    clock.forward(hours=1)
    corrected(cast, clock, cycle, occurred_at=clock.now - timedelta(minutes=50))
    assert bags.get().discard_after == right, "it was at room temperature before it hung, too"
    assert cycle.bag_ends_at <= right


def test_a_bag_does_not_hang_before_it_was_made(cast, clock):
    cycle = running(cast, clock)
    early = clock.now - timedelta(hours=3)
    with pytest.raises(HardStop, match="before it was prepared"):
        corrected(cast, clock, cycle, occurred_at=early)


def test_the_end_of_a_bag_is_reckoned_from_its_warm_discard_time(cast, clock):
    cycle = running(cast, clock)
    bag = Bag.objects.get(pk=cycle.current_bag_id)
    whole = cycle.started_at + timedelta(hours=bag.bag_hours)
    assert cycle.bag_ends_at == min(whole, bag.discard_after)


def test_the_api_tells_the_time_of_the_ledger(cast, clock, sign_in):
    cycle, bag = voided(cast, clock)
    row = sign_in(cast.nadia).get(f"/api/v1/bags/{bag.uuid}/").json()
    assert row["hung_at"] is None
    clock.forward(minutes=5)
    start_infusion(**hang(cast, clock, bag))
    row = sign_in(cast.nadia).get(f"/api/v1/bags/{bag.uuid}/").json()
    assert row["hung_at"] is not None
