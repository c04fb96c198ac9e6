"""A bag hung a few minutes early is used up just before the step: the next dose may hang then."""

from datetime import timedelta
from decimal import Decimal

import pytest

from infusions.queries import bag_left
from infusions.readiness import dose_fits
from tests.infusions.running import running

pytestmark = pytest.mark.usefixtures("templates_loaded")
STEP = timedelta(hours=168)


def before_the_step(cast, clock, minutes: int, *, left: int = 0):
    """A cycle so many minutes of infusion before its step, its bag with minutes left."""
    cycle = running(cast, clock)
    bag = cycle.current_bag
    elapsed = STEP - timedelta(minutes=minutes)
    cycle.delivered_s = elapsed.total_seconds()
    cycle.bag_delivered_s = bag.bag_hours * 3600 - left * 60
    assert bag_left(cycle) == timedelta(minutes=left)
    bag.dose_mcg_per_day = Decimal(28)  # as the next bag would be
    hung = type(bag).objects.get(pk=bag.pk)
    cycle.current_bag = hung
    return cycle, bag, elapsed


@pytest.mark.parametrize(
    ("minutes", "left", "fits"),
    [(0, 0, True), (7, 0, True), (15, 0, True), (16, 0, False), (7, 7, False), (1, 1, False)],
)
def test_the_next_dose_fits_when_nothing_is_left_to_give(cast, clock, minutes, left, fits):
    assert dose_fits(*before_the_step(cast, clock, minutes, left=left)) is fits


def test_what_hangs_at_the_next_dose_may_go_on(cast, clock):
    cycle, bag, elapsed = before_the_step(cast, clock, 7, left=7)
    cycle.current_bag = bag
    assert dose_fits(cycle, bag, elapsed)
