"""Journey 1 in a browser: the plan of an adult from the ward to home."""

import re

import pytest

from audit.models import Event
from infusions.models import BagPlan
from notifications.models import OutboxMessage
from tests.journeys.bench import adult_cycle, answered, figures, set_site
from tests.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
THREE_DAYS = f"72.{72 * 60}"  # the first bag, as an address has it
WANTED = "Wed 20 Jan 10:00 · Wed 27 Jan 10:00 · Fri 29 Jan 10:00 · Mon 1 Feb 10:00"


@pytest.fixture
def cycle(bench):
    set_site(bench.cast)
    return adult_cycle(bench.cast)


def grip(desk, n):
    return desk.page.locator(f".strip-wide .bag-end[data-n='{n}']")


def drag(desk, n, days):
    """Drags the end of bag `n` by whole days along the picture."""
    box = grip(desk, n).locator(".grip").bounding_box()
    strip = desk.page.locator(".strip-wide .strip").bounding_box()
    per_day = strip["width"] * (920 - 84 - 1) / 920 / 28
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    desk.page.mouse.move(x, y)
    desk.page.mouse.down()
    desk.page.mouse.move(x + days * per_day / 2, y, steps=3)
    desk.page.mouse.move(x + days * per_day, y, steps=3)
    with answered(desk):
        desk.page.mouse.up()


def test_ac1_1_the_best_plan_its_proof_and_its_ties(bench, cycle):
    desk = bench.plan(cycle)
    found = figures(desk)
    assert (found["outside_window"], found["home_attendances"], found["bags"]) == ("0", "4", "9")
    assert "Proven best, 40 ties" in desk.text()

    desk.page.locator("#tie-list summary").click()
    ties = desk.page.locator(".plan-ties li > a").all_inner_texts()
    assert len(ties) == 40
    assert not any("18 Jan" in tie for tie in ties)
    with answered(desk):
        desk.page.locator(".plan-ties li > a", has_text=WANTED).first.click()
    assert "What if: nothing is saved" in desk.text()

    desk.sign("Accept this plan in place of the one in force")
    assert "Accepted by Farid Pharma" in desk.text()
    changes = desk.page.locator("tr[id^=bag-] td[data-label=End] .plan-when").all_inner_texts()
    assert changes[-4:] == WANTED.split(" · ")

    desk.page.select_option("#wish-ward", "any")
    with answered(desk):
        desk.page.get_by_role("button", name="Show this plan").click()
    found = figures(desk)
    assert (found["outside_window"], found["home_attendances"], found["bags"]) == ("0", "4", "7")
    assert "Proven best, 20 ties" in desk.text()


def test_ac1_2_a_bag_dragged_across_the_step_is_refused_in_place(bench, cycle):
    """A bag of four days that ends at the step, dragged a day past it."""
    desk = bench.plan(cycle, f"?ward=any&fixed={THREE_DAYS}")
    assert "96\xa0h" in desk.page.locator("#bag-2").inner_text()
    drag(desk, 2, +1)
    said = desk.page.locator(".stops").inner_text()
    assert "dose step on Mon 11 Jan 10:00" in said
    assert figures(desk)["bags"] == "7"


def test_ac1_2_the_arrow_keys_do_the_same(bench, cycle):
    desk = bench.plan(cycle)
    grip(desk, 4).focus()
    with answered(desk):
        desk.page.keyboard.press("ArrowRight")
    assert "Mon 11 Jan 10:00" in desk.page.locator(".stops").inner_text()
    grip(desk, 6).focus()
    with answered(desk):
        desk.page.keyboard.press("ArrowLeft")
    assert desk.page.locator(".stops").count() == 1  # six days at home: no such length


def test_ac1_2_a_legal_end_is_read_aloud_and_keeps_the_focus(bench, cycle):
    desk = bench.plan(cycle)
    grip(desk, 1).focus()
    with answered(desk):
        desk.page.keyboard.press("ArrowLeft")
    said = desk.page.locator("#plan-said")
    assert said.get_attribute("aria-live") == "polite"
    assert said.text_content().startswith("Bag 1 ends Tue 5 Jan 10:00.")
    assert desk.page.evaluate("document.activeElement.dataset.n") == "1"


def test_ac1_2_a_legal_drag_plans_the_rest_anew(bench, cycle):
    desk = bench.plan(cycle)
    drag(desk, 6, -5)
    assert desk.page.locator(".stops").count() == 0
    assert "What if: nothing is saved" in desk.text()
    assert "Fri 15 Jan 10:00" in desk.page.locator("#bag-6").inner_text()


def test_ac1_2_without_script_the_buttons_move_an_end(bench, cycle):
    desk = bench.plan(cycle)
    with answered(desk):
        desk.page.locator("#later-4").click()
    assert "Mon 11 Jan 10:00" in desk.page.locator(".stops").inner_text()


def test_ac1_7_a_start_moved_in_what_if_leaves_nothing_behind(bench, cycle):
    desk = bench.plan(cycle)
    ends = "tr[id^=bag-] td[data-label=End] .plan-when"
    before = desk.page.locator(ends).all_inner_texts()
    rows = BagPlan.objects.count(), OutboxMessage.objects.count()
    changes = Event.objects.exclude(verb="looked_at").count()
    desk.page.fill("#wish-start", "2027-01-04 15:00")
    with answered(desk):
        desk.page.get_by_role("button", name="Show this plan").click()
    after = desk.page.locator(ends).all_inner_texts()
    assert [end.replace("10:00", "15:00") for end in before] == after
    bench.plan(cycle)
    assert desk.page.locator(ends).all_inner_texts() == before
    assert (BagPlan.objects.count(), OutboxMessage.objects.count()) == rows
    assert Event.objects.exclude(verb="looked_at").count() == changes


def test_ac1_8_the_next_cycle_falls_on_a_holiday(bench, cycle):
    said = bench.plan(cycle).text()
    assert "Mon 15 Feb 10:00, is a holiday" in said
    assert "for the prescriber to choose" in said


def test_the_advisor_opens_the_plan_of_a_start_hour_and_can_be_stopped(bench, cycle):
    desk = bench.at("farid")
    desk.open(f"/infusions/cycles/{cycle.uuid}/start-advisor/")
    desk.page.get_by_text("All 14 days worked out.").wait_for(timeout=60_000)
    assert desk.page.locator("#heat-body tr").count() == 14
    cell = desk.page.get_by_role("link", name=re.compile(r"^Start Tue 5 Jan 09:00: 0 changes"))
    cell.click()
    desk.page.wait_for_load_state()
    assert "What if: nothing is saved" in desk.text()
    assert "Tue 5 Jan 09:00" in desk.page.locator("#bag-1").inner_text()

    desk.open(f"/infusions/cycles/{cycle.uuid}/start-advisor/")
    desk.page.locator("[data-advisor-stop]").click()
    said = desk.page.locator("[data-advisor-said]")
    assert "Stopped after" in said.inner_text()
    rows = desk.page.locator("#heat-body tr").count()
    desk.page.wait_for_timeout(1500)
    assert desk.page.locator("#heat-body tr").count() <= rows + 1 < 14


def test_two_plans_side_by_side(bench, cycle):
    desk = bench.plan(cycle, "?ward=any&tie=1")
    desk.page.get_by_role("link", name="Compare").first.click()
    desk.page.wait_for_load_state()
    row = desk.page.locator(".compare-figures tr.differs", has_text="Bags").first
    assert re.split(r"\s+", row.inner_text())[1:3] == ["9", "7"]
    assert PASSWORD not in desk.page.content()
