"""The planner against its published figures, a brute force, and bad cases."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.planner import plan
from protocol.planner_case import GOALS, BadCase, read_case

WINDOWS = {
    "inpatient": [["mon-sun", "00:00", "23:59"]],
    "home": [["mon-fri", "00:00", "23:59"]],
}
SHORT, MIDDLE, LONG = [24, 48], [24, 48, 72, 96], [24, 48, 72, 96, 168]
# Outside / at home / bags for a start on Monday to Sunday, 4 to 10 January 2027 at 10:00 UTC.
FIGURES = [
    (SHORT, 72, None, "4/13/14 4/13/14 3/13/15 3/13/14 3/13/14 4/13/14 4/13/14"),
    (MIDDLE, 72, None, "0/7/8 0/7/8 0/8/9 0/7/8 0/7/8 1/7/8 1/8/8"),
    (LONG, 72, None, "0/4/4 0/4/4 0/4/4 0/4/4 0/4/4 1/4/5 1/4/5"),
    (SHORT, 216, 168, "3/10/15 3/10/15 3/10/15 2/10/15 2/10/15 3/10/15 3/10/15"),
    (MIDDLE, 216, 168, "0/6/8 0/5/8 0/6/9 0/6/8 0/5/8 1/5/8 1/6/8"),
    (LONG, 216, 168, "0/3/5 0/3/5 0/3/5 0/3/5 0/3/5 1/4/6 1/4/6"),
]
NEW_YORK = {
    "start": "2027-01-04T10:00-05:00",
    "zone": "America/New_York",
    "dose_step_hours": [168],
    "home_from_hour": 216,
    "new_bag_at_discharge": True,
    "bag_hours": {"inpatient": SHORT, "home": LONG},
    "change_windows": WINDOWS,
    "holidays": ["2027-01-18"],
}


def both(lengths):
    return {"inpatient": lengths, "home": lengths}


@pytest.mark.parametrize(("lengths", "home", "step", "row"), FIGURES)
def test_the_published_figures_are_reproduced(lengths, home, step, row):
    before_step = [hours for hours in lengths if hours != 168]
    case = {
        "zone": "UTC",
        "home_from_hour": home,
        "dose_step_hours": [step] if step else [],
        "bag_hours": [both(before_step), both(lengths)] if step else both(lengths),
        "change_windows": WINDOWS,
    }
    found = []
    for day in range(4, 11):
        cost = plan(read_case({**case, "start": f"2027-01-{day:02}T10:00+00:00"})).cost
        found.append(f"{cost['outside_window']}/{cost['home_attendances']}/{cost['bags']}")
    assert " ".join(found) == row


def test_new_york_has_forty_ties():
    best = plan(read_case(NEW_YORK))
    assert (list(best.cost.values()), best.ties) == ([0, 4, 9, 0], 40)
    assert best.runner_up == dict(zip(GOALS, (0, 4, 10, 0), strict=True))


def test_without_the_ward_limit_there_are_twenty_ties():
    best = plan(read_case({**NEW_YORK, "bag_hours": [both(MIDDLE), both(LONG)]}))
    assert (list(best.cost.values()), best.ties) == ([0, 4, 7, 0], 20)


def test_a_reflow_cuts_the_last_bags():
    case = {**NEW_YORK, "start": "2027-01-27T10:00-05:00", "delivered_minutes": 32_955}
    best = plan(read_case(case))
    assert (list(best.cost.values()), best.ties) == ([0, 2, 2, 1275], 1)


def test_every_fault_of_a_case_is_named_at_once():
    with pytest.raises(BadCase) as refusal:
        read_case({"start": "soon", "zone": "Mars", "bag_hours": {}, "goals": ["bags"], "x": 1})
    named = {fault.field for fault in refusal.value.faults}
    assert named >= {"start", "zone", "bag_hours", "change_windows", "goals", "x"}


def test_a_case_without_a_plan_says_why():
    case = {**NEW_YORK, "bag_hours": both([96]), "max_cut_hours": 0}
    answer = plan(read_case(case))
    assert not answer.feasible
    assert "No sequence" in answer.why


def every_plan(case, minute):
    """All legal (bag_hours, runs_minutes) sequences, straight from the definition."""
    if minute == case.total_minutes:
        yield ()
        return
    boundary = case.next_boundary(minute)
    for hours in case.lengths_at(minute):
        runs = {h * 60 for h in range(max(1, hours - case.max_early_change_hours), hours + 1)}
        runs = {r for r in runs if minute + r <= boundary}
        if 0 <= hours * 60 - (boundary - minute) <= case.max_cut_hours * 60:
            runs.add(boundary - minute)
        for run in sorted(runs):
            for rest in every_plan(case, minute + run):
                yield ((hours, run), *rest)


def cost_of(case, sequence):
    minute, cost = case.delivered_minutes, dict.fromkeys(GOALS, 0)
    for hours, run in sequence:
        minute += run
        cost["outside_window"] += case.is_outside(minute)
        cost["home_attendances"] += case.is_home_attendance(minute)
        cost["bags"] += 1
        cost["cut_minutes"] += hours * 60 - run
    return tuple(cost[goal] for goal in case.goals)


cases = st.fixed_dictionaries(
    {
        "start": st.sampled_from(
            ["2027-03-12T10:00-05:00", "2027-11-05T08:30-04:00", "2027-04-02T09:17+11:00"]
        ),
        "zone": st.sampled_from(["America/New_York", "Australia/Lord_Howe", "UTC"]),
        "total_hours": st.integers(30, 66),
        "delivered_minutes": st.integers(0, 1700),
        "dose_step_hours": st.sampled_from([[], [24], [29]]),
        "home_from_hour": st.sampled_from([None, 0, 20, 26]),
        "new_bag_at_discharge": st.booleans(),
        "bag_hours": st.sampled_from([both([11, 24]), both([13, 20, 48]), both([24, 25])]),
        "change_windows": st.sampled_from(
            [WINDOWS, {"inpatient": [["mon-fri", "08:00", "17:00"]], "home": []}]
        ),
        "holidays": st.sampled_from([[], ["2027-03-14", "2027-11-07", "2027-04-04"]]),
        "max_cut_hours": st.integers(0, 23),
        "max_early_change_hours": st.sampled_from([0, 0, 2]),
        "goals": st.permutations(GOALS),
    }
)


@settings(max_examples=300, deadline=None)
@given(cases)
def test_the_planner_agrees_with_a_brute_force(data):
    case = read_case(data)
    plans = sorted((cost_of(case, s), s) for s in set(every_plan(case, case.delivered_minutes)))
    best = plan(case)
    assert best.feasible == bool(plans)
    if plans:
        cheapest = plans[0][0]
        equal = [s for cost, s in plans if cost == cheapest]
        worse = [cost for cost, _ in plans if cost > cheapest]
        assert tuple(best.cost[goal] for goal in case.goals) == cheapest
        assert best.ties == len(equal)
        runner_up = best.runner_up and tuple(best.runner_up[goal] for goal in case.goals)
        assert runner_up == (min(worse) if worse else None)
        longest_first = max(tuple(run for _, run in s) for s in equal)
        assert tuple(bag.runs_minutes for bag in best.bags) == longest_first
