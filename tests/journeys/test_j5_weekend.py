"""Journey 5 in a browser: on Friday afternoon the bed is wanted; the plan says what it costs."""

import pytest

from clock import now as clock_module
from infusions.models import BagPlan
from tests.conftest import Clock
from tests.infusions.friday import START, at, friday_afternoon
from tests.journeys.bench import answered, set_clock

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FRIDAY = "2027-01-15 16:45"


@pytest.fixture
def running(bench):
    """The second 48 h bag hangs since Thu 14 Jan 09:00; now it is Fri 15 Jan 15:30."""
    token = clock_module._fixed.set(START)
    cycle = friday_afternoon(bench.cast, Clock())
    clock_module._fixed.reset(token)
    set_clock(at(15, 15, 30))
    return cycle


def ask(desk, **values):
    for name, value in values.items():
        field = desk.page.locator(f"#wish-{name}")
        field.select_option(value) if name == "length" else field.fill(value)
    with answered(desk):
        desk.page.get_by_role("button", name="Show this plan").click()


def row_of(desk, hours: int) -> str:
    return desk.page.locator(f"#next-{hours}").inner_text().replace("\u00a0", " ")


def test_ac5_2_72_h_end_on_the_holiday_and_96_h_do_not(bench, running):
    desk = bench.plan(running)
    ask(desk, hang=FRIDAY, length="72", leaves=FRIDAY)
    said = desk.text()
    assert "What if: nothing is saved" in said
    assert "16 h 15 of bag 2 (48 h) thrown away, 18.96 mcg" in said
    assert "Mon 18 Jan 16:45" in row_of(desk, 72)
    assert "a holiday" in row_of(desk, 72)
    assert "Tue 19 Jan 16:45" in row_of(desk, 96)
    assert "a holiday" not in row_of(desk, 96)
    assert "The end of bag 3, Mon 18 Jan 16:45, is on a holiday." in said
    assert {end[-5:] for end in later_ends(desk)} == {"16:45"}

    with answered(desk):
        desk.page.locator("#next-96 a").click()
    assert "is on a holiday" not in desk.page.locator("#plan aside").inner_text()
    assert "Tue 19 Jan 16:45" in desk.page.locator("#bag-3").inner_text()
    assert {end[-5:] for end in later_ends(desk)} == {"16:45"}
    assert BagPlan.objects.count() == 1

    desk.sign("Accept this plan in place of the one in force")
    running.refresh_from_db()
    assert running.next_change_at == at(15, 16, 45)
    desk.open("/board/")
    assert "16:45" in desk.text()


def later_ends(desk) -> list[str]:
    """Every planned change but the disconnect, which the cycle decides."""
    ends = desk.page.locator("tr[id^=bag-] td[data-label=End] .plan-when").all_inner_texts()
    return ends[:-1]


def test_ac5_2_staying_is_a_what_if_too(bench, running):
    """Until the change on Saturday in the day unit, or until Tuesday."""
    desk = bench.plan(running)
    ask(desk, leaves="2027-01-19 09:00")
    assert "Hospital" in desk.page.locator("#bag-3").inner_text()
    assert "Sat 16 Jan 09:00" in desk.page.locator("#bag-3").inner_text()
    ask(desk, leaves="2027-01-16 09:00")
    assert "Home" in desk.page.locator("#bag-3").inner_text()


def test_ac5_2_a_time_after_the_running_bag_is_refused(bench, running):
    desk = bench.plan(running)
    ask(desk, hang="2027-01-16 10:00")
    assert "over on Sat 16 Jan 09:00" in desk.page.locator(".stops").inner_text()
