"""The calendar of a cycle."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from protocol.schedule import (
    cycle_hours,
    cycle_schedule,
    infusion_day,
    is_supervised_day,
    next_cycle_not_before,
    step_hours,
)
from tests.protocol.cases import EU, MONDAY, TRAINING, US, at, codes_of, h

NEW_YORK = ZoneInfo("America/New_York")
STAYS = [
    ("rr", 1, (1, 9)),
    ("rr", 2, (1, 2)),
    ("rr", 3, None),
    ("mrd", 1, (1, 3)),
    ("mrd", 2, (1, 2)),
    ("mrd", 4, None),
]


def schedule(label=US, *, indication="rr", cycle_no=1, start=MONDAY):
    return cycle_schedule(label, indication=indication, cycle_no=cycle_no, start=start)


def test_the_adult_of_the_first_journey_ends_and_steps_as_told():
    plan = schedule(start=datetime(2027, 1, 4, 10, 0, tzinfo=NEW_YORK))
    assert plan.step_at[0].astimezone(NEW_YORK) == datetime(2027, 1, 11, 10, tzinfo=NEW_YORK)
    assert plan.end.astimezone(NEW_YORK) == datetime(2027, 2, 1, 10, tzinfo=NEW_YORK)


def test_a_cycle_through_the_spring_change_keeps_its_672_hours():
    start = datetime(2027, 3, 1, 10, 0, tzinfo=NEW_YORK)
    end = schedule(start=start).end
    assert end - schedule(start=start).start == h(672)
    assert end.astimezone(NEW_YORK).hour == 11


def test_a_cycle_through_the_autumn_change_ends_an_hour_earlier_by_the_clock():
    start = datetime(2026, 10, 20, 10, 0, tzinfo=NEW_YORK)
    assert schedule(start=start).end.astimezone(NEW_YORK).hour == 9


@pytest.mark.parametrize(("indication", "cycle_no", "days"), STAYS)
def test_the_hospital_stay_depends_on_indication_and_cycle(indication, cycle_no, days):
    plan = schedule(indication=indication, cycle_no=cycle_no)
    assert plan.supervised_days == days
    assert plan.supervised_text
    assert plan.supervision_source


def test_the_last_day_of_the_stay_belongs_to_it():
    plan = schedule()
    assert [day for day in range(12) if is_supervised_day(plan, day)] == list(range(1, 10))
    assert not is_supervised_day(schedule(cycle_no=3), 1)


def test_only_the_first_cycle_of_relapse_has_a_step():
    assert step_hours(US, "rr", 1) == (168,)
    assert step_hours(US, "rr", 2) == step_hours(US, "mrd", 1) == ()
    assert schedule(indication="mrd").step_at == ()


@pytest.mark.parametrize(("cycle_no", "days"), [(1, 14), (5, 14), (6, 56), (9, 56)])
def test_the_next_cycle_waits_for_the_treatment_free_days(cycle_no, days):
    asked = {"indication": "rr", "cycle_no": cycle_no, "ended_at": MONDAY}
    assert next_cycle_not_before(US, **asked) == MONDAY + timedelta(days=days)
    assert schedule(cycle_no=cycle_no).treatment_free_days == days


@pytest.mark.parametrize(
    ("elapsed", "day"), [(h(0), 1), (h(23.99), 1), (h(24), 2), (h(168), 8), (h(671), 28)]
)
def test_infusion_day_n_is_the_nth_24_hours(elapsed, day):
    assert infusion_day(elapsed) == day


def test_a_time_before_the_start_has_no_infusion_day():
    assert codes_of(lambda: infusion_day(h(-1))) == ["schedule.before_start"]


def test_a_cycle_without_row_or_with_one_only_remembered_is_refused():
    assert codes_of(lambda: schedule(indication="mrd", cycle_no=5)) == ["dose.no_such_cycle"]
    assert codes_of(lambda: schedule(EU, indication="consolidation")) == ["dose.no_such_cycle"]
    assert codes_of(lambda: schedule(indication="consolidation")) == ["label.row_unverified"]


def test_a_start_without_zone_is_refused():
    naive = datetime(2027, 1, 4, 10, 0)
    assert codes_of(lambda: schedule(start=naive)) == ["time.naive"]
    assert at("2027-01-04T10:00Z").tzinfo is not None


def test_a_cycle_lasts_28_days_of_infusion():
    assert cycle_hours(TRAINING) == 28 * 24
