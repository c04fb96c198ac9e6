"""A gap is real time: four hours stay four hours when the clocks on the wall change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from infusions.actions.reports import interrupt_infusion
from infusions.actions.runs import resume_infusion
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.running import running
from tests.infusions.test_interrupt_resume import resuming
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("templates_loaded")
NEW_YORK = ZoneInfo("America/New_York")
SECOND = timedelta(seconds=1)
# (stopped, four hours later on the wall): the night is 25 hours long, then 23
NIGHTS = [
    pytest.param(datetime(2027, 11, 7, 0, 0), datetime(2027, 11, 7, 3, 0), id="autumn"),
    pytest.param(datetime(2027, 3, 14, 0, 0), datetime(2027, 3, 14, 5, 0), id="spring"),
]


def local(moment):
    return moment.replace(tzinfo=NEW_YORK)


def stopped_at(cast, clock, moment):
    """Runs since three hours before `moment`, New York time, and is stopped then."""
    clock.set(moment.astimezone(UTC) - timedelta(hours=3))
    cycle = running(cast, clock)
    clock.set(moment.astimezone(UTC))
    interrupt_infusion(cycle=cycle, by=cast.nadia, occurred_at=moment, cause="pump", at=clock.now)
    cycle.refresh_from_db()
    return cycle


@pytest.mark.parametrize(("stop", "four_hours_later"), NIGHTS)
def test_four_hours_over_a_clock_change_ask_for_supervision(cast, clock, stop, four_hours_later):
    cycle = stopped_at(cast, clock, local(stop))
    clock.set(local(four_hours_later).astimezone(UTC))
    with pytest.raises(HardStop) as refused:
        resume_infusion(**resuming(cast, clock, cycle, occurred_at=local(four_hours_later)))
    assert "restart.supervised" in {one.code for one in refused.value.stops}


@pytest.mark.parametrize(("stop", "four_hours_later"), NIGHTS)
def test_one_second_less_over_a_clock_change_does_not(cast, clock, stop, four_hours_later):
    cycle = stopped_at(cast, clock, local(stop))
    moment = local(four_hours_later).astimezone(UTC) - SECOND
    clock.set(moment)
    resume_infusion(**resuming(cast, clock, cycle, occurred_at=moment.astimezone(NEW_YORK)))
    cycle.refresh_from_db()
    assert cycle.expected_end_at == moment + timedelta(hours=672) - timedelta(
        seconds=cycle.delivered_s
    )


@pytest.mark.parametrize(("stop", "four_hours_later"), NIGHTS)
def test_the_page_counts_the_same_from_local_times(cast, clock, sign_in, stop, four_hours_later):
    cycle = stopped_at(cast, clock, local(stop))
    clock.set(local(four_hours_later).astimezone(UTC))
    body = {"idempotency_key": key(), "version": cycle.version, "password": PASSWORD}
    body |= {"rate_ml_per_h": str(cycle.current_bag.rate_ml_per_h)}
    body |= {"occurred_at": f"{four_hours_later:%Y-%m-%d %H:%M}"}
    page = reverse("infusions:resume", args=[cycle.uuid])
    answer = sign_in(cast.nadia).post(page, body)
    assert answer.status_code == 422
    assert "say where the restart is supervised" in answer.content.decode()
