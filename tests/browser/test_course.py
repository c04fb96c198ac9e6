"""One infusion of an adult in a real browser, each role at its own desk, on a real server."""

import os
import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import sync_playwright

from clock.now import now
from infusions.models import Cycle
from tests.browser.course import Course, local
from tests.browser.desk import ARGS
from tests.people import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
# hours: (rate mL/h, volume mL, drawn mL, vials) of a 28 mcg/day bag in the training set
BAGS = {72: ("1.8", "129.6", "7.2", 3)}
LENGTHS = (72,)


@pytest.fixture
def course(transactional_db, live_server, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser driver runs a loop
    call_command("load_checklists")
    cast = Cast()
    site = cast.team.site
    site.bag_hours = {"inpatient": 72, "home": 168}
    site.premedication_from_min, site.premedication_to_min = 60, 90
    site.save()
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=ARGS)
        yield Course(browser, live_server.url, PASSWORD)
        browser.close()


def next_bag(course, n, *, nurse, place):
    """Made, checked blind, carried, listed, programmed and read back; gives code."""
    hours = LENGTHS[n - 1]
    rate, volume, drawn_ml, vials = BAGS[hours]
    bag = course.make_bag(n, vials=vials, drawn_ml=drawn_ml)
    course.check_bag(bag, drawn_ml=drawn_ml, rate=rate)
    code = course.code_of(bag)
    course.bring(bag, code, place=place)
    course.answer_list(nurse, bag, code)
    course.program(nurse, bag, rate=rate, volume=volume, hours=str(hours))
    course.read_back("ines", rate=rate, volume=volume, hours=str(hours))
    return code


def test_an_adult_is_taken_from_enrolment_home(course):
    course.enrol(
        family_name="Walker",
        given_name="Alma",
        record_number="W-1",
        birth_date="1980-05-01",
        sex="female",
        weight_kg="72",
        height_cm="175",
    )
    planned = course.plan(indication="mrd", start=now() + timedelta(hours=2), home_after_days="3")
    assert "28 mcg/day" in planned
    assert "Olga Onco" in course.sign_order()

    code = next_bag(course, 1, nurse="nadia", place="ward")
    assert "Prednisone is due" in course.hang("nadia", code, first=True)
    course.premedicate(drug="prednisone", dose_mg="100", before="cycle_start")
    assert "Running" in course.hang("nadia", code, first=True)

    stop_and_resume(course, code)
    hand_over(course)
    schedule_visit(course)
    teach(course)


def at_home(course) -> bool:
    return Cycle.objects.get(uuid=course.cycle).responsible_setting == "home"


def stop_and_resume(course, code: str) -> None:
    """A stop with an unusable time is saved all the same; a ten-fold rate is refused."""
    nurse = course.at("nadia")
    nurse.open(f"/infusions/cycles/{course.cycle}/stop/")
    nurse.fill(occurred_text="about lunch")
    nurse.send()
    assert "Infusion stopped for" in course.chart("olga")
    assert "Signed by Nadia Ward" in course.answer_restart_list("nadia", code)
    nurse.open(f"/infusions/cycles/{course.cycle}/resume/")
    nurse.fill(rate_ml_per_h="18")
    nurse.sign()
    assert Cycle.objects.get(uuid=course.cycle).state == "interrupted"
    nurse.fill(rate_ml_per_h="1.8")
    nurse.sign()
    assert Cycle.objects.get(uuid=course.cycle).state == "running"


def hand_over(course) -> None:
    """The ward stays responsible until the home nurse accepts with a read-back."""
    nurse = course.at("nadia")
    nurse.open(f"/handoffs/cycles/{course.cycle}/offer/")
    receiver = nurse.page.locator("main [name=to_nurse] option", has_text="Hugo").get_attribute(
        "value"
    )
    nurse.fill(
        to_setting="home",
        to_nurse=receiver,
        planned_transfer_at=local(now() + timedelta(hours=3)),
        severity="stable",
    )
    nurse.sign()
    assert not at_home(course)
    home = course.at("hugo")
    course.chart("hugo")
    home.open(re.search(r"/handoffs/[0-9a-f-]{36}/", home.page.content())[0])
    home.fill(read_back="Pump 1.8 mL/h, change in three days, never flush, call on fever.")
    home.sign("Sign and accept")
    assert at_home(course)


def schedule_visit(course) -> None:
    change_at = Cycle.objects.get(uuid=course.cycle).next_change_at
    desk = course.at("carla")
    desk.open(f"/visits/cycles/{course.cycle}/schedule/")
    nurse = desk.page.locator("main [name=nurse] option", has_text="Hugo").get_attribute("value")
    desk.fill(
        purpose="bag_change",
        window_from=local(change_at - timedelta(minutes=30)),
        window_to=local(change_at + timedelta(minutes=30)),
        nurse=nurse,
    )
    desk.send()
    home = course.at("hugo")
    home.open("/visits/")
    assert "Walker" in home.text()


def teach(course) -> None:
    assert "still to teach" in course.chart("nadia")
