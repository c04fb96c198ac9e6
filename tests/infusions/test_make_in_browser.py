"""Making a bag without a mouse: a pedal that is an Enter key, and a scanner that types fast."""

import os
import time

import pytest
from django.conf import settings as project
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import sync_playwright

from clock.models import TrainingClock
from infusions.models import Bag, MakeSession
from infusions.pharmacy.make_steps import steps_done, steps_of
from tests.browser.desk import ARGS
from tests.infusions.making import answers, begun, made_until, products, scan_of, step_done
from tests.infusions.planning import signed

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SETTLED_S = 0.5
POLL_S = 5


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser driver runs a loop
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=ARGS)
        yield opened
        opened.close()


class Hood:
    """One screen in the hood, its keyboard and its scanner. `keys` counts what a hand or a foot
    presses, `scans` and `screens` what they say."""

    def __init__(self, page):
        self.page, self.keys, self.scans, self.screens, self.faults = page, 0, 0, 0, []
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))

    def press(self, *keys: str) -> None:
        time.sleep(SETTLED_S)
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def scan(self, text: str) -> None:
        """As a keyboard wedge: one key after the other, FNC1 as Ctrl+], Enter at the end."""
        time.sleep(SETTLED_S)
        self.page.evaluate("document.activeElement.blur()")
        for letter in text:
            self.page.keyboard.press("Control+]" if letter == "\x1d" else letter)
        self.page.keyboard.press("Enter")
        self.scans += 1

    def follow(self, act, *args) -> None:
        with self.page.expect_navigation():
            act(*args)
        self.screens += 1

    def title(self) -> str:
        return self.page.inner_text("h1")


@pytest.fixture
def hood(browser, live_server, cast, clock, sign_in):
    """Tom at the hood; the server's clock stands where the test's does."""
    TrainingClock.objects.create(offset=clock.now - timezone.now())
    products(cast, clock)
    cookie = sign_in(cast.tom).cookies[project.SESSION_COOKIE_NAME].value
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies(
        [{"name": project.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return Hood(context.new_page())


def open_make(hood, cycle) -> None:
    hood.page.goto(reverse("infusions:make", args=[cycle.uuid, 1]))
    hood.screens += 1


def test_a_bag_is_made_without_a_mouse(hood, cast, clock):
    cycle = signed(cast, clock)
    open_make(hood, cycle)
    hood.follow(hood.press, "Enter")
    session = MakeSession.objects.get()
    for step in steps_of(session)[1:]:
        given = answers(session, step)
        if step.kind == "scan":
            hood.follow(hood.scan, given["scan"])
        elif step.kind == "amount":
            hood.follow(hood.press, *str(given["amount_ml"]), "Enter")
        elif step.kind == "check":
            clock.set(TrainingClock.objects.get().offset + timezone.now())
            step_done(cast, clock, session, step)
            hood.page.wait_for_selector(".make-read", timeout=(POLL_S + 3) * 1000)
            hood.follow(hood.press, "Enter")
        elif step.kind == "finish":
            hood.follow(hood.press, "1", "Enter")
        else:
            hood.follow(hood.press, "Enter")
    bag = Bag.objects.get()
    assert str(bag.uuid) in hood.page.url
    assert (bag.storage, bag.vial_lots.get().lot) == ("cold", "QX77K")
    serial = steps_done(bag.make)["scan_vial_1"].value["serial"]
    assert serial.startswith("scan_vial_1")  # the separator before it came through
    assert hood.faults == []
    assert (hood.keys, hood.scans, hood.screens) == (18, 5, 17)


def test_a_stop_covers_the_open_screen_while_somebody_types(hood, cast, clock):
    session = made_until(cast, clock, "draw_drug")
    open_make(hood, session.cycle)
    hood.press("1", ".")
    type(session.cycle.patient).objects.update(allergy_status="unknown")
    began = time.monotonic()
    hood.page.wait_for_selector(".make-stop", timeout=(POLL_S + 2) * 1000)
    assert time.monotonic() - began < POLL_S + 1.5
    box = hood.page.locator(".make-stop").bounding_box()
    view = hood.page.viewport_size
    assert (box["width"], box["height"]) == (view["width"], view["height"])
    assert hood.page.locator(".make-work").evaluate("e => e.inert")
    assert hood.page.evaluate("document.activeElement.closest('.make-stop') !== null")


def test_a_scan_where_none_is_expected_presses_nothing(hood, cast, clock):
    session = made_until(cast, clock, "hood_garbing")
    open_make(hood, session.cycle)
    hood.scan(scan_of("drug_vial"))
    hood.page.wait_for_selector("[data-scan-none]:visible")
    assert hood.title() == "Hood and garbing"
    assert "hood_garbing" not in steps_done(session)


def test_a_bad_scan_is_said_and_the_next_one_takes_its_place(hood, cast, clock):
    session = made_until(cast, clock, "scan_vial_1")
    open_make(hood, session.cycle)
    hood.follow(hood.scan, scan_of("stabiliser"))
    assert "Test stabiliser" in hood.page.inner_text(".stops")
    assert hood.page.input_value("[name=scan]").startswith("]d2")
    hood.follow(hood.scan, scan_of("drug_vial", serial="S1"))
    assert "water" in hood.title()


def test_a_pedal_that_stays_down_goes_one_step_only(hood, cast, clock):
    session = made_until(cast, clock, "reconstitute")
    open_make(hood, session.cycle)
    time.sleep(SETTLED_S)
    with hood.page.expect_navigation():
        hood.page.keyboard.down("Enter")
    for _again in range(5):
        hood.page.keyboard.down("Enter")  # the same key held: it repeats
        time.sleep(0.2)
    hood.page.keyboard.up("Enter")
    assert hood.title() == "Swirl gently"
    assert "swirl" not in steps_done(session)


def test_typing_outside_a_field_is_no_scan(hood, cast, clock):
    session = begun(cast, clock)
    open_make(hood, session.cycle)
    hood.page.evaluate("document.activeElement.blur()")
    for letter in "hello":
        hood.page.keyboard.press(letter)
        time.sleep(0.15)
    assert not hood.page.locator("[data-scan-none]").is_visible()
