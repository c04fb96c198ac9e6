"""Vials on the shelf: what lies there, and from which day on it does not suffice."""

from datetime import date
from decimal import Decimal

import pytest

from protocol.pooling import pooled
from protocol.stock import Movement, Outlook, Shelf, on_hand, outlook

MON, TUE, WED = date(2027, 1, 4), date(2027, 1, 5), date(2027, 1, 6)


@pytest.mark.parametrize(
    ("moves", "found"),
    [
        ([], None),
        ([("received", 6)], 6),
        ([("received", 6), ("used", 2), ("received", 3)], 7),
        ([("used", 2)], None),
        ([("used", 2), ("received", 6)], None),  # what lay there before is not known
        ([("used", 2), ("received", 6), ("counted", 5), ("used", 1)], 4),
        ([("received", 6), ("counted", 0), ("received", 2)], 2),
        ([("received", 1), ("used", 3)], -2),
        ([("received", 9), ("wasted", 1), ("recalled", 2), ("returned", 3)], 3),
    ],
)
def test_what_lies_there_is_the_sum_since_the_last_count(moves, found):
    assert on_hand(Movement(kind, count) for kind, count in moves) == found


def test_the_first_day_on_which_vials_are_missing():
    needs = [(MON, 2), (TUE, 3), (WED, 1)]
    assert outlook([Shelf(4, date(2028, 1, 1))], needs) == Outlook(TUE, 1)
    assert outlook([Shelf(6, date(2028, 1, 1))], needs) == Outlook()
    assert outlook([Shelf(None, date(2028, 1, 1)), Shelf(-2, WED)], needs) == Outlook(MON, 2)


def test_a_vial_serves_on_its_last_day_and_the_soonest_to_expire_goes_first():
    assert outlook([Shelf(2, MON)], [(MON, 2)]) == Outlook()
    assert outlook([Shelf(2, MON)], [(TUE, 1)]) == Outlook(TUE, 1)
    shelves = [Shelf(2, date(2028, 1, 1)), Shelf(2, MON)]
    assert outlook(shelves, [(MON, 2), (WED, 2)]) == Outlook()


def test_together_they_open_fewer_vials():
    found = pooled([(1, Decimal("20")), (1, Decimal("15")), (2, Decimal("40"))], Decimal(35))
    assert (found.apart, found.together, found.saves) == (4, 3, 1)


def test_a_hint_never_takes_more_vials_than_one_by_one():
    found = pooled([(1, Decimal("36"))], Decimal(35))  # the recipe counts on the overfill
    assert (found.together, found.saves) == (1, 0)
