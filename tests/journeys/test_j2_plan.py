"""Journey 2 in a browser: the plan of a child, and the care of the line put onto bag changes."""

import pytest

from tests.journeys.bench import answered, child_cycle, figures, set_site

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cycle(bench):
    set_site(bench.cast, line_care_days={"needle": [6, 8], "dressing": [5, 7]})
    return child_cycle(bench.cast)


def test_ac2_2_the_plan_of_the_child_and_of_short_bags_only(bench, cycle):
    desk = bench.plan(cycle)
    found = figures(desk)
    assert (found["outside_window"], found["home_attendances"], found["bags"]) == ("0", "4", "6")
    assert "Proven best, 8 ties" in desk.text()

    desk.page.select_option("#wish-home", "48")
    with answered(desk):
        desk.page.get_by_role("button", name="Show this plan").click()
    found = figures(desk)
    assert (found["outside_window"], found["home_attendances"], found["bags"]) == ("4", "13", "15")
    assert "weekend changes cannot be avoided with these lengths" in desk.text()


def test_ac2_5_needle_and_dressing_share_the_bag_change(bench, cycle):
    desk = bench.plan(cycle)
    desk.page.locator("#tie-list summary").click()
    with answered(desk):
        desk.page.locator(
            ".plan-ties li > a", has_text="Tue 12 Jan 09:00 · Tue 19 Jan"
        ).first.click()
    entry = desk.page.locator(".line-entries li", has_text="Tue 12 Jan 09:00").inner_text()
    assert "bag + dressing + needle" in entry
    assert "one line entry" in entry
    assert "never through the drug line" in desk.text()
    desk.sign("Accept this plan in place of the one in force")

    first_at_home = desk.page.locator("tr[id^=bag-]", has_text="Tue 12 Jan 09:00").first
    n = first_at_home.get_attribute("id").removeprefix("bag-")
    grip = desk.page.locator(f".strip-wide .bag-end[data-n='{n}']")
    minute = int(grip.get_attribute("data-minute")) + 3 * 24 * 60
    bench.plan(cycle, f"?move={n}.{minute}")
    assert "Fri 15 Jan 09:00" in desk.page.locator(f"#bag-{n}").inner_text()
    assert (
        "adds"
        in desk.page.locator(".plan-grid .notice-warning", has_text="line break").inner_text()
    )
