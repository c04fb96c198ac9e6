"""The start advisor: each start hour with its proven plan, one at a time."""

from datetime import UTC, datetime, timedelta

from protocol.advisor import advise
from protocol.planner import plan
from protocol.planner_case import read_case
from protocol.stops import Stop

from .planner_oracle import MIDDLE, NEW_YORK, WINDOWS, both

CASE = read_case(
    {
        "start": "2027-01-04T10:00+00:00",
        "zone": "UTC",
        "home_from_hour": 72,
        "bag_hours": both(MIDDLE),
        "change_windows": WINDOWS,
    }
)
MONDAY = datetime(2027, 1, 4, 10, tzinfo=UTC)
HOURS = [MONDAY + timedelta(hours=hour) for hour in range(14 * 24)]


def test_the_published_week_comes_out():
    week = advise(CASE, [MONDAY + timedelta(days=day) for day in range(7)])
    assert [
        "/".join(
            str(advice.plan.cost[goal]) for goal in ("outside_window", "home_attendances", "bags")
        )
        for advice in week
    ] == ["0/7/8", "0/7/8", "0/8/9", "0/7/8", "0/7/8", "1/7/8", "1/8/8"]


def test_a_disconnect_on_a_weekend_is_told():
    week = advise(CASE, [MONDAY + timedelta(days=day) for day in range(7)])
    assert [advice.weekend_disconnect for advice in week] == [False] * 5 + [True] * 2


def test_starts_are_compared_by_the_goals_in_their_order():
    monday, wednesday = advise(CASE, [MONDAY, MONDAY + timedelta(days=2)])
    assert monday.key(CASE.goals) < wednesday.key(CASE.goals)
    sunday, saturday = advise(CASE, [MONDAY + timedelta(days=6), MONDAY + timedelta(days=5)])
    assert saturday.key(CASE.goals) < sunday.key(CASE.goals)
    assert wednesday.key(["bags", "outside_window"]) > sunday.key(["bags", "outside_window"])


def test_every_start_hour_is_the_plan_of_that_hour():
    for advice in list(advise(CASE, HOURS))[::50]:
        assert advice.plan == plan(CASE.restarted(advice.start, 0))
        assert advice.ends_at == advice.start + timedelta(hours=672)


def test_the_caller_may_stop_at_any_hour():
    asked = []

    def starts():
        for start in HOURS:
            asked.append(start)
            yield start

    hours = advise(CASE, starts())
    next(hours), next(hours)
    assert len(asked) == 2


def test_a_start_without_a_plan_says_why():
    def closed(case):
        return lambda minute, hours, setting: Stop("x", "The pharmacy is closed.")

    (advice,) = advise(read_case(NEW_YORK), [MONDAY], allowed_for=closed)
    assert (advice.plan.feasible, advice.ends_at, advice.weekend_disconnect) == (False, None, False)
    assert "The pharmacy is closed." in advice.plan.why


def test_times_are_local_to_the_case():
    (advice,) = advise(read_case(NEW_YORK), [MONDAY])
    assert advice.start.isoformat() == "2027-01-04T05:00:00-05:00"
