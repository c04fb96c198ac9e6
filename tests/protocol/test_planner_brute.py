"""The planner against a brute force that reads the case for itself.

Clock changes of an hour (New York, Berlin) and of half an hour (Lord Howe), windows, holidays,
reflows by the minute, cuts, early changes, lengths per dose, and any order of the goals.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.planner import plan
from protocol.planner_case import GOALS, read_case

from .planner_brute import Brute
from .planner_oracle import both

# Zone and a local day within reach of a change of its clocks.
CLOCKS = [
    ("America/New_York", "2027-03-13"),
    ("America/New_York", "2027-11-06"),
    ("Europe/Berlin", "2027-03-27"),
    ("Australia/Lord_Howe", "2027-04-03"),
    ("Australia/Lord_Howe", "2027-10-02"),
    ("UTC", "2027-01-04"),
]
HOLIDAYS = ["2027-03-14", "2027-11-07", "2027-03-28", "2027-04-05", "2027-10-03", "2027-01-05"]
LENGTHS = st.sampled_from([[11, 24], [13, 20, 48], [24, 25], [7, 12]])
WINDOWS = st.lists(
    st.sampled_from(
        [
            ["mon-fri", "08:00", "17:00"],
            ["sat", "09:30", "12:00"],
            ["sun", "00:00", "03:00"],
            ["mon-sun", "10:00", "10:00"],
        ]
    ),
    max_size=2,
    unique_by=tuple,
)


@st.composite
def cases(draw) -> dict:
    zone, day = draw(st.sampled_from(CLOCKS))
    clock = draw(st.sampled_from(["00:00", "08:00", "09:30", "10:00", "17:00", "22:17"]))
    start = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone))
    steps = draw(st.sampled_from([[], [24], [29], [13, 26]]))
    one = st.fixed_dictionaries({"inpatient": LENGTHS, "home": LENGTHS})
    per_dose = st.tuples(*[one] * (len(steps) + 1)).map(list)
    return {
        "start": start.isoformat(),
        "zone": zone,
        "total_hours": draw(st.integers(30, 60)),
        "delivered_minutes": draw(st.integers(0, 1700)),
        "dose_step_hours": steps,
        "home_from_hour": draw(st.sampled_from([None, 0, 20, 26])),
        "new_bag_at_discharge": draw(st.booleans()),
        "bag_hours": draw(st.one_of(LENGTHS.map(both), per_dose)),
        "change_windows": {"inpatient": draw(WINDOWS), "home": draw(WINDOWS)},
        "holidays": draw(st.sampled_from([[], HOLIDAYS])),
        "max_cut_hours": draw(st.integers(0, 23)),
        "max_early_change_hours": draw(st.sampled_from([0, 0, 2])),
        "goals": list(draw(st.permutations(GOALS))),
    }


@settings(max_examples=400, deadline=None)
@given(cases())
def test_figures_ties_runner_up_and_the_plan_itself_are_those_of_the_brute_force(data):
    equal, costs = Brute(data).tied()
    best = plan(read_case(data))
    assert best.feasible == bool(equal)
    if not equal:
        return
    worse = [cost for cost in costs if cost > costs[0]]
    assert tuple(best.cost[goal] for goal in data["goals"]) == costs[0]
    assert best.ties == len(equal)
    runner_up = best.runner_up and tuple(best.runner_up[goal] for goal in data["goals"])
    assert runner_up == (min(worse) if worse else None)
    assert tuple((bag.bag_hours, bag.runs_minutes) for bag in best.bags) == equal[0]


@pytest.mark.parametrize(
    ("zone", "start", "ends"),
    [
        ("America/New_York", "2027-03-13T10:00-05:00", "2027-03-14T11:00-04:00"),
        ("Australia/Lord_Howe", "2027-10-02T10:00+10:30", "2027-10-03T10:30+11:00"),
    ],
)
def test_a_window_that_is_one_minute_long_is_missed_by_a_clock_change(zone, start, ends):
    """24 h after 10:00 the clock shows 11:00, or 10:30: outside."""
    data = {
        "start": start,
        "zone": zone,
        "total_hours": 24,
        "bag_hours": both([24]),
        "change_windows": {"inpatient": [["mon-sun", "10:00", "10:00"]], "home": []},
    }
    best = plan(read_case(data))
    assert best.cost["outside_window"] == 1
    assert best.bags[-1].ends_at.isoformat(timespec="minutes") == ends
