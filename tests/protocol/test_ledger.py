"""The ledger adds up: rows to the header, and what was infused and wasted to whole bags."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.ledger import drug_of, left_in_bag, stretches_of
from protocol.timeline import RunEvent, replay

START = datetime(2027, 1, 4, 15, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
doses = st.decimals("1", "28", places=2)


@st.composite
def runs(draw):
    """Events of a run with stops, bag changes and dose changes at any second, and a later now."""
    at, events, kind = START, [], "started"
    for n in range(draw(st.integers(1, 30))):
        dose = draw(doses) if kind != "interrupted" else None
        events.append(RunEvent(kind, at, f"B{n}", Decimal(5), dose, n))
        at += timedelta(seconds=draw(st.integers(0, 400_000)))
        stopped = kind == "interrupted"
        kind = "resumed" if stopped else draw(st.sampled_from(["interrupted", "bag_changed"]))
    return events, at


@settings(deadline=None)
@given(runs())
def test_minutes_and_micrograms_of_the_rows_add_up_to_the_header(run):
    events, now = run
    state = replay(events, now)
    rows = stretches_of(state, now)
    assert sum(row.minutes for row in rows) == state.delivered // MINUTE
    assert sum(row.drug_mcg for row in rows) == state.delivered_mcg
    assert [row.segment for row in rows] == list(state.segments)


@settings(deadline=None)
@given(runs())
def test_no_row_is_further_than_a_rounding_from_its_own_figure(run):
    events, now = run
    for row in stretches_of(replay(events, now), now):
        span = (row.segment.to_at or now) - row.segment.from_at
        assert abs(row.drug_mcg - drug_of(span, row.segment.dose_mcg_per_day)) <= Decimal("0.01")
        assert abs(row.minutes * MINUTE - span) < 2 * MINUTE


@settings(deadline=None)
@given(st.integers(1, 168), doses, st.integers(0, 168 * 3600))
def test_what_was_infused_and_what_was_wasted_make_the_whole_bag(hours, dose, seconds):
    infused = min(timedelta(seconds=seconds), hours * HOUR)
    left = left_in_bag(bag_hours=hours, dose_mcg_per_day=dose, infused=infused)
    assert left.drug_mcg + drug_of(infused, dose) == drug_of(hours * HOUR, dose)
    assert left.span + infused == hours * HOUR
    assert left.drug_mcg >= 0


def test_the_pump_failure_of_the_third_journey_wastes_three_micrograms():
    """165 minutes of a 7-day bag at 28 mcg/day: 3.2 mcg (and 1.65 mL)."""
    infused = 168 * HOUR - 165 * MINUTE
    left = left_in_bag(bag_hours=168, dose_mcg_per_day=Decimal(28), infused=infused)
    assert (left.span, left.drug_mcg) == (165 * MINUTE, Decimal("3.21"))


def test_a_bag_that_never_hung_is_wasted_whole():
    left = left_in_bag(bag_hours=48, dose_mcg_per_day=Decimal(9), infused=timedelta(0))
    assert left.drug_mcg == 18


def test_a_bag_that_gave_its_overfill_wastes_nothing():
    left = left_in_bag(bag_hours=24, dose_mcg_per_day=Decimal(9), infused=25 * HOUR)
    assert (left.span, left.drug_mcg) == (timedelta(0), 0)


def test_the_journey_of_the_hold_delivers_as_told():
    """168 h at 9 and 100 h at 28 mcg/day: 268.0 h, 179.7 mcg."""
    step = START + 168 * HOUR
    events = [
        RunEvent("started", START, "A", Decimal(5), Decimal(9)),
        RunEvent("bag_changed", step, "B", Decimal(5), Decimal(28)),
        RunEvent("interrupted", step + 100 * HOUR),
    ]
    state = replay(events, step + 200 * HOUR)
    rows = stretches_of(state, step + 200 * HOUR)
    assert [row.minutes for row in rows] == [168 * 60, 100 * 60]
    assert [row.drug_mcg for row in rows] == [Decimal("63.00"), Decimal("116.67")]
    assert state.delivered_mcg == Decimal("179.67")
