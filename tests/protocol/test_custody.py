"""Where a bag was, from scans and proofs, and what its time outside the fridge comes to."""

from datetime import timedelta

import pytest

from protocol.custody import Gap, Proof, Scan, gaps_of, stays_from, worst_case
from protocol.stability import (
    BeyondUse,
    Clocks,
    Stay,
    begin_by,
    begun_in_time,
    cold_budget,
    discard_after,
    returned_to_fridge,
)
from tests.protocol.cases import MONDAY, TRAINING, bag, h

SHORT = bag(48)
LEFT, THERE = MONDAY + h(19), MONDAY + h(20)
MADE = Scan("pharmacy", "cold", MONDAY)
NO_FIGURE = BeyondUse(None, None)
SITE = BeyondUse(room_hours=12, cold_hours=24)


def kept(*stays):
    """(place, hour it began), told once while it goes on."""
    found = []
    for stay in stays:
        if not found or found[-1][0] != stay.place:
            found.append((stay.place, (stay.from_at - MONDAY) / timedelta(hours=1)))
    return found


@pytest.mark.parametrize(
    ("scans", "expected"),
    [
        ([MADE], [("cold", 0)]),
        # Another place and nobody scanned it out: it may have left right after the last scan.
        ([MADE, Scan("ward", "cold", THERE)], [("unknown", 0), ("cold", 20)]),
        ([MADE, Scan("ward", "room", THERE)], [("unknown", 0), ("room", 20)]),
        # A second scan in the same fridge says that it was still there.
        (
            [MADE, Scan("pharmacy", "cold", LEFT), Scan("home", "cold", THERE)],
            [("cold", 0), ("unknown", 19), ("cold", 20)],
        ),
        # Scanned out, carried cold and scanned in: nothing is open.
        ([MADE, Scan("in_transit", "cold", LEFT), Scan("home", "cold", THERE)], [("cold", 0)]),
        (
            [MADE, Scan("in_transit", "unknown", LEFT), Scan("home", "cold", THERE)],
            [("cold", 0), ("unknown", 19), ("cold", 20)],
        ),
        ([MADE, Scan("pharmacy", "room", LEFT)], [("cold", 0), ("room", 19)]),
        # What was warm anyway needs no proof of the way.
        ([Scan("pharmacy", "room", MONDAY), Scan("ward", "room", THERE)], [("room", 0)]),
        # Two scans of one moment leave no time to have been anywhere else.
        ([MADE, Scan("ward", "cold", MONDAY)], [("cold", 0)]),
    ],
)
def test_what_nobody_scanned_is_unknown(scans, expected):
    assert kept(*stays_from(scans)) == expected


@pytest.mark.parametrize(
    ("proofs", "expected"),
    [
        ([Proof("cold", MONDAY, THERE)], [("cold", 0)]),
        ([Proof("room", LEFT, THERE)], [("unknown", 0), ("room", 19), ("cold", 20)]),
        ([Proof("cold", MONDAY, LEFT)], [("cold", 0), ("unknown", 19), ("cold", 20)]),
        ([Proof("cold", MONDAY, LEFT), Proof("cold", LEFT, THERE)], [("cold", 0)]),
        # A proof reaches no further than the gap: a scan is never overruled.
        ([Proof("room", MONDAY, THERE + h(5))], [("room", 0), ("cold", 20)]),
        ([Proof("cold", THERE, THERE + h(5))], [("unknown", 0), ("cold", 20)]),
    ],
)
def test_evidence_fills_only_what_is_unknown(proofs, expected):
    assert kept(*stays_from([MADE, Scan("home", "cold", THERE)], proofs)) == expected


def test_a_gap_is_told_until_it_is_proven():
    scans = [MADE, Scan("home", "cold", THERE)]
    assert gaps_of(stays_from(scans)) == (Gap(MONDAY, THERE),)
    assert gaps_of(stays_from(scans, [Proof("cold", MONDAY, THERE)])) == ()
    lost = stays_from([MADE, Scan("in_transit", "unknown", LEFT)])
    assert gaps_of(lost) == (Gap(LEFT, None),)


def test_a_fridge_after_an_unknown_stretch_keeps_nothing():
    stays = worst_case(stays_from([MADE, Scan("home", "cold", THERE)]))
    assert kept(*stays) == [("unknown", 0)]
    end = discard_after(TRAINING, SHORT, prepared_at=MONDAY, stays=stays)
    assert end == MONDAY + h(48)
    assert returned_to_fridge(stays) is None  # nobody saw it warm: evidence may still save it


def test_signed_evidence_gives_the_days_of_the_fridge_back():
    proof = Proof("cold", MONDAY, THERE)
    stays = worst_case(stays_from([MADE, Scan("home", "cold", THERE)], [proof]))
    end = discard_after(TRAINING, SHORT, prepared_at=MONDAY, stays=stays)
    assert end == MONDAY + h(192)


def test_evidence_that_it_was_warm_means_it_went_back_into_a_fridge():
    proof = Proof("room", LEFT, THERE)
    scans = [MADE, Scan("pharmacy", "cold", LEFT), Scan("home", "cold", THERE)]
    stays = worst_case(stays_from(scans, [proof]))
    assert returned_to_fridge(stays).code == "bag.refrigerated_again"


@pytest.mark.parametrize(
    ("stays", "at", "used", "unknown", "is_out"),
    [
        ([Stay("cold", MONDAY)], h(30), h(0), h(0), False),
        ([Stay("cold", MONDAY + h(1))], h(30), h(1), h(0), False),
        ([Stay("cold", MONDAY), Stay("room", LEFT)], h(22), h(3), h(0), True),
        ([Stay("cold", MONDAY), Stay("unknown", LEFT)], h(22), h(3), h(3), True),
        ([Stay("unknown", MONDAY), Stay("room", LEFT)], h(22), h(22), h(19), True),
        # Asked about a moment before the scan: that scan is not in it.
        ([Stay("cold", MONDAY), Stay("room", LEFT)], h(10), h(0), h(0), False),
        ([], h(2), h(2), h(0), True),
    ],
)
def test_the_time_outside_the_fridge_is_added_up(stays, at, used, unknown, is_out):
    found = cold_budget(TRAINING, SHORT, prepared_at=MONDAY, stays=stays, at=MONDAY + at)
    assert (found.used, found.unknown, found.is_out) == (used, unknown, is_out)
    assert found.left == h(48) - used


def test_nothing_is_left_below_zero():
    found = cold_budget(TRAINING, SHORT, prepared_at=MONDAY, stays=[], at=MONDAY + h(60))
    assert (found.used, found.left) == (h(60), h(0))


@pytest.mark.parametrize(
    ("limits", "stays", "expected"),
    [
        (SITE, [Stay("cold", MONDAY)], h(24)),
        (SITE, [Stay("room", MONDAY)], h(12)),
        (SITE, [Stay("cold", MONDAY), Stay("room", MONDAY + h(20))], h(24)),
        (SITE, [Stay("cold", MONDAY), Stay("room", MONDAY + h(5))], h(17)),
        (NO_FIGURE, [Stay("cold", MONDAY)], None),
        (BeyondUse(None, 24), [Stay("cold", MONDAY)], h(24)),
        (BeyondUse(None, 24), [Stay("room", MONDAY)], None),
        (BeyondUse(12, None), [Stay("room", MONDAY)], None),
    ],
)
def test_the_compounding_clock_says_when_to_begin(limits, stays, expected):
    found = begin_by(limits, prepared_at=MONDAY, stays=stays)
    assert found == (None if expected is None else MONDAY + expected)


@pytest.mark.parametrize(
    ("begin_h", "binds", "hang_before_h"),
    [(None, "drug", 48), (48, "drug", 48), (60, "drug", 48), (12, "beyond_use", 12)],
)
def test_the_earlier_clock_binds(begin_h, binds, hang_before_h):
    begin = None if begin_h is None else MONDAY + h(begin_h)
    clocks = Clocks(discard_after=MONDAY + h(48), begin_by=begin)
    assert (clocks.binds, clocks.hang_before) == (binds, MONDAY + h(hang_before_h))


def test_an_infusion_begun_in_time_may_run_past_the_compounding_clock():
    assert begun_in_time(MONDAY, MONDAY) is None
    assert begun_in_time(None, MONDAY + h(500)) is None
    assert begun_in_time(MONDAY, MONDAY + timedelta(seconds=1)).code == "bag.begin_by"
