"""The plans that tie: how many, in which order, and finding one without the others."""

from itertools import islice

import pytest
from hypothesis import given, settings

from protocol.planner import bags_of, cost_of, plan_of
from protocol.planner_case import read_case
from protocol.planner_search import search
from protocol.planner_ties import alternatives, rank, tie, ways

from .planner_oracle import NEW_YORK, both, cases, tied


@settings(max_examples=200, deadline=None)
@given(cases)
def test_the_ties_are_those_of_a_brute_force_in_the_fixed_order(data):
    case = read_case(data)
    found = search(case)
    equal, _ = tied(case)
    assert list(alternatives(found)) == equal
    assert [tie(found, k) for k in range(ways(found))] == equal
    assert [rank(found, runs) for runs in equal] == list(range(len(equal)))


def test_the_first_tie_is_the_plan_that_is_shown():
    found = search(read_case(NEW_YORK))
    assert bags_of(found.case, next(alternatives(found))) == plan_of(found).bags


def test_the_wish_of_the_first_journey_is_among_forty_ties():
    case = read_case(NEW_YORK)
    found = search(case)
    days = [
        [f"{bag.ends_at:%a} {bag.ends_at.day}" for bag in bags_of(case, runs)][-4:]
        for runs in alternatives(found)
    ]
    assert len(days) == 40
    assert ["Wed 20", "Wed 27", "Fri 29", "Mon 1"] in days
    assert not any("Mon 18" in ends for ends in days)


def test_ties_are_taken_lazily_from_more_than_anybody_could_list():
    found = search(read_case({**NEW_YORK, "bag_hours": both(list(range(24, 49)))}))
    assert ways(found) > 10**6
    first = list(islice(alternatives(found), 50))
    assert first == [tie(found, k) for k in range(50)]
    assert rank(found, tie(found, ways(found) - 1)) == ways(found) - 1


def test_every_tie_has_the_same_figures():
    found = search(read_case(NEW_YORK))
    figures = {tuple(cost_of(found.case, runs).values()) for runs in alternatives(found)}
    assert figures == {(0, 4, 9, 0)}


def test_there_is_no_tie_past_the_last():
    found = search(read_case(NEW_YORK))
    with pytest.raises(IndexError):
        tie(found, 40)


def test_a_plan_that_is_not_best_has_no_rank():
    found = search(read_case(NEW_YORK))
    assert rank(found, [(24, 1440)] * 28) is None
