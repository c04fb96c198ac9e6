"""28 local days are not always 672 hours, and a cycle of 672 hours does not end by the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from protocol.label import load
from protocol.planner import plan
from protocol.planner_case import read_case
from protocol.schedule import cycle_schedule, infusion_day

from .planner_oracle import WINDOWS, both

# Zone, start by the clock, hours until the same clock time 28 days later, when 672 h are over.
TABLE = [
    ("America/New_York", "2027-03-01T10:00", 671, "2027-03-29T11:00"),
    ("America/New_York", "2027-10-25T10:00", 673, "2027-11-22T09:00"),
    ("America/New_York", "2027-01-04T10:00", 672, "2027-02-01T10:00"),
    ("Europe/Berlin", "2027-03-15T09:30", 671, "2027-04-12T10:30"),
    ("Europe/Berlin", "2027-10-18T09:30", 673, "2027-11-15T08:30"),
    ("Australia/Lord_Howe", "2027-09-20T10:00", 671.5, "2027-10-18T10:30"),
    ("Australia/Lord_Howe", "2027-03-22T10:00", 672.5, "2027-04-19T09:30"),
    ("Australia/Sydney", "2027-03-22T23:45", 673, "2027-04-19T22:45"),
    ("Asia/Tokyo", "2027-03-01T10:00", 672, "2027-03-29T10:00"),
    ("Asia/Kolkata", "2027-10-25T00:15", 672, "2027-11-22T00:15"),
]
IDS = [f"{zone} {start}" for zone, start, _, _ in TABLE]
DAYS_28 = timedelta(days=28)
HOURS_672 = timedelta(hours=672)


def started(zone, start):
    return datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(("zone", "start", "hours", "_end"), TABLE, ids=IDS)
def test_28_local_days_have_so_many_hours(zone, start, hours, _end):
    begin = started(zone, start)
    end = begin + DAYS_28  # by the clock
    assert end.astimezone(UTC) - begin.astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.parametrize(("zone", "start", "_hours", "end"), TABLE, ids=IDS)
def test_672_hours_are_over_at_this_clock_time(zone, start, _hours, end):
    label = load("training-us-current")
    found = cycle_schedule(label, indication="rr", cycle_no=1, start=started(zone, start)).end
    assert found - started(zone, start).astimezone(UTC) == HOURS_672
    assert found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.fromisoformat(end)


@pytest.mark.parametrize(("zone", "start", "_hours", "end"), TABLE, ids=IDS)
def test_the_plan_ends_there_too_and_every_bag_runs_its_elapsed_hours(zone, start, _hours, end):
    begin = started(zone, start)
    case = {"start": begin.isoformat(), "zone": zone, "bag_hours": both([24, 48, 96])}
    bags = plan(read_case({**case, "change_windows": WINDOWS})).bags
    assert bags[-1].ends_at.replace(tzinfo=None) == datetime.fromisoformat(end)
    for bag in bags:
        elapsed = bag.ends_at.astimezone(UTC) - bag.hangs_at.astimezone(UTC)
        assert elapsed == timedelta(minutes=bag.runs_minutes)


def test_the_six_zones_and_the_five_lengths_are_all_in_the_table():
    assert len({zone for zone, *_ in TABLE}) == 6
    assert {hours for _, _, hours, _ in TABLE} == {671, 671.5, 672, 672.5, 673}


def test_a_week_over_the_spring_change_ends_an_hour_later_by_the_clock():
    zone = ZoneInfo("America/New_York")
    begin = datetime(2027, 3, 8, 2, 30, tzinfo=zone)
    end = (begin.astimezone(UTC) + timedelta(hours=168)).astimezone(zone)
    assert end.replace(tzinfo=None) == datetime(2027, 3, 15, 3, 30)
    assert infusion_day(timedelta(hours=168)) == 8
