"""The last weeks at home, and what holds when a cycle has ended."""

from datetime import timedelta

from tests.browser import bags, planning
from tests.browser.course import ZONE, Course

READ_BACK = "Stable. I change the next bag. Never flush. I call the ward on fever or confusion."
WHOLE_CYCLE_S = 672 * 3600


def run_to_the_end(course: Course, *, from_n: int) -> list[bags.MadeBag]:
    """At home: every bag of the plan at its time, then the disconnect when 672 h are in."""
    hung, n = [], from_n
    while course.facts()["next_change_at"]:
        hung.append(bags.next_one(course, n, nurse="hugo", place="home"))
        n += 1
    course.travel_until(course.moment("expected_end_at"))
    bags.end(course, by="hugo")
    return hung


def assert_ended(course: Course, *, treatment_free_days: int, **body) -> None:
    """All of it is in, and the next cycle is refused before the treatment-free days are over."""
    facts = course.facts()
    assert facts["delivered_s"] >= WHOLE_CYCLE_S
    not_before = course.moment("ended_at") + timedelta(days=treatment_free_days)
    planning.measure(course, **body)
    refused = planning.plan(
        course,
        number="2",
        start=not_before - timedelta(hours=2),
        indication=facts["indication"],
        philadelphia="negative",
    )
    assert "The treatment-free days of cycle 1 last until" in refused, refused
    shown = course.chart("farid").facts()["Next cycle not before"]
    local = not_before.astimezone(ZONE)
    assert f"{local:%-d %b}" in shown and f"{local:%H:%M}" in shown, shown
