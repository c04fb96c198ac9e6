"""What a gap leads to."""

from datetime import timedelta

import pytest

from protocol.interruptions import classify, four_hour_mark, same_cycle_until
from tests.protocol.cases import EU, MONDAY, TRAINING, US, at, d, h

SECOND = timedelta(seconds=1)
TEN_DAYS = timedelta(days=10)


def judged(gap, *, cause="pump", label=US, indication="rr", cycle_no=1, age=40, delivered=TEN_DAYS):
    return classify(
        label,
        gap=gap,
        cause=cause,
        indication=indication,
        cycle_no=cycle_no,
        age_years=age,
        bsa_m2=d(1),
        delivered=delivered,
    )


@pytest.mark.parametrize(
    ("gap", "reached"), [(h(4) - SECOND, False), (h(4), True), (h(4) + SECOND, True)]
)
def test_exactly_four_hours_counts(gap, reached):
    found = judged(gap)
    assert (found.four_hours_reached, found.supervised) == (reached, reached)
    assert (found.premedication is not None) is reached
    assert bool(found.supervision_text) is reached


SAME_CYCLE = [
    (h(168), "adverse_reaction", "yes"),
    (h(168) + SECOND, "adverse_reaction", "no"),
    (h(168), "pump", "yes"),
    (h(168) + SECOND, "pump", "ask"),
    (h(168) + SECOND, "supply", "ask"),
]


@pytest.mark.parametrize(("gap", "cause", "same"), SAME_CYCLE)
def test_exactly_seven_days_is_still_the_same_cycle(gap, cause, same):
    assert judged(gap, cause=cause).same_cycle == same


def test_a_long_gap_after_a_reaction_means_a_new_cycle():
    stops = judged(h(169), cause="adverse_reaction").stops
    assert [(s.code, s.severity) for s in stops] == [("interruption.new_cycle", "hard")]


def test_a_long_technical_gap_asks_the_prescriber():
    stops = judged(h(169)).stops
    assert [(s.code, s.severity) for s in stops] == [("interruption.same_cycle_ask", "soft")]


def test_an_adult_restart_in_mrd_asks_about_premedication():
    (stop,) = judged(h(6), indication="mrd").stops
    assert (stop.code, stop.severity) == ("interruption.premedication_ask", "soft")


def test_a_later_restart_of_a_child_says_no_by_label_and_check_protocol():
    found = judged(h(5), indication="mrd", cycle_no=2, age=8)
    assert found.supervised
    assert [stop.code for stop in found.stops] == ["interruption.premedication_no"]
    assert "check protocol" in found.stops[0].message


def test_a_short_gap_changes_nothing_but_the_time_left():
    found = judged(timedelta(minutes=165), delivered=h(268))
    assert (found.premedication, found.stops, found.same_cycle) == (None, (), "yes")
    assert found.remaining == h(404)


def test_the_time_left_is_never_below_zero():
    assert judged(h(1), delivered=h(673)).remaining == h(0)


@pytest.mark.parametrize("label", [None, US, EU, TRAINING])
def test_the_four_hour_mark_is_four_hours_after_the_stop(label):
    assert four_hour_mark(at("2027-01-21T06:55Z"), label) == at("2027-01-21T10:55Z")


def test_the_seven_day_limit_of_the_neurotoxicity_journey():
    assert same_cycle_until(US, MONDAY) == MONDAY + timedelta(days=7)
