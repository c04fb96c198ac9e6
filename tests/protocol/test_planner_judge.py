"""Plans made by hand: what they cost, why they are refused, and moving the end of a bag."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.planner import plan_of
from protocol.planner_case import GOALS, read_case
from protocol.planner_judge import Illegal, Judged, Refusal, judge, move_end, step_end
from protocol.planner_search import search
from protocol.stops import Stop

from .planner_oracle import NEW_YORK, cases, cost_of, every_plan

CASE = read_case(NEW_YORK)
FOUND = search(CASE)
DAY = 24 * 60
BEST = tuple((bag.bag_hours, bag.runs_minutes) for bag in plan_of(FOUND).bags)


def refused(runs, case=CASE, **more):
    answer = judge(case, runs, **more)
    assert isinstance(answer, Refusal)
    return answer


def refusal_of_move(*where):
    with pytest.raises(Illegal) as stop:
        move_end(FOUND, BEST, *where)
    return stop.value.refusal


@settings(max_examples=150, deadline=None)
@given(cases, st.data())
def test_exactly_the_sequences_of_the_brute_force_are_legal(data, draw):
    case = read_case(data)
    every = set(every_plan(case, case.delivered_minutes))
    if every:
        runs = draw.draw(st.sampled_from(sorted(every)))
        answer = judge(case, runs)
        assert isinstance(answer, Judged)
        assert tuple(answer.cost[goal] for goal in case.goals) == cost_of(case, runs)
        n = draw.draw(st.integers(0, len(runs) - 1))
        change = draw.draw(st.sampled_from([-60, -7, 7, 60, 24 * 60]))
        other = (*runs[:n], (runs[n][0], runs[n][1] + change), *runs[n + 1 :])
        assert isinstance(judge(case, other), Judged) == (other in every)


def test_a_bag_across_the_dose_step_is_refused_with_the_time_of_the_step():
    answer = refused([(48, 2 * DAY)] * 4)
    assert (answer.n, answer.code) == (4, "plan.crosses_step")
    assert "Mon 11 Jan 10:00" in answer.message
    assert answer.at.isoformat() == "2027-01-11T10:00:00-05:00"


@pytest.mark.parametrize(
    ("runs", "n", "code"),
    [
        ([(96, 4 * DAY)], 1, "plan.length_not_allowed"),
        ([(48, 3 * DAY)], 1, "plan.too_long"),
        ([(48, DAY)], 1, "plan.too_early"),
        ([(48, 0)], 1, "plan.ends_before_hang"),
        ([(48, 2 * DAY)], 1, "plan.not_to_the_end"),
        ([(48, 2 * DAY)] * 3 + [(48, DAY)], 4, "plan.cut_too_much"),
        ([*BEST[:4], (24, DAY), (48, 2 * DAY)], 6, "plan.crosses_discharge"),
        ([*BEST[:-1], (168, 8 * DAY)], 9, "plan.crosses_end"),
        ([*BEST, (24, DAY)], 10, "plan.past_the_end"),
        ([], 0, "plan.not_to_the_end"),
    ],
)
def test_the_first_rule_that_is_broken_is_named(runs, n, code):
    answer = refused(runs)
    assert (answer.n, answer.code) == (n, code), answer.message


def test_a_length_nobody_can_make_by_then_is_refused_with_that_reason():
    def allowed(minute, hours, setting):
        return Stop("x", "The pharmacy is closed.") if (minute, hours) == (0, 48) else None

    answer = refused(BEST, allowed=allowed)
    assert (answer.code, answer.message) == ("plan.not_allowed_here", "The pharmacy is closed.")


def test_a_refusal_tells_where_the_bag_may_end():
    assert refused([(48, 3 * DAY)]).ends == (DAY, 2 * DAY)


def test_moving_an_end_keeps_the_bags_before_and_replans_the_rest():
    moved = move_end(FOUND, BEST, 1, DAY)
    assert moved.runs[0] == (24, DAY)
    assert moved.cost["outside_window"] == 0
    assert isinstance(judge(CASE, moved.runs), Judged)
    assert moved.fixed == 1


def test_a_wish_of_the_journey_is_reached_by_moving_one_end():
    home = next(n for n, bag in enumerate(plan_of(FOUND).bags, 1) if bag.setting == "home")
    moved = move_end(FOUND, BEST, home, CASE.home_from_minute + 7 * DAY)
    assert f"{moved.bags[home - 1].ends_at:%a %d}" == "Wed 20"
    assert moved.cost == dict(zip(GOALS, (0, 4, 9, 0), strict=True))


def test_an_end_is_not_moved_across_the_step_or_onto_a_holiday():
    crossing = refusal_of_move(4, 8 * DAY)
    assert (crossing.code, crossing.minute) == ("plan.crosses_step", 7 * DAY)
    home = next(n for n, bag in enumerate(plan_of(FOUND).bags, 1) if bag.setting == "home")
    assert refusal_of_move(home, 14 * DAY).code == "plan.holiday"
    assert refusal_of_move(home, 12 * DAY).code == "plan.outside_window"


def test_a_length_that_does_not_exist_names_the_ends_that_do():
    refusal = refusal_of_move(1, DAY + 60)
    assert refusal.code == "plan.too_early"
    assert refusal.ends == (DAY, 2 * DAY)


def test_a_move_that_pushes_later_changes_out_of_their_windows_is_refused():
    found = search(read_case({**NEW_YORK, "bag_hours": {"inpatient": [24, 48], "home": [48, 72]}}))
    with pytest.raises(Illegal) as stop:
        move_end(found, tuple(found.lead(0)), 8, 17 * DAY)
    assert stop.value.refusal.code == "plan.window_later"


def test_a_bag_that_is_not_in_the_plan_cannot_be_moved():
    assert refusal_of_move(99, DAY).code == "plan.no_such_bag"


def test_an_arrow_key_goes_to_the_next_legal_end():
    assert step_end(FOUND, BEST, 1, later=False).runs[0] == (24, DAY)
    back = step_end(FOUND, move_end(FOUND, BEST, 1, DAY).runs, 1, later=True)
    assert back.runs[0] == (48, 2 * DAY)
    with pytest.raises(Illegal) as stop:
        step_end(FOUND, BEST, 1, later=True)
    assert stop.value.refusal.code == "plan.too_long"
