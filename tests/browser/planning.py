"""From referral to a signed order."""

import json
import re
from datetime import datetime, timedelta

from tests.browser.course import Course, local
from tests.browser.desk import plain


def enrol(course: Course, **person) -> None:
    measured_at = local(course.now())
    desk = course.page("carla", "/patients/enrol/")
    desk.fill(measured_at=measured_at, allergy_status="none_known", **person)
    desk.send()
    desk.sees("No cycle yet")
    course.patient = re.search(r"/chart/([0-9a-f-]+)/", desk.page.url)[1]


def import_bundle(course: Course, bundle: dict) -> str:
    """Through the upload page; gives what was shown before anything was written."""
    desk = course.page("carla", "/patients/import/")
    desk.page.locator("main [name='file']").set_input_files(
        {
            "name": "bundle.json",
            "mimeType": "application/fhir+json",
            "buffer": json.dumps(bundle).encode(),
        }
    )
    desk.send("Read the file")
    shown = desk.text()
    desk.send("Import")
    desk.sees("Imported.")
    course.patient = re.search(r"/chart/([0-9a-f-]+)/", desk.page.url)[1]
    return shown


def measure(course: Course, *, weight_kg: str, height_cm: str) -> None:
    measured_at = local(course.now())
    desk = course.page("nadia", "/patients/{patient}/measure/")
    desk.fill(weight_kg=weight_kg, height_cm=height_cm, measured_at=measured_at)
    desk.send()
    desk.sees("Measurement saved.")


def state_allergies(course: Course, status: str, lines: str = "") -> None:
    desk = course.page("nadia", "/patients/{patient}/allergies/")
    desk.fill(status=status, lines=lines)
    desk.send()
    assert not desk.stops(), desk.stops()


def plan(course: Course, *, start: datetime, **choices) -> str:
    """Fills the planning form; gives the page that answers, refused or planned."""
    desk = course.page("farid", "/infusions/patients/{patient}/cycles/new/")
    always = {"number": "1", "label_id": "training-us-current", "planned_start": local(start)}
    desk.fill(**always | choices)
    desk.send()
    if found := re.search(r"/cycles/([0-9a-f-]+)/plan/", desk.page.url):
        course.cycle = found[1]
    return desk.text()


def sign_order(course: Course) -> None:
    course.hears("olga", "signature")
    desk = course.page("olga", "/infusions/cycles/{cycle}/order/")
    desk.sign()
    desk.sees("Signed. The pharmacy is asked for the first bag.", "Olga Onco")
    assert course.facts()["state"] == "ordered"


def in_two_hours(course: Course) -> datetime:
    return course.now() + timedelta(hours=2)


def planned_bag(course: Course, n: int) -> str:
    """The line of a bag on the plan page: length, dose, rate, when and where."""
    desk = course.page("tom", "/infusions/cycles/{cycle}/plan/")
    return plain(desk.page.inner_text(f"#bag-{n}"))
