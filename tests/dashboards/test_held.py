"""A hold is told wherever somebody would go on: on the board and on the way of the next bag."""

import pytest
from django.urls import reverse

from dashboards.path import path_of_next_bag
from infusions.actions.holds import place_hold
from infusions.queries import plan_of
from tests.infusions.running import running
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("templates_loaded")


def held(cast, clock):
    cycle = running(cast, clock)
    facts = {"by": cast.olga, "password": PASSWORD, "statement": "I hold.", "at": clock.now}
    place_hold(cycle=cycle, reason="Confused, ICE 2", **facts)
    cycle.refresh_from_db()
    return cycle


def test_the_board_says_that_the_dose_is_on_hold(cast, clock, sign_in):
    board = reverse("dashboards:board")
    client = sign_in(cast.nadia)
    running(cast, clock)
    assert b"Dose on hold" not in client.get(board).content
    held(cast, clock)
    assert b"Dose on hold" in client.get(board).content


def test_the_way_of_the_next_bag_begins_with_the_hold(cast, clock):
    cycle = held(cast, clock)
    planned = plan_of(cycle).bags.get(n=2)
    first, *others = path_of_next_bag(cycle, cast.nadia, planned, None, clock.now)
    assert first["label"] == "Dose on hold"
    assert "Confused, ICE 2" in first["text"]
    assert "current" not in {step["state"] for step in others}
