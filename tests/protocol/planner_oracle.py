"""What the planner tests share: the published cases, and a brute force written from its rules.

The brute force enumerates every legal sequence; only small horizons bear that.
"""

from hypothesis import strategies as st

from protocol.planner_case import GOALS

WINDOWS = {
    "inpatient": [["mon-sun", "00:00", "23:59"]],
    "home": [["mon-fri", "00:00", "23:59"]],
}
SHORT, MIDDLE, LONG = [24, 48], [24, 48, 72, 96], [24, 48, 72, 96, 168]
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


def tied(case):
    """The best sequences in the fixed order, longest runs first, and every cost, best first."""
    plans = sorted((cost_of(case, s), s) for s in set(every_plan(case, case.delivered_minutes)))
    equal = [s for cost, s in plans if cost == plans[0][0]]
    equal.sort(key=lambda sequence: [run for _, run in sequence], reverse=True)
    return equal, [cost for cost, _ in plans]
