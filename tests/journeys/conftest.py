import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from tests.browser.desk import ARGS
from tests.journeys.bench import CHROMIUM, START, Bench, set_clock


@pytest.fixture
def bench(transactional_db, live_server, monkeypatch):
    """A real server, a browser, the cast, and the clock two days before the first start."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser driver runs a loop
    set_clock(START.replace(day=2))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield Bench(browser, live_server.url)
        browser.close()
        connections.close_all()  # inside the driver's loop a test has connections of its own
