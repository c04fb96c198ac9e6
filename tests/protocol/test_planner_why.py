"""The sentence under a plan, and the answers that the journeys tell."""

import pytest

from protocol.planner import plan
from protocol.planner_case import GOALS, read_case
from protocol.planner_judge import judge

from .planner_oracle import LONG, NEW_YORK, SHORT, both

CHILD = {
    **NEW_YORK,
    "start": "2027-01-05T09:00-05:00",
    "dose_step_hours": [],
    "home_from_hour": 72,
}


def why(**change):
    return plan(read_case({**NEW_YORK, **change})).why


def test_the_child_of_the_second_journey_has_four_attendances_and_eight_ties():
    answer = plan(read_case(CHILD))
    assert (list(answer.cost.values()), answer.ties) == ([0, 4, 6, 0], 8)


def test_without_preserved_bags_her_weekend_changes_cannot_be_avoided():
    answer = plan(read_case({**CHILD, "bag_hours": both(SHORT), "holidays": []}))
    assert list(answer.cost.values())[:3] == [4, 13, 15]
    assert "weekend changes cannot be avoided with these lengths: 4" in answer.why


def test_the_discharge_of_the_fifth_journey_on_friday_evening():
    """72 h hung on Friday 16:45 ends on a holiday, 96 h on Tuesday."""
    case = read_case(
        {
            **NEW_YORK,
            "start": "2027-01-15T16:45-05:00",
            "delivered_minutes": 79 * 60 + 45,
            "dose_step_hours": [],
            "home_from_hour": 72,
        }
    )
    ends = {hours: case.delivered_minutes + hours * 60 for hours in (72, 96)}
    assert {h: f"{case.local(end):%a %d %H:%M}" for h, end in ends.items()} == {
        72: "Mon 18 16:45",
        96: "Tue 19 16:45",
    }
    assert {h: case.why_outside(end) for h, end in ends.items()} == {72: "holiday", 96: None}
    rest = [(168, 168 * 60)] * 2
    for hours, outside in ((72, True), (96, False)):
        left = case.total_minutes - ends[hours] - 2 * 168 * 60
        days = [(hours, hours * 60), *rest, *fitting(left)]
        assert judge(case, days).bags[0].outside_window is outside


@pytest.mark.parametrize(("restart", "end"), [("10:00", "Sat 06 06:00"), ("14:00", "Sat 06 10:00")])
def test_the_restart_of_the_fourth_journey_at_the_low_dose(restart, end):
    """268 h given; 9 mcg/day again for seven days, then the step, 404 h left in all."""
    case = read_case(
        {
            **NEW_YORK,
            "start": f"2027-01-20T{restart}-05:00",
            "delivered_minutes": 268 * 60,
            "dose_step_hours": [168, 436],
            "home_from_hour": 340,
            "bag_hours": [both(SHORT), both(SHORT), both(LONG)],
        }
    )
    bags = plan(case).bags
    step = next(bag for bag in bags if bag.boundary == "step")
    assert f"{step.ends_at:%a %d %H:%M}" == f"Wed 27 {restart}"
    assert f"{bags[-1].ends_at:%a %d %H:%M}" == end
    assert bags[-1].outside_window


def fitting(minutes):
    """Bags of 168 and 96 h for what is left, the last one cut."""
    runs = [(168, 168 * 60)] * (minutes // (168 * 60))
    left = minutes - 168 * 60 * len(runs)
    hours = next(hours for hours in LONG if hours * 60 >= left)
    return [*runs, (hours, left)]


def test_a_plan_inside_its_windows_says_so():
    assert why().startswith("Every change falls inside its window.")


def test_a_holiday_that_cannot_be_avoided_is_no_weekend():
    days = [f"2027-01-{day}" for day in range(11, 32)] + [f"2027-02-0{day}" for day in range(1, 9)]
    assert "Changes outside the windows cannot be avoided" in why(holidays=days)


def test_nothing_is_claimed_about_windows_that_were_not_the_first_goal():
    text = why(
        goals=["bags", "outside_window", "home_attendances", "cut_minutes"],
        zone="UTC",
        start="2027-01-09T10:00+00:00",
    )
    assert "not the first goal" in text
    assert "cannot be avoided" not in text


def test_the_figures_come_in_the_order_of_the_goals():
    text = why(goals=list(reversed(GOALS)))
    assert text.index("thrown away") < text.index("bags,") < text.index("attendances at home;")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            {"bag_hours": both([96]), "max_cut_hours": 0},
            "the dose step (hour 168, Mon 11 Jan 10:00)",
        ),
        ({"bag_hours": [both([24]), both([168])], "max_cut_hours": 0}, "the discharge (hour 216"),
        (
            {"bag_hours": [both([24]), {"inpatient": [24], "home": [168]}], "max_cut_hours": 0},
            "the end of the cycle (hour 672",
        ),
        (
            {"bag_hours": [both([24]), {"inpatient": [24]}]},
            "No length is offered at home from hour 216",
        ),
    ],
)
def test_without_a_plan_the_boundary_that_is_missed_is_named(change, named):
    answer = plan(read_case({**NEW_YORK, **change}))
    assert not answer.feasible
    assert named in answer.why
