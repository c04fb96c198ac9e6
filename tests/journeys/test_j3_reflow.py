"""Journey 3 in a browser: the pump died at 02:00, and the plan no longer fits."""

import pytest

from clock import now as clock_module
from infusions.actions.reports import interrupt_infusion
from infusions.actions.runs import resume_infusion
from infusions.models import BagPlan
from tests.conftest import Clock
from tests.infusions.pump_failure import at, on_the_seven_day_bag
from tests.infusions.test_interrupt_resume import resuming
from tests.journeys.bench import set_clock

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def restarted(bench):
    """At home on a 7-day bag; stopped Thu 21 Jan 01:55, running again at 04:40, which is now."""
    token = clock_module._fixed.set(at(4, "10:00"))
    clock, cast = Clock(), bench.cast
    cycle = on_the_seven_day_bag(cast, clock)
    clock.set(at(21, "02:00"))
    stop = {"occurred_at": at(21, "01:55"), "cause": "pump", "at": clock.now}
    interrupt_infusion(cycle=cycle, by=cast.nadia, **stop)
    clock.set(at(21, "04:40"))
    cycle.refresh_from_db()
    resume_infusion(**resuming(cast, clock, cycle))
    cycle.refresh_from_db()
    clock_module._fixed.reset(token)
    set_clock(at(21, "04:40"))
    return cycle


def test_ac3_6_the_diff_lists_every_change_and_waits_for_a_signature(bench, restarted):
    desk = bench.at("carla")
    desk.open("/board/")
    assert "Change waiting" in desk.text()
    desk.open(f"/chart/{restarted.patient.uuid}/")
    desk.page.get_by_role("link", name="Change waiting: see what it does").click()
    desk.page.wait_for_load_state()
    said = desk.text()
    for words in (
        "Wed 27 Jan 12:45",  # the bag would be empty
        "Wed 27 Jan 10:00",  # it expires
        "Expiry clash: 1.65 mL",
        "−2 h 45",  # the ledger
        "Mon 1 Feb 12:45",  # the end of the cycle
        "the planned bags are 2 h 45 short",
        "2 h 45 of infusion are not given",
        "Oncologist decides",
    ):
        assert words.lower() in said.lower().replace("\u00a0", " "), words
    bench.plan(restarted, username="carla")
    assert "Change waiting" in desk.page.inner_text("body")
    assert BagPlan.objects.get(cycle=restarted, is_current=True).kind == "chosen"

    desk.open(f"/infusions/cycles/{restarted.uuid}/reflow/?way=best")
    desk.sign("Accept this change")
    desk.open("/board/")
    assert "Change waiting" not in desk.text()
    plan = BagPlan.objects.get(cycle=restarted, is_current=True)
    assert (plan.kind, plan.accepted_by) == ("reflow", bench.cast.carla)
    desk.open(f"/infusions/plans/{plan.supersedes.uuid}/")
    assert "SUPERSEDED" in desk.text()
