"""Care of the line is put onto bag changes, so that the line is entered less often."""

from datetime import UTC, datetime, timedelta

from infusions.line_care import line_care

BEGIN = datetime(2027, 1, 5, 14, tzinfo=UTC)
DAY = timedelta(days=1)


def plan(*days, **every):
    return line_care(BEGIN, [(n, BEGIN + day * DAY) for n, day in enumerate(days, 1)], every)


def test_needle_and_dressing_share_the_weekly_bag_change():
    care = plan(7, 14, 21, 28, needle=[6, 8], dressing=[5, 7])
    assert [entry.care for entry in care.entries] == [("dressing", "needle")] * 3 + [()]
    assert (care.avoided, care.extra) == (6, 0)


def test_a_change_outside_the_interval_leaves_a_break_of_its_own():
    care = plan(9, 16, 24, 28, needle=[6, 8])
    assert care.extra == 1
    assert next(entry for entry in care.entries if entry.bag is None).at == BEGIN + 8 * DAY


def test_an_earlier_change_is_taken_when_that_saves_a_break():
    assert plan(6, 8, 12, 20, 28, needle=[6, 8]).extra == 0


def test_care_that_can_wait_for_the_disconnect_is_not_planned():
    assert all(not entry.care for entry in plan(2, 4, 7, needle=[6, 8]).entries)


def test_two_cares_of_one_moment_are_one_entry():
    care = plan(3, 28, needle=[8, 8], dressing=[8, 8])
    assert (care.extra, care.avoided) == (3, 3)
