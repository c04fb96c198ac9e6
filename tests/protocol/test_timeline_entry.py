"""Replay does not depend on how events were entered: their order, their zone, a correction."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from protocol.timeline import RunEvent, end_of_cycle, replay
from tests.protocol.cases import MONDAY, d, h

SECOND = timedelta(seconds=1)
NEW_YORK = ZoneInfo("America/New_York")
# runs begin within days of the clock changes of 8 March and 1 November 2026
STARTS = st.sampled_from([datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC)])
WAITS = st.lists(st.integers(0, 200_000), min_size=1, max_size=30)


def course(start, waits, zone=UTC):
    """Start, then by turns a bag change, a stop and a resumption, `waits` seconds apart."""
    events, moment = [RunEvent("started", start.astimezone(zone), "bag-0", d(10), d(28))], start
    for n, wait in enumerate(waits):
        moment += wait * SECOND
        kind = ("bag_changed", "interrupted", "resumed")[n % 3]
        code = f"bag-{n}" if kind == "bag_changed" else None
        events.append(RunEvent(kind, moment.astimezone(zone), code, seq=n + 1))
    return events, moment


@given(STARTS, WAITS, st.integers(0, 100))
def test_neither_zone_nor_order_of_entry_changes_a_run(start, waits, seed):
    events, last = course(start, waits)
    local, _ = course(start, waits, NEW_YORK)
    Random(seed).shuffle(local)
    assert replay(local, last.astimezone(NEW_YORK)) == replay(events, last)


@given(STARTS, WAITS, st.integers(0, 100_000))
def test_the_end_of_a_running_cycle_stays_where_it_is_while_it_runs(start, waits, more):
    events, last = course(start, waits)
    first, later = replay(events, last), replay(events, last + more * SECOND)
    end = end_of_cycle(first, last, 672)
    assert end == end_of_cycle(later, last + more * SECOND, 672)
    assert (end is not None) is first.is_running


def test_a_correction_of_a_time_changes_only_what_follows_from_it():
    start = RunEvent("started", MONDAY, "a", d(10), d(24))
    stop, go = RunEvent("interrupted", MONDAY + h(5)), RunEvent("resumed", MONDAY + h(6))
    corrected = RunEvent("interrupted", MONDAY + h(4))
    before = replay([start, stop, go], MONDAY + h(10))
    after = replay([start, go, corrected], MONDAY + h(10))
    assert before.delivered - after.delivered == h(1)
