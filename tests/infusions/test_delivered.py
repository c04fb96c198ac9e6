"""The rows of the ledger add up to its header, and what was thrown away is counted."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from infusions import queries
from infusions.actions.bags import discard_bag
from infusions.actions.runs import change_bag, resume_infusion
from infusions.delivered import ledger_of
from infusions.models import Bag
from protocol.ledger import stretches_of
from protocol.timeline import RunEvent, replay
from tests.infusions.planning import made
from tests.infusions.running import hang, ready, running
from tests.infusions.test_interrupt_resume import resuming, stopped

START = datetime(2027, 1, 4, 15, tzinfo=UTC)


def ledger(cycle, at):
    cycle.refresh_from_db()
    return ledger_of(cycle, queries.run_state(cycle, at), at)


@pytest.mark.parametrize("dose", ["9", "11.1", "27.97"])
def test_rows_add_up_to_the_header_whatever_was_cut(dose):
    """Stretches of odd seconds, whose own roundings would not add up."""
    at, events = START, [RunEvent("started", START, "B1", dose_mcg_per_day=Decimal(dose))]
    for n in range(1, 40):
        at += timedelta(seconds=997 * n + 13)
        kind = "interrupted" if n % 2 else "resumed"
        events.append(RunEvent(kind, at, seq=n))
    run = replay(events, at)
    rows = stretches_of(run, at)
    assert sum(row.drug_mcg for row in rows) == run.delivered_mcg
    assert sum(row.minutes for row in rows) == run.delivered // timedelta(minutes=1)


@pytest.mark.usefixtures("templates_loaded")
class TestLedger:
    def test_a_pause_moves_the_end_and_the_next_cycle(self, cast, clock):
        cycle = stopped(cast, clock)
        before = ledger(cycle, clock.now)
        clock.forward(minutes=165)
        cycle.refresh_from_db()
        resume_infusion(**resuming(cast, clock, cycle))
        after = ledger(cycle, clock.now)
        assert after.end_at - before.end_at == timedelta(minutes=165)
        assert after.next_cycle_at - before.next_cycle_at == timedelta(minutes=165)
        assert (after.minutes, after.paused) == (600, timedelta(minutes=165))

    def test_a_discarded_bag_is_thrown_away_whole(self, cast, clock):
        cycle = running(cast, clock)
        bag = made(cast, clock, cycle=cycle, n=2)
        discard_bag(bag=bag, reason="leak", by=cast.farid, at=clock.now)
        found = ledger(cycle, clock.now)
        assert [(one.bag, one.why) for one in found.wasted] == [(bag, "leak")]
        assert found.wasted_mcg == bag.dose_mcg_per_day * bag.bag_hours / 24

    def test_a_bag_taken_down_early_leaves_its_rest(self, cast, clock):
        cycle = running(cast, clock)
        clock.set(cycle.next_change_at - timedelta(hours=8))
        second = ready(cast, clock, cycle, n=2)
        change_bag(**hang(cast, clock, second))
        found = ledger(cycle, clock.now)
        assert [(one.why, one.left) for one in found.wasted] == [
            ("Changed before it was empty", timedelta(hours=8))
        ]
        assert found.wasted_mcg == Decimal("3.00")  # 9 mcg/day for 8 h

    def test_a_bag_that_expired_says_so(self, cast, clock):
        cycle = running(cast, clock)
        first = cycle.current_bag
        clock.set(cycle.next_change_at - timedelta(hours=8))
        second = ready(cast, clock, cycle, n=2)
        Bag.objects.filter(pk=first.pk).update(discard_after=clock.now)
        change_bag(**hang(cast, clock, second))
        assert [one.why for one in ledger(cycle, clock.now).wasted] == ["Expired with drug left"]

    def test_the_page_shows_sum_waste_and_dates(self, cast, clock, sign_in):
        cycle = stopped(cast, clock)
        site = cycle.patient.care_team.site
        found = ledger(cycle, clock.now)
        site.holidays = [found.next_cycle_at.date().isoformat()]
        site.save()
        page = reverse("infusions:events", args=[cycle.uuid])
        body = sign_in(cast.nadia).get(page).content.decode()
        assert "10 h 00 of 672 h" in body
        assert "3.75" in body  # 9 mcg/day for 10 h
        assert "A holiday here" in body
