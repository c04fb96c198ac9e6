"""Replay: what was delivered, from the events of a run."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.timeline import RunEvent, end_of_cycle, replay
from protocol.units import hours, mcg
from tests.protocol.cases import MONDAY, codes_of, d, h, stops_of

NEW_YORK = ZoneInfo("America/New_York")


def event(kind, after, bag=None, dose=None, rate=None, seq=0, start=MONDAY):
    return RunEvent(kind, start + after, bag, rate, dose, seq)


# a busy machine is no fault of the code
UNHURRIED = settings(deadline=None, max_examples=50)
STARTED = event("started", h(0), "A", d(9), d(10))


def codes(*events):
    return codes_of(lambda: replay(events, MONDAY + h(1000)))


def test_a_run_without_events_is_planned():
    run = replay([], MONDAY)
    assert (run.state, run.is_running, run.delivered) == ("planned", False, h(0))
    assert (run.started_at, run.stopped_at, run.current_bag) == (None, None, None)


def test_a_running_bag_delivers_by_elapsed_time():
    run = replay([STARTED], MONDAY + h(12))
    assert (run.state, run.delivered, run.delivered_mcg) == ("running", h(12), d("4.5"))
    assert (run.current_bag, run.current_dose, run.started_at) == ("A", d(9), MONDAY)
    assert run.segments[0].to_at is None
    assert run.bag_infused == {"A": h(12)}


def test_the_ledger_of_the_neurotoxicity_journey():
    step = event("bag_changed", h(168), "B", d(28))
    held = event("interrupted", h(268))
    run = replay([STARTED, step, held], MONDAY + h(300))
    assert (run.delivered, run.delivered_mcg) == (h(268), d("179.67"))
    assert run.bag_infused == {"A": h(168), "B": h(100)}
    assert (run.state, run.stopped_at) == ("interrupted", MONDAY + h(268))
    assert end_of_cycle(run, MONDAY + h(300), 672) is None


def test_the_end_moves_by_the_length_of_the_gap():
    gap = [event("interrupted", h(400)), event("resumed", h(402.75))]
    now = MONDAY + h(500)
    run = replay([STARTED, *gap], now)
    assert end_of_cycle(run, now, 672) == MONDAY + h(672) + timedelta(minutes=165)
    assert [(g.from_at, g.to_at) for g in run.gaps] == [(MONDAY + h(400), MONDAY + h(402.75))]


def test_an_open_gap_has_no_end_yet():
    run = replay([STARTED, event("interrupted", h(1))], MONDAY + h(3))
    assert run.gaps[0].to_at is None
    assert not run.is_running


def test_a_resumption_goes_on_with_bag_dose_and_rate():
    gap = [event("interrupted", h(1)), event("resumed", h(2))]
    run = replay([STARTED, *gap], MONDAY + h(3))
    last = run.segments[-1]
    assert (last.bag_code, last.dose_mcg_per_day, last.rate) == ("A", d(9), d(10))
    assert run.bag_infused == {"A": h(2)}


def test_a_resumption_may_bring_a_new_bag():
    gap = [event("interrupted", h(1)), event("resumed", h(2), "B", d(28))]
    run = replay([STARTED, *gap], MONDAY + h(3))
    assert (run.current_bag, run.current_dose) == ("B", d(28))


@pytest.mark.parametrize("kind", ["ended", "discontinued"])
def test_an_ended_run_stays_ended(kind):
    run = replay([STARTED, event(kind, h(5))], MONDAY + h(9))
    assert (run.state, run.delivered, run.stopped_at) == ("ended", h(5), MONDAY + h(5))


def test_a_run_ended_during_a_gap_stopped_when_the_gap_began():
    run = replay([STARTED, event("interrupted", h(5)), event("ended", h(9))], MONDAY + h(10))
    assert (run.state, run.stopped_at) == ("ended", MONDAY + h(5))
    assert run.gaps[0].to_at == MONDAY + h(9)


def test_events_after_now_have_not_happened_yet():
    run = replay([STARTED, event("ended", h(5))], MONDAY + h(4))
    assert (run.state, run.delivered) == ("running", h(4))


def test_events_of_one_moment_happen_in_their_sequence():
    stop, go = event("interrupted", h(1), seq=2), event("resumed", h(1), seq=3)
    run = replay([go, STARTED, stop], MONDAY + h(2))
    assert (run.delivered, run.gaps[0].to_at) == (h(2), MONDAY + h(1))


ILLEGAL = [
    ([event("resumed", h(0))], "timeline.planned_then_resumed"),
    ([STARTED, event("started", h(1), dose=d(9))], "timeline.running_then_started"),
    ([STARTED, event("resumed", h(1))], "timeline.running_then_resumed"),
    (
        [STARTED, event("interrupted", h(1)), event("interrupted", h(2))],
        "timeline.interrupted_then_interrupted",
    ),
    (
        [STARTED, event("interrupted", h(1)), event("bag_changed", h(2))],
        "timeline.interrupted_then_bag_changed",
    ),
    ([STARTED, event("ended", h(1)), event("resumed", h(2))], "timeline.ended_then_resumed"),
    ([STARTED, event("vanished", h(1))], "timeline.running_then_vanished"),
    ([event("started", h(0))], "timeline.dose_missing"),
]


@pytest.mark.parametrize(("events", "code"), ILLEGAL)
def test_a_sequence_that_cannot_have_happened_is_refused(events, code):
    assert codes(*events) == [code]


def test_the_refusal_names_the_event_in_words():
    (stop,) = stops_of(lambda: replay([STARTED, event("resumed", h(1))], MONDAY + h(2)))
    assert stop.message.startswith("A restart cannot follow: at that time the infusion is running.")


@pytest.mark.parametrize(
    ("start", "end_hour"),
    [
        (datetime(2027, 3, 1, 10, tzinfo=NEW_YORK), 11),
        (datetime(2026, 10, 20, 10, tzinfo=NEW_YORK), 9),
    ],
)
def test_a_clock_change_moves_the_clock_and_not_the_hours(start, end_hour):
    now = start + timedelta(days=20)
    run = replay([RunEvent("started", start, "A", d(10), d(28))], now)
    end = end_of_cycle(run, now, 672)
    assert end == end_of_cycle(
        replay([RunEvent("started", start, "A", d(10), d(28))], start), start, 672
    )
    assert end.astimezone(NEW_YORK).hour == end_hour


def runs():
    """Legal runs begun around a clock change: random spans, a gap or a bag change after each."""
    span = st.tuples(
        st.integers(0, 400_000), st.sampled_from(["gap", "bag"]), st.integers(0, 90_000)
    )
    starts = st.integers(0, 20 * 86_400).map(
        lambda s: datetime(2026, 10, 20, tzinfo=ZoneInfo("UTC")) + timedelta(seconds=s)
    )
    return st.tuples(starts, st.lists(span, max_size=12), st.integers(0, 300_000))


def built(start, spans):
    """Events in New York local time, with the seconds of infusion counted on the way."""
    at, ran, drug, dose = start, 0, Decimal(0), d(9)
    events = [RunEvent("started", at.astimezone(NEW_YORK), "bag-0", d(10), dose)]
    for n, (seconds, what, pause) in enumerate(spans, 1):
        at, ran = at + timedelta(seconds=seconds), ran + seconds
        drug += dose * seconds
        if what == "gap":
            events.append(RunEvent("interrupted", at.astimezone(NEW_YORK), seq=2 * n))
            at += timedelta(seconds=pause)
            events.append(RunEvent("resumed", at.astimezone(NEW_YORK), seq=2 * n + 1))
        else:
            dose = d(28)
            event = RunEvent("bag_changed", at.astimezone(NEW_YORK), f"bag-{n}", None, dose, 2 * n)
            events.append(event)
    return events, at, ran, drug, dose


@UNHURRIED
@given(runs())
def test_what_is_delivered_is_exact_to_the_second_through_clock_changes(case):
    start, spans, tail = case
    events, at, ran, drug, dose = built(start, spans)
    now = at + timedelta(seconds=tail)
    run = replay(reversed(events), now.astimezone(NEW_YORK))
    assert run.delivered == timedelta(seconds=ran + tail)
    assert run.delivered_mcg == mcg((drug + dose * tail) / 86_400)
    assert end_of_cycle(run, now, 672) == now + h(672) - run.delivered


@UNHURRIED
@given(runs())
def test_segments_and_gaps_cover_the_run_without_holes(case):
    start, spans, tail = case
    events, at, *_ = built(start, spans)
    now = at + timedelta(seconds=tail)
    run = replay(events, now)
    stretches = sorted((s.from_at, s.to_at or now) for s in (*run.segments, *run.gaps))
    assert sum((b - a for a, b in stretches), timedelta(0)) == now - start
    assert sum(run.bag_infused.values(), timedelta(0)) == run.delivered


@UNHURRIED
@given(runs(), st.integers(0, 500))
def test_the_ledger_never_runs_backwards(case, later):
    start, spans, tail = case
    events, at, *_ = built(start, spans)
    now = at + timedelta(seconds=tail)
    before, after = replay(events, now), replay(events, now + timedelta(seconds=later))
    assert timedelta(0) <= after.delivered - before.delivered <= timedelta(seconds=later)
    assert hours(after.delivered) >= hours(before.delivered)
