from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from display import formats

NEW_YORK = "America/New_York"
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # Mon 10:00 in New York


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (0, "0 min"),
        (timedelta(minutes=46, seconds=59), "46 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h 00"),
        (timedelta(hours=5, minutes=12), "5 h 12"),
        (timedelta(hours=47, minutes=59), "47 h 59"),
        (timedelta(hours=48), "2 d 0 h"),
        (timedelta(days=2, hours=13, minutes=50), "2 d 13 h"),
        (timedelta(minutes=-46), "46 min"),
        (Decimal("3600"), "1 h 00"),
        (None, "–"),
    ],
)
def test_elapsed_has_one_format_for_each_size(span, words):
    assert formats.elapsed(span) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (0, "0 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h 00"),
        (timedelta(minutes=36011), "600 h 11"),  # never 25 d 0 h 36011 min
        (timedelta(hours=672), "672 h 00"),
        (None, "–"),
    ],
)
def test_hours_stay_hours_and_minutes_stay_under_sixty(span, words):
    assert formats.in_hours(span) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-2, "21 Nov 10:00"),
        (-1, "Yesterday 10:00"),
        (0, "Today 10:00"),
        (1, "Tomorrow 10:00"),
        (3, "Thu 10:00"),
        (6, "Sun 10:00"),
        (7, "30 Nov 10:00"),
        (60, "22 Jan 2027 10:00"),
    ],
)
def test_clock_names_the_day_in_words_while_that_is_clear(days, words):
    assert formats.clock24(NOW + timedelta(days=days), NEW_YORK, NOW) == words


def test_today_is_the_day_of_the_zone_not_of_utc():
    late = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)  # Mon 22:30 in New York, Tue in UTC
    assert formats.clock24(late, NEW_YORK, NOW) == "Today 22:30"
    assert formats.clock24(late, "UTC", NOW) == "Tomorrow 03:30"


def test_the_hour_that_happens_twice_shows_its_offset():
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert formats.time24(first, NEW_YORK) == "01:30 UTC−4"
    assert formats.time24(second, NEW_YORK) == "01:30 UTC−5"
    assert formats.time24(second + timedelta(hours=1), NEW_YORK) == "02:30"


def test_when_gives_the_whole_date_and_the_year_only_when_it_differs():
    assert formats.when(NOW, NEW_YORK, NOW) == "Mon 23 Nov 10:00"
    assert formats.when(NOW.replace(year=2025), NEW_YORK, NOW) == "Sun 23 Nov 2025 10:00"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="naive"):
        formats.time24(datetime(2026, 11, 23, 10, 0), NEW_YORK)


def test_utc_is_written_to_the_second():
    assert formats.when_utc(NOW) == "2026-11-23 15:00:00 UTC"


def test_short_dates_have_two_digit_days_so_they_line_up():
    assert formats.date_short(date(1988, 9, 2)) == "02 Sep 1988"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("10.0", "10"),
        ("0.60", "0.6"),
        ("100", "100"),
        ("1E+2", "100"),
        ("0.00", "0"),
        ("1.71", "1.71"),
    ],
)
def test_decimals_have_no_trailing_zeros_and_no_exponent(number, words):
    assert formats.plain(Decimal(number)) == words


def test_amounts_keep_number_and_unit_on_one_line():
    assert formats.amount(Decimal("28.0"), "mcg/day") == "28\u00a0mcg/day"


def test_unknown_stays_unknown():
    assert formats.amount(None, "mL") == "–"
    assert formats.clock24(None, NEW_YORK, NOW) == "–"


def test_titles_from_outside_get_sentence_case_and_keep_short_forms():
    assert formats.sentence_case("Two-Factor Authentication") == "Two-factor authentication"
    assert formats.sentence_case("New API Token") == "New API token"


def test_a_very_long_record_number_is_cut_in_the_middle():
    assert formats.short_number("TST-40114") == "TST-40114"
    assert formats.short_number("7aae5327-e337-46d3-9862-693fcb13e6e4") == "7aae5327…e6e4"
