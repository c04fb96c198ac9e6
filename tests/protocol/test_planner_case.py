"""Reading a case: every fault at once, and whatever is sent, never anything but a refusal."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.planner import plan
from protocol.planner_case import BadCase, Case, read_case

from .planner_oracle import NEW_YORK


def faults_of(**change):
    with pytest.raises(BadCase) as refusal:
        read_case({**NEW_YORK, **change})
    return {fault.field for fault in refusal.value.faults}


def test_every_fault_of_a_case_is_named_at_once():
    with pytest.raises(BadCase) as refusal:
        read_case({"start": "soon", "zone": "Mars", "bag_hours": {}, "goals": ["bags"], "x": 1})
    named = {fault.field for fault in refusal.value.faults}
    assert named >= {"start", "zone", "bag_hours", "change_windows", "goals", "x"}


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("start", "2027-01-04T10:00", "start"),
        ("start", "2027-01-04T10:00:30-05:00", "start"),
        ("start", "9999-12-31T10:00-05:00", "start"),
        ("total_hours", True, "total_hours"),
        ("total_hours", 0, "total_hours"),
        ("delivered_minutes", 672 * 60, "delivered_minutes"),
        ("dose_step_hours", [168, 168], "dose_step_hours"),
        ("dose_step_hours", [672], "dose_step_hours"),
        ("home_from_hour", 673, "home_from_hour"),
        ("new_bag_at_discharge", 1, "new_bag_at_discharge"),
        ("bag_hours", [{"inpatient": [24]}], "bag_hours"),
        ("bag_hours", {"inpatient": [24.5]}, "bag_hours.inpatient"),
        ("bag_hours", {"inpatient": [], "ward": [24]}, "bag_hours"),
        ("change_windows", {"home": [["fri", "17:00", "08:00"]]}, "change_windows.home"),
        ("change_windows", {"home": [[["mon"], "08:00", "17:00"]]}, "change_windows.home"),
        ("change_windows", {"home": [["mon", "08:00+01:00", "17:00"]]}, "change_windows.home"),
        ("holidays", ["18 January"], "holidays"),
        ("max_cut_hours", -1, "max_cut_hours"),
        ("goals", ["bags", "bags", "cut_minutes", "outside_window"], "goals"),
    ],
)
def test_a_fault_is_named_by_its_field(field, value, named):
    assert faults_of(**{field: value}) == {named}


def test_one_fault_hides_no_other_and_brings_no_other():
    assert faults_of(bag_hours={"inpatient": [0], "home": "24"}) == {
        "bag_hours.inpatient",
        "bag_hours.home",
    }
    lengths = NEW_YORK["bag_hours"]
    assert faults_of(bag_hours=[lengths, lengths], dose_step_hours=[-1]) == {"dose_step_hours"}
    assert faults_of(bag_hours={"home": [24]}, home_from_hour=None) == {"bag_hours"}


def test_what_is_no_object_is_refused():
    with pytest.raises(BadCase):
        read_case([NEW_YORK])


def test_windows_include_both_ends_and_holidays_close_them():
    case = read_case(
        {
            **NEW_YORK,
            "home_from_hour": 0,
            "change_windows": {"home": [["sat-mon", "10:00", "11:00"], ["wed", "10:00", "10:00"]]},
        }
    )
    days = {0: "Mon", 1: "Tue", 2: "Wed", 5: "Sat", 6: "Sun", 14: "holiday"}
    why = {day: case.why_outside(day * 1440 or 60) for day in days}
    assert why == {0: None, 1: "window", 2: None, 5: None, 6: None, 14: "holiday"}
    assert case.why_outside(5 * 1440 + 60) is None
    assert case.why_outside(5 * 1440 + 61) == "window"


def test_a_window_follows_the_clock_across_a_clock_change():
    case = read_case(
        {
            **NEW_YORK,
            "start": "2027-03-13T10:00-05:00",
            "home_from_hour": 0,
            "change_windows": {"home": [["mon-sun", "10:00", "10:59"]]},
        }
    )
    assert case.why_outside(24 * 60) == "window"  # 11:00 by the clock, 24 hours later
    assert case.why_outside(23 * 60) is None


def test_a_moved_case_looks_its_windows_up_anew():
    case = read_case(NEW_YORK)
    assert plan(case).cost["outside_window"] == 0
    later = read_case({**NEW_YORK, "start": "2027-01-09T10:00-05:00"})
    assert plan(case.restarted(case.instant(5 * 1440), 0)) == plan(later)
    assert plan(later).cost["outside_window"] > 0


def test_a_case_from_a_later_minute_has_the_same_wall_times():
    case = read_case(NEW_YORK)
    later = case.after(10_000)
    assert later.local(20_000) == case.local(20_000)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["mon-fri", "08:00", "2027-01-18", "UTC", "2027-01-04T10:00Z", 24, 672]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["inpatient", "home", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from([*NEW_YORK, "goals", "max_cut_hours", "y"]), values))
def test_whatever_is_sent_is_a_case_or_is_refused_with_reasons(change):
    try:
        assert isinstance(read_case({**NEW_YORK, **change}), Case)
    except BadCase as refusal:
        assert refusal.faults
        assert all(fault.field and fault.message for fault in refusal.faults)
