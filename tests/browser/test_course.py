"""Whole courses in a real browser, each role at its own desk, on the app as `make up` runs it."""

from datetime import timedelta

import pytest

from tests.browser import bags, home, planning, watching
from tests.browser.bags import Recipe
from tests.browser.ending import READ_BACK, assert_ended, run_to_the_end

pytestmark = [
    pytest.mark.browser,
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.slow,
]
# Worked out by hand, 28 mcg/day: rate mL/h, infused mL, hours, drawn mL of 12.5 mcg/mL, vials of
# 2.8 mL. The drawn drug is 28 mcg a day of the volume made, so a little more than is infused.
BY_HAND = {
    "24": Recipe("10", "240", "24", "2.6", "1"),
    "48": Recipe("5", "240", "48", "5.2", "2"),
    "72": Recipe("1.8", "129.6", "72", "7.2", "3"),
    "96": Recipe("1.8", "172.8", "96", "9.44", "4"),
    "168": Recipe("0.6", "100.8", "168", "16.8", "6"),
}


def test_an_adult_from_enrolment_to_the_last_bag_at_home(course):
    planning.enrol(
        course,
        family_name="Walker",
        given_name="Alma",
        record_number="W-1",
        birth_date="1980-05-01",
        sex="female",
        weight_kg="72",
        height_cm="175",
    )
    start_at = planning.in_two_hours(course)
    choices = {"indication": "mrd", "philadelphia": "negative", "home_after_days": "3"}
    assert "28 mcg/day" in planning.plan(course, start=start_at, **choices)
    planning.sign_order(course)

    bag = bags.get_ready(course, 1, nurse="nadia", place="ward")
    assert bag.recipe == BY_HAND[bag.recipe.hours]
    bags.type_code(course, bag, by="nadia", page="start")
    course.at("nadia").is_refused("is due before this. Give it and record it first.")
    bags.premedicate(course, drug="prednisone", dose_mg="100", before="cycle_start")
    bags.start(course, bag, by="nadia")

    watching.set_watch(course)
    watching.observe(course, by="nadia")
    watching.check_nerves(course, by="nadia")
    watching.stop(course, by="nadia")
    course.hears("ines", "An infusion has stopped")
    course.is_mailed("ines", "An infusion has stopped")
    course.travel(minutes=30)
    watching.resume(course, bag, by="nadia")

    course.chart("nadia").sees("still to teach")
    home.add_learner(course, name="Alma Walker", relation="patient")
    home.teach(course, name="Alma Walker")
    home.offer(course, rate="1.8")
    home.accept(course, read_back=READ_BACK)
    home.schedule_visit(course, family_name="Walker")
    course.travel_until(course.moment("next_change_at") - timedelta(minutes=30))
    course.hears("hugo", "A bag change is due")
    hung = run_to_the_end(course, from_n=2)
    assert [one.recipe for one in hung] == [BY_HAND[one.recipe.hours] for one in hung]
    assert_ended(course, treatment_free_days=14, weight_kg="72", height_cm="175")
