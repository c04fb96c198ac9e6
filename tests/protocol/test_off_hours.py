"""The last cut-off before the pharmacy is closed for longer than a night."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from protocol.off_hours import next_closure
from protocol.planner_case import days_of
from protocol.preparation import PharmacyHours
from tests.protocol.cases import at

ZONE = ZoneInfo("America/New_York")
WEEK = ((days_of("mon-fri"), time(7), time(17)),)
OPEN = PharmacyHours(ZONE, WEEK)


def told(closure):
    return [f"{moment:%a %d %H:%M}" for moment in (closure.from_at, closure.to_at)]


@pytest.mark.parametrize(
    ("now", "holidays", "expected"),
    [
        ("2027-01-06T15:00Z", (), ["Fri 08 17:00", "Mon 11 07:00"]),
        # On the minute of the cut-off and over the weekend it is still this closure.
        ("2027-01-08T22:00Z", (), ["Fri 08 17:00", "Mon 11 07:00"]),
        ("2027-01-10T15:00Z", (), ["Fri 08 17:00", "Mon 11 07:00"]),
        ("2027-01-11T12:00Z", (), ["Fri 15 17:00", "Mon 18 07:00"]),
        ("2027-01-13T15:00Z", (date(2027, 1, 18),), ["Fri 15 17:00", "Tue 19 07:00"]),
        # A holiday in the week closes for longer than a night too.
        ("2027-01-04T15:00Z", (date(2027, 1, 6),), ["Tue 05 17:00", "Thu 07 07:00"]),
    ],
)
def test_the_next_closure_longer_than_a_night(now, holidays, expected):
    hours = PharmacyHours(ZONE, WEEK, frozenset(holidays))
    assert told(next_closure(hours, at(now))) == expected


def test_a_pharmacy_that_works_every_day_has_none():
    daily = PharmacyHours(ZONE, ((days_of("mon-sun"), time(7), time(17)),))
    assert next_closure(daily, at("2027-01-06T15:00Z")) is None


@pytest.mark.parametrize(
    ("needed", "concerned", "closed"),
    [
        ("2027-01-08T21:00Z", False, False),
        ("2027-01-09T03:00Z", True, True),
        ("2027-01-11T12:00Z", True, False),  # Mon 07:00, when it opens
        ("2027-01-11T15:00Z", True, False),  # the step of Monday 10:00
        ("2027-01-11T22:01Z", False, False),
    ],
)
def test_what_is_needed_while_it_is_closed_or_on_the_first_day_is_asked_for(
    needed, concerned, closed
):
    closure = next_closure(OPEN, at("2027-01-06T15:00Z"))
    moment = at(needed)
    assert (closure.concerns(moment), closure.is_closed_at(moment)) == (concerned, closed)
