"""A change that waits is told on every page of the patient, and on the family's in plain words."""

from uuid import UUID

import pytest
from django.apps import apps
from django.db.models import UUIDField
from django.urls import reverse

from infusions.actions.reports import interrupt_infusion
from infusions.actions.runs import resume_infusion
from infusions.models import Cycle
from patients.models import Patient
from teams.permissions import can
from tests.education.builders import caregiver_of
from tests.handoffs.offers import make_offer
from tests.infusions.pump_failure import at, on_the_seven_day_bag
from tests.infusions.test_interrupt_resume import resuming
from tests.test_routes import ours, permission_of
from visits.actions import schedule_visit

pytestmark = pytest.mark.usefixtures("templates_loaded")
WORDS = "Change waiting"
PEOPLE = ("olga", "farid", "tom", "nadia", "hugo", "carla", "priya", "adam")
MUST_OPEN = {
    "dashboards:chart",
    "handoffs:handoff",
    "handoffs:offer",
    "infusions:change_bag",
    "infusions:compare_plans",
    "infusions:end",
    "infusions:events",
    "infusions:old_plan",
    "infusions:order",
    "infusions:plan",
    "infusions:reflow",
    "infusions:start",
    "monitoring:flowsheet",
    "patients:allergies",
    "visits:visit",
}
OTHERS = {"n": 9, "name": "cancel"}


@pytest.fixture
def waiting(cast, clock):
    """At home on a 7-day bag; stopped Thu 21 Jan 01:55, running again at 04:40."""
    cycle = on_the_seven_day_bag(cast, clock)
    window = {"window_from": at(27, "09:30"), "window_to": at(27, "10:30")}
    facts = {"purpose": "bag_change", "nurse": cast.hugo, "by": cast.carla, **window}
    schedule_visit(cycle=cycle, knows_change_is_outside=True, at=clock.now, **facts)
    clock.set(at(21, "02:00"))
    stop = {"occurred_at": at(21, "01:55"), "cause": "pump"}
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now, **stop)
    clock.set(at(21, "04:40"))
    cycle.refresh_from_db()
    resume_infusion(**resuming(cast, clock, cycle))
    make_offer(cast, cycle, to_nurse=cast.nadia, to_setting="ward", by=cast.hugo)
    cycle.refresh_from_db()
    assert cycle.change_waiting
    return cycle


def rows_of(app: str) -> list[UUID]:
    """One row of every model of an app that an address may name, and of the patient's."""
    labels = {"dashboards": "patients", "audit": "patients"}
    models = {*apps.get_app_config(labels.get(app, app)).get_models(), Cycle, Patient}
    named = [model for model in models if has_uuid(model)]
    found = [model.objects.values_list("uuid", flat=True).last() for model in named]
    return [uuid for uuid in found if uuid]


def has_uuid(model) -> bool:
    return any(isinstance(f, UUIDField) and f.name == "uuid" for f in model._meta.fields)


def pages_of_a_row():
    """(name, what its address holds, permission) of every page whose address names a row."""
    for pattern, name in ours():
        kinds = pattern.pattern.converters
        if "uuid" in kinds and not name.startswith(("rest:", "fhir:")):
            yield name, tuple(kinds), permission_of(pattern)


def first_page(client, name: str, kinds, rows) -> str:
    """The page of the first row it opens for, else nothing."""
    for row in rows:
        values = {
            kind: row if kind in ("uuid", "answer") else OTHERS.get(kind, "none") for kind in kinds
        }
        answer = client.get(reverse(name, kwargs=values))
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            return answer.content.decode()
    return ""


def test_every_page_of_the_patient_tells_of_it(cast, waiting, client):
    people, rows = [getattr(cast, name) for name in PEOPLE], {}
    told, silent, closed = set(), set(), set()
    for name, kinds, permission in pages_of_a_row():
        app = name.partition(":")[0]
        rows[app] = rows.get(app) or rows_of(app)
        client.force_login(next(one for one in people if can(one, permission)))
        page = first_page(client, name, kinds, rows[app])
        if waiting.patient.family_name not in page:
            closed.add(name)
            continue
        (told if WORDS in page else silent).add(name)
    assert silent == set()
    assert told >= MUST_OPEN, MUST_OPEN - told


def test_a_stopped_infusion_keeps_telling_of_what_waited(cast, clock, waiting, sign_in):
    interrupt_infusion(
        cycle=waiting, by=cast.nadia, at=clock.now, occurred_at=clock.now, cause="pump"
    )
    chart = reverse("dashboards:chart", args=[waiting.patient.uuid])
    assert WORDS in sign_in(cast.nadia).get(chart).content.decode()


def test_the_family_reads_it_in_plain_words_without_a_link_they_may_not_open(
    cast, waiting, sign_in
):
    home = sign_in(caregiver_of(cast, waiting.patient))
    today = home.get(reverse("education:today")).content.decode()
    assert "Your team is looking at the plan again." in today
    report = home.get(reverse("infusions:report_stop", args=[waiting.patient.uuid]))
    assert "Times may change" in report.content.decode()
    for page in (today, report.content.decode()):
        assert WORDS not in page
        assert reverse("infusions:reflow", args=[waiting.uuid]) not in page


def test_nothing_is_said_when_the_plan_fits(cast, waiting, sign_in):
    Cycle.objects.filter(pk=waiting.pk).update(change_waiting=None)
    home = sign_in(caregiver_of(cast, waiting.patient))
    assert "data-change-waiting" not in home.get(reverse("education:today")).content.decode()
    chart = sign_in(cast.nadia).get(reverse("dashboards:chart", args=[waiting.patient.uuid]))
    assert WORDS not in chart.content.decode()
