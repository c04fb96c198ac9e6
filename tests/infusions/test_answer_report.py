"""Pages that answer a report of a stop and correct an entry; what a caregiver may tell."""

from datetime import timedelta

import pytest
from django.urls import reverse

from clock.now import now
from infusions.actions.reports import report_stop
from infusions.models import StopReport
from notifications.actions.escalation import raise_due
from notifications.models import OutboxMessage
from patients.models import Access
from tests.factories import key
from tests.infusions.running import running
from tests.infusions.test_interrupt_resume import stopped
from tests.people import LONG_AGO, make_person

pytestmark = pytest.mark.usefixtures("templates_loaded")


def reported(cast, clock):
    cycle = running(cast, clock)
    told = clock.now + timedelta(hours=1)
    clock.forward(hours=2)
    return report_stop(patient=cycle.patient, by=cast.sol, told_at=told, at=clock.now)


def page_of(report):
    return reverse("infusions:close_report", args=[report.uuid])


def test_the_page_confirms_a_stop_since_the_told_time(cast, clock, sign_in):
    report = reported(cast, clock)
    client = sign_in(cast.nadia)
    assert client.get(page_of(report)).status_code == 200
    body = {"idempotency_key": key(), "decision": "stopped", "cause": "pump"}
    assert client.post(page_of(report), body).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.event.occurred_at) == ("confirmed", report.stopped_at)


def test_the_page_closes_a_report_only_with_how_it_is_known(cast, clock, sign_in):
    report = reported(cast, clock)
    client = sign_in(cast.nadia)
    body = {"idempotency_key": key(), "decision": "running"}
    assert client.post(page_of(report), body).status_code == 422
    body = {"idempotency_key": key(), "decision": "running", "note": "Seen at the pump"}
    assert client.post(page_of(report), body).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.event) == ("closed", None)


def test_a_report_without_a_decision_stays_open(cast, clock, sign_in):
    report = reported(cast, clock)
    answer = sign_in(cast.nadia).post(page_of(report), {"idempotency_key": key()})
    assert answer.status_code == 422
    report.refresh_from_db()
    assert report.state == "open"


def test_outsiders_answer_no_report(cast, clock, sign_in):
    report = reported(cast, clock)
    assert sign_in(cast.twin_nurse).get(page_of(report)).status_code == 404
    assert sign_in(cast.outsider).get(page_of(report)).status_code == 404


def test_the_page_corrects_the_time_of_a_stop(cast, clock, sign_in):
    cycle = stopped(cast, clock)
    event = cycle.events.get(kind="interrupted")
    page = reverse("infusions:correct_event", args=[event.uuid])
    client = sign_in(cast.nadia)
    assert client.get(page).status_code == 200
    body = {"idempotency_key": key(), "version": cycle.version, "reason": "read the pump log"}
    assert client.post(page, {**body, "occurred_at": "2027-01-04 19:15"}).status_code == 302
    cycle.refresh_from_db()
    assert cycle.delivered_s == 8 * 3600


def test_a_correction_page_without_a_reason_changes_nothing(cast, clock, sign_in):
    cycle = stopped(cast, clock)
    event = cycle.events.get(kind="interrupted")
    page = reverse("infusions:correct_event", args=[event.uuid])
    body = {"idempotency_key": key(), "version": cycle.version, "void": "on"}
    assert sign_in(cast.nadia).post(page, body).status_code == 422
    assert cycle.events.count() == 2


def test_outsiders_correct_no_entry(cast, clock, sign_in):
    event = running(cast, clock).events.get()
    page = reverse("infusions:correct_event", args=[event.uuid])
    assert sign_in(cast.twin_nurse).get(page).status_code == 404


def of_the_family(cast, patient, role):
    person = make_person(f"own-{role}", cast.organisation, role=role)
    Access.objects.create(patient=patient, user=person, from_at=LONG_AGO)
    return person


@pytest.mark.parametrize("role", ["patient", "caregiver"])
def test_the_family_reports_a_stop_and_the_nurse_is_called(cast, clock, sign_in, role):
    cycle = running(cast, clock)
    client = sign_in(of_the_family(cast, cycle.patient, role))
    page = reverse("infusions:report_stop", args=[cycle.patient.uuid])
    assert client.get(page).status_code == 200
    answer = client.post(page, {"idempotency_key": key(), "note": "it beeps"})
    assert answer.url == reverse("education:today")
    assert StopReport.objects.get().recorded_by.role == role
    raise_due(now())
    called = OutboxMessage.objects.filter(template="stop_reported")
    assert "nadia" in called.values_list("to__username", flat=True)


def test_a_caregiver_reports_for_nobody_else(cast, clock, sign_in):
    cycle = running(cast, clock)
    stranger = make_person("own-nobody", cast.organisation, role="caregiver")
    page = reverse("infusions:report_stop", args=[cycle.patient.uuid])
    assert sign_in(stranger).post(page, {}).status_code == 404
    assert not StopReport.objects.exists()
