"""When a bag can be prepared for its hang time, and what the planner may not offer therefore."""

import time as process
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.planner import plan
from protocol.planner_case import days_of, read_case
from protocol.planner_search import search
from protocol.preparation import (
    Limits,
    PharmacyHours,
    allowed_by,
    limits_of,
    preparation,
    slack_minutes,
)
from protocol.stability import Stay, discard_after, storage_limits

from .cases import TRAINING, bag
from .planner_oracle import NEW_YORK

ZONE = ZoneInfo("America/New_York")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEKDAYS = PharmacyHours(ZONE, ((days_of("mon-fri"), time(7), time(17)),), frozenset())
TWO_DAYS_WARM = Limits(room=48 * 60, cold=8 * 24 * 60)
ONE_DAY_COLD = Limits(room=48 * 60, cold=72 * 60)


def local(day, hour, minute=0):
    return datetime(2027, 1, day, hour, minute, tzinfo=ZONE)


def prepared(hangs_at, hours, limits=TWO_DAYS_WARM, pharmacy=WEEKDAYS, **more):
    return preparation(pharmacy, limits, hangs_at=hangs_at, runs_minutes=hours * 60, **more)


def test_a_bag_is_prepared_between_its_cold_limit_and_its_hang():
    found = prepared(local(16, 10), 48)
    assert (found.from_at, found.by_at) == (local(11, 7), local(15, 17))


def test_it_is_prepared_at_the_latest_when_it_hangs_less_the_way_to_the_patient():
    assert prepared(local(14, 10), 24).by_at == local(14, 10)
    assert prepared(local(14, 10), 24, lead_minutes=240).by_at == local(13, 17)


def test_slack_is_the_earlier_of_the_room_and_the_cold_limit():
    warm = prepared(local(14, 10), 48)
    assert (warm.slack_minutes, warm.discard_after) == (0, local(16, 10))
    assert prepared(local(14, 10), 24).slack_minutes == 24 * 60
    late = prepared(local(17, 10), 24, ONE_DAY_COLD)
    assert (late.by_at, late.slack_minutes) == (local(15, 17), 7 * 60)


@pytest.mark.parametrize(
    ("hangs_at", "hours", "limits", "more", "code"),
    [
        (local(14, 10), 72, TWO_DAYS_WARM, {}, "preparation.room_limit"),
        (local(14, 10), 48, Limits(48 * 60, 24 * 60), {}, "preparation.cold_limit"),
        (local(17, 18), 48, ONE_DAY_COLD, {}, "preparation.pharmacy_closed"),
        (local(14, 10), 24, TWO_DAYS_WARM, {"not_before": local(14, 11)}, "preparation.too_late"),
        (
            local(17, 10),
            24,
            TWO_DAYS_WARM,
            {"not_before": local(15, 18)},
            "preparation.pharmacy_closed",
        ),
    ],
)
def test_no_time_to_prepare_it_has_a_reason(hangs_at, hours, limits, more, code):
    found = prepared(hangs_at, hours, limits, **more)
    assert found.stop.code == code
    assert (found.from_at, found.by_at, found.slack_minutes) == (None, None, None)


def test_the_reason_names_the_stretch_in_which_nobody_works():
    message = prepared(local(17, 18), 48, ONE_DAY_COLD).stop.message
    assert "between Sat 16 Jan 18:00 and Sun 17 Jan 18:00" in message


def test_a_holiday_is_no_working_day():
    pharmacy = PharmacyHours(ZONE, WEEKDAYS.windows, frozenset({date(2027, 1, 18)}))
    assert pharmacy.latest(local(19, 6)) == local(15, 17)
    assert pharmacy.earliest(local(15, 17) + timedelta(minutes=1)) == local(19, 7)
    assert WEEKDAYS.earliest(local(18, 12)) == local(18, 12)


def test_a_pharmacy_that_never_works_prepares_nothing():
    closed = PharmacyHours(ZONE, (), frozenset())
    assert closed.latest(local(14, 10)) is None
    assert closed.earliest(local(14, 10)) is None
    assert prepared(local(14, 10), 24, pharmacy=closed).stop.code == "preparation.pharmacy_closed"


def test_working_hours_follow_the_clock_and_limits_do_not():
    hang = datetime(2027, 3, 15, 6, 0, tzinfo=ZONE)
    # 15 March 06:00 is 60 elapsed hours after 12 March 17:00: one hour less than the clock says.
    later = prepared(hang, 11, Limits(48 * 60, 72 * 60))
    assert later.by_at == datetime(2027, 3, 12, 17, 0, tzinfo=ZONE)
    assert later.slack_minutes == 60


def test_slack_counts_whole_minutes_and_may_be_negative():
    end = local(14, 10)
    assert slack_minutes(end, end + timedelta(seconds=119)) == 1
    assert slack_minutes(end, end - timedelta(seconds=1)) == -1
    assert (
        slack_minutes(
            datetime(2027, 3, 14, 1, 0, tzinfo=ZONE), datetime(2027, 3, 14, 4, 0, tzinfo=ZONE)
        )
        == 120
    )


def test_it_agrees_with_the_rules_of_storage():
    for hours in (24, 48, 72, 96, 168):
        recipe = bag(hours)
        limits = limits_of(storage_limits(TRAINING, recipe))
        hang = local(14, 10)
        found = prepared(hang, hours, limits)
        stays = [Stay("cold", found.by_at), Stay("room", hang)]
        expires = discard_after(TRAINING, recipe, prepared_at=found.by_at, stays=stays)
        assert found.discard_after == expires
        assert found.slack_minutes == slack_minutes(hang + hours * HOUR, expires)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_planner_is_told_the_same_as_the_page(data):
    start = datetime(2027, 3, 1, tzinfo=UTC) + data.draw(st.integers(0, 21 * 24)) * HOUR
    case = read_case({**NEW_YORK, "start": start.isoformat()})
    days = data.draw(st.sampled_from(["mon-fri", "mon,thu", "tue", "sat-sun"]))
    pharmacy = PharmacyHours(ZONE, ((days_of(days), time(7), time(17)),), frozenset())
    limits = Limits(data.draw(st.integers(40, 200)) * 60, data.draw(st.integers(40, 200)) * 60)
    more = {
        "lead_minutes": data.draw(st.sampled_from([0, 90, 2000])),
        "not_before": data.draw(st.sampled_from([None, start, start + 3 * DAY])),
    }
    allowed = allowed_by(case, pharmacy, {48: limits}, **more)
    minute = data.draw(st.integers(0, case.total_minutes - 1))
    page = preparation(
        pharmacy, limits, hangs_at=case.instant(minute), runs_minutes=48 * 60, **more
    )
    assert allowed(minute, 48, "home") == page.stop
    if page.stop is None:
        assert page.from_at <= page.by_at <= case.instant(minute)
        assert page.slack_minutes >= 0


LIMITS = {
    hours: Limits(max(hours, 48) * 60, 72 * 60 + hours * 60) for hours in (24, 48, 72, 96, 168)
}


def test_a_length_that_cannot_be_prepared_is_not_planned_and_its_reason_is_kept():
    case = read_case(NEW_YORK)
    strict = {hours: Limits(168 * 60, hours * 60 + 20 * 60) for hours in LIMITS}
    found = search(case, allowed_by(case, WEEKDAYS, strict))
    assert found.legal.refused
    assert {refused.stop.code for refused in found.legal.refused} == {"preparation.pharmacy_closed"}
    refused = {(one.minute, one.bag_hours) for one in found.legal.refused}
    bags = plan(case, allowed_by(case, WEEKDAYS, strict)).bags
    assert bags
    assert not refused & {(one.minute, one.bag_hours) for one in bags}


def test_when_nothing_can_be_prepared_the_plan_says_why():
    case = read_case(NEW_YORK)
    closed = PharmacyHours(ZONE, (), frozenset())
    answer = plan(case, allowed_by(case, closed, LIMITS))
    assert not answer.feasible
    assert "The pharmacy does not work between" in answer.why


def test_asking_the_pharmacy_keeps_the_planner_fast():
    case = read_case({**NEW_YORK, "max_early_change_hours": 12})
    before = process.process_time()
    plan(case, allowed_by(case, WEEKDAYS, LIMITS))
    assert process.process_time() - before < 1
