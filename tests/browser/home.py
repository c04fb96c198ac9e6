"""Going home: taught first, handed over, visited."""

from datetime import timedelta

from tests.browser.course import Course, local

SOON = timedelta(minutes=50)  # the receiver is reminded an hour before: at once
LESSONS = ("early_signs", "pump_alarms", "line_care")


def add_learner(course: Course, *, name: str, relation: str) -> None:
    desk = course.page("nadia", "/education/teach/{patient}/learners/")
    desk.fill(name=name, relation=relation)
    desk.send()
    desk.sees(name, "3 teach-backs still to pass")


def teach(course: Course, *, name: str) -> None:
    """Every lesson passed, in the learner's own words; each makes the list shorter."""
    for left, skill in reversed(list(enumerate(reversed(LESSONS)))):
        desk = course.page("nadia", "/education/teach/{patient}/")
        desk.choose("learner", name)
        desk.fill(skill=skill, outcome="passed", interpreter_used=True)
        desk.fill(in_own_words="Says what to look for, calls at any hour, never flushes.")
        desk.send()
        shorter = {2: "2 teach-backs still", 1: "1 teach-back still", 0: "Teaching is complete"}
        desk.sees("Teach-back recorded.", shorter[left])
    course.chart("hugo").sees("Teaching is complete.")


def offer(course: Course, *, rate: str) -> None:
    """The ward stays responsible; the worker calls the home nurse, who is reminded in time."""
    planned = local(course.now() + SOON)
    desk = course.page("nadia", "/handoffs/cycles/{cycle}/offer/")
    desk.sees("Patient summary")
    desk.choose("to_nurse", "Hugo")
    desk.fill(to_setting="home", planned_transfer_at=planned, severity="stable")
    warnings = desk.page.locator("main [name=known_warnings]").all()
    for box in warnings:
        box.check(force=True)
    if warnings:
        desk.fill(warnings_reason="The home nurse and the family know; the ward is a call away.")
    assert f"{rate} mL/h" in desk.page.input_value("[name=summary]")
    desk.sign()
    assert not desk.stops(), f"The handoff was not offered: {desk.stops()}"
    assert course.facts()["responsible_setting"] == "ward"
    course.hears("hugo", "A handoff waits for acceptance")
    course.is_mailed("hugo", "A handoff waits for acceptance")


def accept(course: Course, *, read_back: str) -> None:
    desk = course.chart("hugo")
    desk.open(desk.link(r"/handoffs/[0-9a-f-]{36}/"))
    desk.fill(read_back=read_back)
    desk.sign("Sign and accept")
    assert not desk.stops(), f"The handoff was not accepted: {desk.stops()}"
    facts = course.facts()
    assert (facts["responsible_setting"], facts["responsible_nurse"]) == ("home", "Hugo Home")


def schedule_visit(course: Course, *, family_name: str) -> None:
    """The case manager plans it around the next change; the home nurse sees and accepts it."""
    change_at = course.moment("next_change_at")
    desk = course.page("carla", "/visits/cycles/{cycle}/schedule/")
    desk.choose("nurse", "Hugo")
    desk.fill(
        purpose="bag_change",
        window_from=local(change_at - timedelta(minutes=30)),
        window_to=local(change_at + timedelta(minutes=30)),
    )
    desk.send()
    assert not desk.stops(), f"The visit was not scheduled: {desk.stops()}"
    home = course.page("hugo", "/visits/")
    home.sees(family_name, "Bag change")
    home = course.chart("hugo")
    home.open(home.link(r"/visits/[0-9a-f-]{36}/"))
    home.send("Accept")
    home.sees("Accepted")
