"""A bag is hung with one hand: on a tablet the button of the start is in sight at once."""

import os

import pytest
from django.urls import reverse
from playwright.sync_api import sync_playwright

from tests.infusions.planning import signed
from tests.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser driver runs a loop
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize("size", [(1024, 768), (768, 1024)])
def test_the_button_is_in_sight(browser, live_server, cast, clock, size):
    cycle = signed(cast, clock)
    width, height = size
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.goto(live_server.url + "/accounts/login/")
    page.fill("[name=login]", "nadia")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main button[type=submit]")
    page.goto(live_server.url + reverse("infusions:start", args=[cycle.uuid]))
    box = page.get_by_role("button", name="Sign and start").bounding_box()
    assert box["y"] + box["height"] <= height
