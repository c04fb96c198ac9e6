"""Who may read the record, and whose."""

import pytest
from django.db import transaction
from django.urls import reverse

from audit.actions import record, record_look
from audit.models import Event
from tests.factories import make_patient


@pytest.fixture
def patient(cast):
    patient = make_patient(cast)
    with transaction.atomic():
        record(
            verb="measured",
            subject=patient,
            by=cast.nadia,
            patient=patient,
            before={"weight_kg": "70"},
            after={"weight_kg": "72"},
        )
    record_look(patient=patient, by=cast.olga)
    return patient


def test_the_privacy_officer_reads_what_happened(cast, patient, sign_in):
    page = sign_in(cast.priya).get(reverse("audit:events")).content.decode()
    assert "Nadia Ward" in page
    assert "recorded a weight or height" in page
    assert "looked at the chart" in page


def test_the_record_can_be_narrowed_to_a_person(cast, patient, sign_in):
    page = sign_in(cast.priya).get(reverse("audit:events"), {"who": "olga"}).content.decode()
    assert "Olga Onco" in page
    assert "Nadia Ward" not in page


def test_a_day_that_is_no_day_is_said_beside_the_field(cast, patient, sign_in):
    answer = sign_in(cast.priya).get(reverse("audit:events"), {"since": "yesterday"})
    assert answer.status_code == 422
    assert "Enter a valid date" in answer.content.decode()


def test_what_happened_at_another_hospital_is_not_shown(cast, patient, sign_in):
    with transaction.atomic():
        record(verb="started", subject=cast.other_team, by=cast.twin_nurse)
    assert "Twin" not in sign_in(cast.priya).get(reverse("audit:events")).content.decode()


def test_a_nurse_does_not_read_the_whole_record(cast, patient, sign_in):
    assert sign_in(cast.nadia).get(reverse("audit:events")).status_code == 403


def test_the_team_sees_who_looked_and_is_seen_looking(cast, patient, sign_in):
    address = reverse("audit:of_patient", args=[patient.uuid])
    page = sign_in(cast.nadia).get(address, {"only": "seen"}).content.decode()
    assert "Olga Onco" in page
    assert "recorded a weight" not in page
    assert Event.objects.filter(outcome="seen", actor="Nadia Ward", after__page="audit").exists()


def test_the_privacy_officer_reads_about_one_patient(cast, patient, sign_in):
    address = reverse("audit:of_patient", args=[patient.uuid])
    assert "Olga Onco" in sign_in(cast.priya).get(address).content.decode()


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_nobody_outside_the_team_learns_of_the_patient(cast, patient, sign_in, who):
    address = reverse("audit:of_patient", args=[patient.uuid])
    assert sign_in(getattr(cast, who)).get(address).status_code == 404


def test_an_administrator_does_not_read_about_patients(cast, patient, sign_in):
    address = reverse("audit:of_patient", args=[patient.uuid])
    assert sign_in(cast.adam).get(address).status_code == 403


def test_the_record_names_the_patient_instead_of_a_number(cast, patient, sign_in):
    page = sign_in(cast.priya).get(reverse("audit:events")).content.decode()
    assert f">{patient}</a>" in page
    assert f">patient {str(patient.uuid)[:8]}" not in page
