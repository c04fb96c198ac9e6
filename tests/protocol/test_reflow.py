"""After an interruption, a lost bag or an early change: the ways on and what each changes."""

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.planner import bags_of, plan
from protocol.planner_case import read_case
from protocol.planner_judge import Judged, judge, move_end
from protocol.planner_search import search
from protocol.reflow import reflow
from protocol.reflow_diff import OldBag
from protocol.reflow_facts import Facts, Running

from .planner_oracle import NEW_YORK, both

CASE = read_case(NEW_YORK)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEVER = CASE.local(CASE.total_minutes) + 99 * DAY


def journey():
    """The plan of the first journey: changes on Wed 20, Wed 27, Fri 29 January, end Mon 1 Feb."""
    found, runs = search(CASE), tuple(search(CASE).lead(0))
    for n, day in ((6, 16), (7, 23), (8, 25)):
        runs = move_end(found, runs, n, day * 1440).runs
    return bags_of(CASE, runs)


PLAN = journey()


def as_old(bag, **more):
    made = {"made": True, "code": f"BAG{bag.n}", "discard_after": NEVER, **more}
    return OldBag(
        bag.n, bag.minute, bag.bag_hours, bag.runs_minutes, bag.hangs_at, bag.ends_at, **made
    )


def running(bag, left, discard_after):
    return Running(bag.n, bag.bag_hours, left, discard_after, bag.end, bag.ends_at, "RUN")


def facts(at, delivered, bag, left, discard_after, new_bag_at=None):
    return Facts(at, delivered, running(bag, left, discard_after), at, new_bag_at or at)


def after_pause(n, minutes, *, expires=NEVER, **more):
    """Bag n has run for ten hours and then stood still so long; it runs again."""
    bag = PLAN[n - 1]
    at = bag.hangs_at + 10 * HOUR + minutes * MINUTE
    old = [as_old(one, **more) for one in PLAN[n:]]
    left = bag.runs_minutes - 600
    return reflow(
        CASE, old, facts(at, bag.minute + 600, bag, left, expires), old_end=PLAN[-1].ends_at
    )


def story():
    """The third journey: the pump died at 01:55 on 21 January, the infusion goes on at 04:40."""
    bag = PLAN[6]
    at = CASE.local(bag.minute).replace(day=21, hour=4, minute=40)
    now = facts(at, bag.minute + 955, bag, 168 * 60 - 955, bag.ends_at)
    return reflow(CASE, [as_old(one) for one in PLAN[7:]], now, old_end=PLAN[-1].ends_at)


def test_the_plan_of_the_journey_is_as_told():
    assert [f"{bag.ends_at:%a %d}" for bag in PLAN[5:]] == ["Wed 20", "Wed 27", "Fri 29", "Mon 01"]


def test_a_long_pause_lets_the_running_bag_expire_with_drug_left():
    end = story().running
    assert f"{end.empty_at:%a %d %H:%M}" == "Wed 27 12:45"
    assert f"{end.ends_at:%a %d %H:%M}" == "Wed 27 10:00"
    assert end.undelivered_minutes == 165


def test_the_ledger_and_the_end_of_the_cycle_move_by_the_pause():
    answer = story()
    assert answer.needed
    assert (answer.behind_minutes, answer.last_bag_short_minutes) == (165, 165)
    assert f"{answer.old_end:%a %d %H:%M}" == "Mon 01 10:00"
    assert f"{answer.new_end:%a %d %H:%M}" == "Mon 01 12:45"


def test_the_ways_on_are_a_longer_last_bag_or_ending_short():
    best, short = story().options
    assert (best.kind, short.kind) == ("best", "end_short")
    assert list(best.cost.values()) == [0, 2, 2, 1275]
    assert [bag.bag_hours for bag in best.bags] == [48, 96]
    assert (short.short_minutes, short.needs_prescriber) == (165, True)
    assert f"{short.ends_at:%a %d %H:%M}" == "Mon 01 10:00"


def test_the_diff_tells_of_every_bag_what_becomes_of_it():
    rows = story().options[0].diff
    assert [(row.kind, row.bag_hours, row.old_n, row.new_n) for row in rows] == [
        ("kept", 48, 8, 8),
        ("make", 96, None, 9),
        ("review", 72, 9, None),
    ]
    assert rows[1].cut_minutes == 1275


def test_what_the_bags_lack_is_what_was_lost_though_a_dose_step_follows():
    """A bag of the next dose does not count as one for the hours before the step."""
    step = CASE.next_boundary(0)
    assert PLAN[1].end < step < CASE.total_minutes
    answer = after_pause(2, 330, expires=PLAN[1].ends_at)
    assert answer.running.undelivered_minutes == 330
    assert answer.last_bag_short_minutes == 330


def test_a_lost_bag_has_to_be_made_again_though_its_times_stay():
    answer = after_pause(6, 0, lost=True)
    assert answer.needed
    (option,) = [one for one in answer.options if one.kind == "keep_bags"]
    assert {row.kinds for row in option.diff} == {("make", "kept")}


def test_nothing_is_needed_while_the_facts_are_as_planned():
    answer = after_pause(6, 0)
    assert not answer.needed
    assert {row.kind for row in answer.options[0].diff} == {"kept"}
    assert answer.options[0].kind == "keep_bags"
    assert answer.options[0].is_best


def test_a_pause_the_bag_can_take_moves_every_change():
    answer = after_pause(1, 45)
    kept = next(option for option in answer.options if option.kind == "keep_bags")
    assert answer.running.undelivered_minutes == 0
    assert {row.kind for row in kept.diff} == {"moved"}
    assert {row.new_hangs_at - row.old_hangs_at for row in kept.diff} == {45 * MINUTE}


def test_the_old_time_of_the_change_can_be_kept_by_throwing_drug_away():
    early = next(o for o in after_pause(7, 75).options if o.kind == "change_early")
    assert (early.start, early.discarded_minutes) == (PLAN[6].ends_at, 75)
    assert early.delivered_minutes == PLAN[6].end - 75


def test_a_running_bag_that_would_end_on_a_holiday_may_be_changed_the_day_before():
    case = read_case({**NEW_YORK, "holidays": ["2027-01-18", "2027-01-20"]})
    bag = PLAN[5]
    at = bag.hangs_at + 10 * HOUR
    now = facts(at, bag.minute + 600, bag, bag.runs_minutes - 600, NEVER)
    old = [as_old(one) for one in PLAN[6:]]
    answer = reflow(case, old, now, old_end=PLAN[-1].ends_at)
    early = [option for option in answer.options if option.kind == "change_early"]
    assert [f"{option.start:%a %d %H:%M}" for option in early] == ["Tue 19 23:00"]
    assert answer.options[0].start_outside_window is False


def test_a_dose_step_is_never_passed_by_the_running_bag():
    bag = PLAN[3]
    now = facts(bag.hangs_at + HOUR, bag.minute + 60, bag, 47 * 60, NEVER)
    answer = reflow(CASE, [as_old(one) for one in PLAN[4:]], now, old_end=PLAN[-1].ends_at)
    assert answer.running.ends_at == CASE.local(168 * 60)


def test_a_made_bag_that_expires_before_its_new_end_clashes_and_is_not_refused():
    answer = after_pause(6, 45, discard_after=PLAN[6].ends_at)
    row = next(o for o in answer.options if o.kind == "keep_bags").diff[0]
    assert row.kind == "clash"
    assert row.overrun_minutes == 45


def test_a_made_bag_that_expires_before_it_hangs_is_named():
    answer = after_pause(7, 300, discard_after=PLAN[7].hangs_at + MINUTE)
    kept = next(option for option in answer.options if option.kind in ("best", "keep_bags"))
    assert "expired" in {row.kind for row in kept.diff}


def test_a_bag_of_another_dose_is_for_review():
    old = [as_old(one, dose_mcg_per_day=Decimal(28)) for one in PLAN[7:]]
    bag = PLAN[6]
    now = Facts(
        bag.hangs_at + 10 * HOUR,
        bag.minute + 600,
        running(bag, 9480, NEVER),
        bag.hangs_at,
        bag.hangs_at,
        doses=(Decimal(9), Decimal(9)),
    )
    rows = reflow(CASE, old, now, old_end=PLAN[-1].ends_at).options[0].diff
    assert {row.kind for row in rows} == {"make", "review"}


def lost(*, new_bag_after, spare=()):
    """The next bag is lost; a new one can hang so many hours after the running one ends."""
    bag = PLAN[6]
    at = bag.ends_at - HOUR
    old = [as_old(one, made=one.bag_hours in spare) for one in PLAN[7:]]
    now = facts(at, bag.end - 60, bag, 60, NEVER, bag.ends_at + new_bag_after * HOUR)
    return reflow(CASE, old, now, old_end=PLAN[-1].ends_at)


def test_treatment_is_delayed_only_when_no_bag_can_be_had():
    assert {option.delay_minutes for option in lost(new_bag_after=0).options} == {0}
    (only,) = lost(new_bag_after=3).options
    assert (only.kind, only.delay_minutes, only.needs_prescriber) == ("delay", 180, True)
    assert only.ends_at == PLAN[-1].ends_at + 3 * HOUR


def test_a_bag_at_hand_is_hung_rather_than_waiting_for_a_better_one():
    options = lost(new_bag_after=3, spare=(72,)).options
    assert {option.delay_minutes for option in options} == {0}
    assert options[0].bags[0].bag_hours == 72


def test_a_bag_that_cannot_be_there_in_time_is_marked_late():
    rows = lost(new_bag_after=30, spare=(48,)).options[0].diff
    assert all(
        ("late" in row.kinds) == (row.new_hangs_at < rows[0].new_hangs_at + 30 * HOUR)
        for row in rows
        if row.code == ""
    )


def test_a_stopped_patient_starts_again_as_soon_as_a_bag_can_hang():
    at = PLAN[6].hangs_at + 10 * HOUR
    now = Facts(at, PLAN[6].minute + 600, None, at + 2 * HOUR, at)
    answer = reflow(CASE, [as_old(one) for one in PLAN[7:]], now, old_end=PLAN[-1].ends_at)
    assert {option.delay_minutes for option in answer.options} == {120}
    assert answer.new_end == at + 2 * HOUR + (CASE.total_minutes - PLAN[6].minute - 600) * MINUTE


def test_when_no_way_gives_the_whole_cycle_the_rule_is_named():
    case = read_case({**NEW_YORK, "max_cut_hours": 2, "bag_hours": both([24, 48, 72, 96])})
    bag = PLAN[6]
    at = bag.ends_at - HOUR
    now = facts(at, bag.end - 60 - 165, bag, 60, NEVER)
    answer = reflow(case, [as_old(one) for one in PLAN[7:]], now, old_end=PLAN[-1].ends_at)
    assert [option.kind for option in answer.options] == ["end_short"]
    assert "No sequence" in answer.why


def test_the_last_bag_has_nothing_left_to_plan():
    answer = after_pause(9, 0)
    assert (answer.options, answer.needed) == ((), False)
    assert after_pause(9, 20).needed


def test_seconds_do_not_matter():
    bag = PLAN[5]
    at = bag.hangs_at + 10 * HOUR + timedelta(seconds=40)
    now = facts(at, bag.minute + 600, bag, bag.runs_minutes - 600, NEVER)
    assert not reflow(CASE, [as_old(b) for b in PLAN[6:]], now, old_end=PLAN[-1].ends_at).needed


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_option_is_legal_whole_and_accounts_for_every_bag(data):
    n = data.draw(st.integers(1, 8))
    bag = PLAN[n - 1]
    ran = data.draw(st.integers(0, bag.runs_minutes - 1))
    at = bag.hangs_at + (ran + data.draw(st.integers(0, 3000))) * MINUTE
    stays = data.draw(st.sampled_from([NEVER, bag.ends_at, at + HOUR]))
    made = data.draw(st.lists(st.booleans(), min_size=9, max_size=9))
    old = [as_old(one, made=made[one.n - 1]) for one in PLAN[n:]]
    ready = at + data.draw(st.integers(0, 100)) * HOUR
    now = facts(at, bag.minute + ran, bag, bag.runs_minutes - ran, stays, ready)
    answer = reflow(CASE, old, now, old_end=PLAN[-1].ends_at)
    delays = [option.delay_minutes for option in answer.options]
    assert delays == sorted(delays)
    assert not (0 in [o.delay_minutes + o.short_minutes for o in answer.options] and any(delays))
    for option in answer.options:
        case = CASE.restarted(option.start, option.delivered_minutes)
        runs = [(one.bag_hours, one.runs_minutes) for one in option.bags]
        assert isinstance(judge(case, runs), Judged) == (option.short_minutes == 0)
        seen = [row.old_n for row in option.diff if row.old_n]
        assert sorted(seen) == [one.n for one in old]
        assert [row.new_n for row in option.diff if row.new_n] == [one.n for one in option.bags]
        if option.is_best:
            assert option.cost == plan(case).cost or not all(made)


def in_zone(zone):
    """A pause over the hour that New York skips on 14 March, all times given in one zone."""
    case = read_case({**NEW_YORK, "start": "2027-03-05T10:00-05:00"})
    bags = plan(case).bags
    bag = next(bag for bag in bags if bag.ends_at.day > 14)
    at = (bag.hangs_at.astimezone(UTC) + 10 * HOUR + 45 * MINUTE).astimezone(zone)
    empty = bag.ends_at.astimezone(UTC) + 45 * MINUTE
    now = Facts(
        at,
        bag.minute + 600,
        Running(
            bag.n,
            bag.bag_hours,
            bag.runs_minutes - 600,
            (empty - 5 * MINUTE).astimezone(zone),
            bag.end,
            bag.ends_at.astimezone(zone),
        ),
        at,
        at,
    )
    old = [
        replace(
            as_old(one),
            hangs_at=one.hangs_at.astimezone(zone),
            ends_at=one.ends_at.astimezone(zone),
        )
        for one in bags[bag.n :]
    ]
    return empty, reflow(case, old, now, old_end=bags[-1].ends_at.astimezone(zone))


def test_a_clock_change_adds_or_loses_no_minute():
    empty, answer = in_zone(CASE.zone)
    assert (answer.behind_minutes, answer.running.undelivered_minutes) == (45, 5)
    assert answer.running.empty_at.astimezone(UTC) == empty
    assert answer.running.ends_at.utcoffset() == timedelta(hours=-4)
    assert (answer.new_end - answer.old_end) == 45 * MINUTE
    assert answer.options == in_zone(UTC)[1].options


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_expired_bag_hangs_and_no_first_bag_is_missing(data):
    n = data.draw(st.integers(0, 8))
    infused = PLAN[n].minute + data.draw(st.integers(0, PLAN[n].runs_minutes - 1))
    at = CASE.instant(infused) + data.draw(st.integers(0, 5000)) * MINUTE
    lasts = [at + data.draw(st.integers(-50, 300)) * HOUR for _ in PLAN]
    made = data.draw(st.lists(st.booleans(), min_size=9, max_size=9))
    doses = (Decimal(9), Decimal(28))
    old = [
        as_old(
            one,
            made=made[i],
            discard_after=lasts[i] if made[i] else None,
            dose_mcg_per_day=doses[data.draw(st.integers(0, 1))],
        )
        for i, one in enumerate(PLAN)
        if i > n
    ]
    ready = at + data.draw(st.integers(0, 100)) * HOUR
    on_pump = running(PLAN[n], PLAN[n].end - infused, lasts[n])
    pump = data.draw(st.sampled_from([None, on_pump]))
    answer = reflow(CASE, old, Facts(at, infused, pump, at, ready, doses), old_end=NEVER)
    expiry = {one.code: one.discard_after for one in old}
    for option in answer.options:
        hung = [row for row in option.diff if row.new_n]
        assert "late" not in hung[0].kinds
        for row in hung:
            assert row.cut_minutes <= 23 * 60
            if row.code and expiry[row.code]:
                assert row.new_hangs_at < expiry[row.code]
                assert (row.overrun_minutes > 0) == (row.new_ends_at > expiry[row.code])
        assert option.start >= at


@pytest.mark.parametrize("n", range(1, 9))
def test_the_same_facts_give_the_same_answer(n):
    assert after_pause(n, 30) == after_pause(n, 30)
