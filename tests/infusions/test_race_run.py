"""Many people press the same button in the same second."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from clock import now as clock_module
from infusions.actions.runs import change_bag, start_infusion
from protocol.stops import HardStop
from tests.infusions.running import hang, ready, ready_to_start, running

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: real writers"),
]


def all_at_once(clock, calls):
    """Runs every call in a thread of its own; returns (results, refusals)."""
    won, refused, together = [], [], Barrier(len(calls))

    def run(call):
        clock_module._fixed.set(clock.now)
        try:
            together.wait(timeout=30)
            won.append(call())
        except HardStop as stop:
            refused.append(stop)
        finally:
            connection.close()

    racers = [Thread(target=run, args=[call]) for call in calls]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    return won, refused


@pytest.mark.usefixtures("templates_loaded")
def test_eight_starts_of_one_cycle_are_one_start(cast, clock):
    bag = ready_to_start(cast, clock)
    starts = [lambda: start_infusion(**hang(cast, clock, bag))] * 8
    won, refused = all_at_once(clock, starts)
    assert (len(won), len(refused)) == (1, 7)
    assert bag.cycle.events.filter(kind="started").count() == 1


@pytest.mark.usefixtures("templates_loaded")
def test_two_people_changing_the_bag_at_once_change_it_once(cast, clock):
    cycle = running(cast, clock)
    clock.set(cycle.next_change_at)
    bag = ready(cast, clock, cycle, n=2)
    people = [cast.nadia, cast.ines]
    changes = [lambda by=by: change_bag(**hang(cast, clock, bag, by=by)) for by in people]
    won, refused = all_at_once(clock, changes)
    assert (len(won), len(refused)) == (1, 1)
    assert cycle.events.filter(kind="bag_changed").count() == 1
