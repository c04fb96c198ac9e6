"""At the bedside between two bags: what is observed, a stop and the restart, a correction."""

from tests.browser.bags import MadeBag, answer_list
from tests.browser.course import Course

QUESTIONS = ("alertness", "orientation", "speech", "handwriting", "tremor_or_seizure")


def set_watch(course: Course) -> None:
    desk = course.page("nadia", "/monitoring/cycles/{cycle}/watch/")
    desk.fill(kind="vitals", every_minutes="240", grace_minutes="30")
    desk.send()
    assert not desk.stops(), desk.stops()


def observe(course: Course, *, by: str, temperature_c: str = "37.1") -> None:
    desk = course.page(by, "/monitoring/cycles/{cycle}/vitals/")
    desk.fill(
        temperature_c=temperature_c,
        heart_rate_per_min="82",
        systolic_mmhg="121",
        diastolic_mmhg="74",
        spo2_percent="97",
        respiratory_rate_per_min="16",
    )
    desk.send()
    desk.sees("Vital signs saved.", temperature_c)


def check_nerves(course: Course, *, by: str) -> None:
    desk = course.page(by, "/monitoring/cycles/{cycle}/neuro/")
    desk.fill(**dict.fromkeys(QUESTIONS, "usual"))
    desk.send()
    desk.sees("Neuro check saved.")


def stop(course: Course, *, by: str) -> None:
    """A stop with an unusable time is saved all the same, and everybody is called."""
    desk = course.page(by, "/infusions/cycles/{cycle}/stop/")
    desk.fill(occurred_text="about lunch", cause="line")
    desk.send()
    desk.sees("The stop is saved.", "Infusion stopped for")
    course.chart("olga").sees("Infusion stopped for", "Never flush the line.")
    assert course.facts()["state"] == "interrupted"


def resume(course: Course, bag: MadeBag, *, by: str) -> None:
    """After its list; a ten-fold rate is refused, the rate of the bag is not."""
    page = "/infusions/cycles/{cycle}/lists/restart/"
    answer_list(course, page, by=by, code=bag.code)
    desk = course.chart(by)
    desk.open(desk.link(r"/infusions/cycles/[0-9a-f-]+/resume/"))
    desk.fill(rate_ml_per_h=str(round(float(bag.recipe.rate) * 10)))
    desk.sign()
    desk.is_refused("a ten-fold error")
    assert course.facts()["state"] == "interrupted"
    desk.fill(rate_ml_per_h=bag.recipe.rate)
    desk.sign()
    desk.sees("The infusion is running again.")
    assert course.facts()["state"] == "running"
