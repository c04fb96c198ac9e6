"""The planner against its published figures, a brute force, and bad cases."""

import pytest
from hypothesis import given, settings

from protocol.planner import plan
from protocol.planner_case import GOALS, read_case

from .planner_oracle import LONG, MIDDLE, NEW_YORK, SHORT, WINDOWS, both, cases, tied

# Outside / at home / bags for a start on Monday to Sunday, 4 to 10 January 2027 at 10:00 UTC.
FIGURES = [
    (SHORT, 72, None, "4/13/14 4/13/14 3/13/15 3/13/14 3/13/14 4/13/14 4/13/14"),
    (MIDDLE, 72, None, "0/7/8 0/7/8 0/8/9 0/7/8 0/7/8 1/7/8 1/8/8"),
    (LONG, 72, None, "0/4/4 0/4/4 0/4/4 0/4/4 0/4/4 1/4/5 1/4/5"),
    (SHORT, 216, 168, "3/10/15 3/10/15 3/10/15 2/10/15 2/10/15 3/10/15 3/10/15"),
    (MIDDLE, 216, 168, "0/6/8 0/5/8 0/6/9 0/6/8 0/5/8 1/5/8 1/6/8"),
    (LONG, 216, 168, "0/3/5 0/3/5 0/3/5 0/3/5 0/3/5 1/4/6 1/4/6"),
]


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


def test_a_case_without_a_plan_says_why():
    case = {**NEW_YORK, "bag_hours": both([96]), "max_cut_hours": 0}
    answer = plan(read_case(case))
    assert not answer.feasible
    assert "No sequence" in answer.why


@settings(max_examples=300, deadline=None)
@given(cases)
def test_the_planner_agrees_with_a_brute_force(data):
    case = read_case(data)
    equal, costs = tied(case)
    best = plan(case)
    assert best.feasible == bool(equal)
    if equal:
        worse = [cost for cost in costs if cost > costs[0]]
        assert tuple(best.cost[goal] for goal in case.goals) == costs[0]
        assert best.ties == len(equal)
        runner_up = best.runner_up and tuple(best.runner_up[goal] for goal in case.goals)
        assert runner_up == (min(worse) if worse else None)
        assert tuple((bag.bag_hours, bag.runs_minutes) for bag in best.bags) == equal[0]
