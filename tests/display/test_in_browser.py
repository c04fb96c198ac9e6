"""The look in a real browser: nothing blocked by policy, nothing clipped, no stale page unseen."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PAGES = ["/look/", "/look/board/", "/look/patient/", "/accounts/login/"]
SIZES = {"desk": (1440, 900), "tablet": (820, 1180), "phone": (390, 844), "zoomed": (320, 640)}


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser driver runs a loop
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


def open_page(browser, *, size="desk", theme="light"):
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, has_touch=size != "desk"
    )
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pages_pass_axe_fit_the_width_and_break_no_policy(browser, live_server, size, theme):
    page = open_page(browser, size=size, theme=theme)
    for path in PAGES:
        page.goto(live_server.url + path)
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], path
    assert page.faults == []


def test_a_page_without_contact_says_so_and_lets_nobody_act_but_stop(browser, live_server):
    page = open_page(browser)
    page.clock.install()
    page.goto(f"{live_server.url}/look/board/")
    accept, stop = page.get_by_text("Accept the plan"), page.get_by_text("Record a stop")
    page.clock.run_for(2_000)
    assert "Live" in page.inner_text("[data-live-state]")
    page.context.set_offline(True)
    page.clock.run_for(36_000)
    page.wait_for_selector("[data-stale]")
    assert "No contact. Data from" in page.inner_text("[data-live-state]")
    assert accept.is_disabled()
    assert stop.is_enabled()


def test_a_stale_page_comes_back_by_itself(browser, live_server):
    page = open_page(browser)
    page.clock.install()
    page.goto(f"{live_server.url}/look/board/")
    page.context.set_offline(True)
    page.clock.run_for(36_000)
    page.wait_for_selector("[data-stale]")
    page.context.set_offline(False)
    page.clock.resume()
    page.wait_for_selector("html:not([data-stale])", timeout=15_000)
    assert page.get_by_text("Accept the plan").is_enabled()


def test_the_chosen_colours_are_remembered_without_a_flash(browser, live_server):
    page = open_page(browser, theme="light")
    page.goto(f"{live_server.url}/look/")
    page.click("[data-theme-toggle]")
    page.reload(wait_until="commit")
    page.wait_for_selector("body")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_enter_never_signs(browser, live_server):
    page = open_page(browser)
    page.goto(f"{live_server.url}/look/")
    page.evaluate("""document.querySelector("form[data-sign]").addEventListener(
        "submit", (event) => { event.preventDefault(); window.signed = true; })""")
    page.fill("#id_password", "secret")
    page.press("#id_password", "Enter")
    assert page.evaluate("window.signed") is None


def test_the_stop_clock_runs_and_turns_at_its_limit(browser, live_server):
    page = open_page(browser)
    page.clock.install()
    page.goto(f"{live_server.url}/look/patient/")
    assert page.inner_text(".stop-banner-clock").startswith("2:41:0")
    page.clock.fast_forward("01:20:00")
    page.clock.run_for(2_000)
    assert page.inner_text(".stop-banner-clock").startswith("4:01:0")
    assert page.is_visible(".past-limit")
    assert not page.is_visible(".until-limit")
