"""The fixed bag pattern: whole coverage, no bag across a boundary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.pattern import fixed_pattern
from tests.protocol.cases import codes_of

LENGTHS = st.sampled_from([24, 48, 72, 96, 168])


def pattern(*, steps=(168,), home=216, inpatient=48, at_home=168, **more):
    return fixed_pattern(
        total_hours=672,
        step_hours=steps,
        home_from_hour=home,
        inpatient_hours=inpatient,
        home_hours=at_home,
        **more,
    )


def test_the_first_cycle_in_hospital_for_nine_days_then_home():
    bags = pattern()
    assert [bag.runs_minutes // 60 for bag in bags] == [48, 48, 48, 24, 48, 168, 168, 120]
    assert [bag.boundary for bag in bags] == [
        None,
        None,
        None,
        "step",
        "discharge",
        None,
        None,
        "end",
    ]
    assert [bag.setting for bag in bags] == ["inpatient"] * 5 + ["home"] * 3
    assert [bag.n for bag in bags] == list(range(1, 9))


def test_a_shorter_length_is_taken_before_a_boundary():
    bags = pattern(shorter=[24, 48, 72, 96])
    assert [bag.bag_hours for bag in bags] == [48, 48, 48, 24, 48, 168, 168, 168]
    assert pattern(home=None, steps=(), at_home=96, inpatient=96)[-1].bag_hours == 96


def test_without_a_new_bag_the_discharge_is_no_boundary():
    bags = pattern(steps=(), home=72, new_bag_at_discharge=False)
    assert [bag.minute // 60 for bag in bags[:3]] == [0, 48, 96]
    assert "discharge" not in {bag.boundary for bag in bags}
    assert [bag.setting for bag in bags[:3]] == ["inpatient", "inpatient", "home"]


def test_a_patient_who_stays_has_no_home_bags():
    assert {bag.setting for bag in pattern(home=None)} == {"inpatient"}


def test_a_step_at_the_discharge_is_called_a_step():
    bags = pattern(steps=(168,), home=168)
    assert [bag.boundary for bag in bags if bag.boundary] == ["step", "end"]


def test_a_plan_can_begin_in_the_middle():
    bags = pattern(delivered_minutes=32_955)
    assert (bags[0].minute, bags[0].n) == (32_955, 1)
    assert sum(bag.runs_minutes for bag in bags) == 672 * 60 - 32_955


@pytest.mark.parametrize("faulty", [{"inpatient": 0}, {"at_home": -1}, {"shorter": [0]}])
def test_lengths_must_be_above_zero(faulty):
    assert codes_of(lambda: pattern(**faulty)) == ["pattern.not_positive"]


def test_time_delivered_cannot_be_negative():
    assert codes_of(lambda: pattern(delivered_minutes=-1)) == ["pattern.negative_delivered"]


@given(LENGTHS, LENGTHS, st.integers(1, 671), st.integers(1, 671), st.booleans())
def test_bags_cover_every_minute_and_cross_no_boundary(inpatient, at_home, step, home, new_bag):
    bags = pattern(
        steps=(step,), home=home, inpatient=inpatient, at_home=at_home, new_bag_at_discharge=new_bag
    )
    ends = [bag.minute + bag.runs_minutes for bag in bags]
    assert [bag.minute for bag in bags] == [0, *ends[:-1]]
    assert ends[-1] == 672 * 60
    wanted = {step * 60} | ({home * 60} if new_bag else set())
    assert wanted <= set(ends)
    assert all(0 < bag.runs_minutes <= bag.bag_hours * 60 for bag in bags)
