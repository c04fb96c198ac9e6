"""A child's whole first cycle: from an imported record, by body surface, with the dose step."""

from datetime import datetime, timedelta

import pytest

from tests.browser import bags, home, planning, watching
from tests.browser.bags import Recipe
from tests.browser.ending import READ_BACK, assert_ended, run_to_the_end
from tests.patients.bundle import patient_of, without

pytestmark = [
    pytest.mark.browser,
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.slow,
]
# By hand: weight 24.2 kg, height 125 cm; square root of 24.2 x 125 / 3600 = 0.917, so 0.92 m2.
BODY = {"weight_kg": "24.2", "height_cm": "125"}
LOW, FULL = "4.6 mcg/day", "13.8 mcg/day"  # 5 and 15 mcg/m2/day
DEXAMETHASONE_MG = "4.6"  # 5 mg/m2
# The band 0.90 to 1.00 m2: rate mL/h, infused mL, hours, drawn mL of 12.5 mcg/mL, vials of 2.8 mL.
LOW_BAGS = {
    "24": Recipe("10", "240", "24", "0.43", "1"),
    "48": Recipe("5", "240", "48", "0.85", "1"),
    "72": Recipe("1.8", "129.6", "72", "1.21", "1"),
    "96": Recipe("1.8", "172.8", "96", "1.59", "1"),
}
FULL_BAGS = {
    "24": Recipe("10", "240", "24", "1.3", "1"),
    "48": Recipe("5", "240", "48", "2.6", "1"),
    "72": Recipe("1.8", "129.6", "72", "3.64", "2"),
    "96": Recipe("1.8", "172.8", "96", "4.78", "2"),
    "168": Recipe("0.6", "100.8", "168", "8.6", "4"),
}


def old_record(at: datetime) -> dict:
    """Made up: last weighed half a year ago, epilepsy, no leukaemia, no word on allergies."""
    bundle = without("AllergyIntolerance")
    patient_of(bundle)["identifier"][0]["value"] = "MADE-UP-8"
    resources = [entry["resource"] for entry in bundle["entry"]]
    measured = [one for one in resources if one["resourceType"] == "Observation"]
    for days, one in enumerate(reversed(measured), start=180):
        one["effectiveDateTime"] = (at - timedelta(days=days)).isoformat()
    return bundle


def planned_from_the_record(course) -> None:
    """Planning asks for what the record does not say, one thing after the other."""
    shown = planning.import_bundle(course, old_record(course.now()))
    for words in ("measure again before planning", "No leukaemia among the problems"):
        assert words in shown
    assert "Seizures in history" in shown
    assert "The file says nothing about allergies" in shown
    start_at = planning.in_two_hours(course)
    assert "required" in planning.plan(course, start=start_at)
    choices = {"indication": "rr", "philadelphia": "negative", "home_after_days": "9"}
    assert "Allergies are not known." in planning.plan(course, start=start_at, **choices)
    planning.state_allergies(course, "listed", "peanut: hives")
    assert "Measure again." in planning.plan(course, start=start_at, **choices)
    planning.measure(course, **BODY)
    planned = planning.plan(course, start=start_at, **choices)
    for words in (LOW, FULL, "0 to 168 h", "168 to 672 h", "5 mg/m2"):
        assert words in planned, planned


def test_a_child_from_an_imported_record_to_the_last_bag(course):
    planned_from_the_record(course)
    planning.sign_order(course)

    bag = bags.get_ready(course, 1, nurse="nadia", place="ward")
    assert bag.recipe == LOW_BAGS[bag.recipe.hours]
    premedicated_first(course, bag, before="cycle_start", page="start")
    bags.start(course, bag, by="nadia")
    watching.observe(course, by="nadia")

    n = 2
    while LOW in planning.planned_bag(course, n):
        bag = bags.next_one(course, n, nurse="nadia", place="ward")
        assert bag.recipe == LOW_BAGS[bag.recipe.hours]
        n += 1
    step_up(course, n)
    while "Home" not in planning.planned_bag(course, n := n + 1):
        bags.next_one(course, n, nurse="nadia", place="ward")
    go_home(course)
    hung = run_to_the_end(course, from_n=n)
    assert [one.recipe for one in hung] == [FULL_BAGS[one.recipe.hours] for one in hung]
    assert_ended(course, treatment_free_days=14, **BODY)


def premedicated_first(course, bag, *, before: str, page: str) -> None:
    """Refused until it is given: the dose of a child, by body surface."""
    bags.type_code(course, bag, by="nadia", page=page)
    course.at("nadia").is_refused("is due before this. Give it and record it first.")
    bags.premedicate(course, drug="dexamethasone", dose_mg=DEXAMETHASONE_MG, before=before)


def step_up(course, n: int) -> None:
    """At 168 h the dose rises, after premedication."""
    course.travel_until(course.moment("next_change_at"))
    run = course.moment("next_change_at") - course.moment("started_at")
    assert abs(run - timedelta(hours=168)) < timedelta(minutes=1), run
    bag = bags.get_ready(course, n, nurse="nadia", place="ward")
    assert bag.recipe == FULL_BAGS[bag.recipe.hours]
    premedicated_first(course, bag, before="step", page="change-bag")
    bags.change(course, bag, by="nadia")
    course.chart("olga").sees(FULL)


def go_home(course) -> None:
    """The mother is taught the family's version; she speaks Spanish, so an interpreter helps."""
    course.page("nadia", "/education/teach/{patient}/").sees("Nobody is named yet.")
    home.add_learner(course, name="Marta Beispiel", relation="mother")
    home.teach(course, name="Marta Beispiel")
    course.travel_until(course.moment("next_change_at") - timedelta(hours=4))
    home.offer(course, rate=course.facts()["rate_ml_per_h"].rstrip("0").rstrip("."))
    home.accept(course, read_back=READ_BACK)
