"""A wrong number of another system is put right and free for the patient it belongs to."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from patients.actions import correct_identifier
from patients.actions.enrolment import write_identifier
from patients.models import Identifier
from protocol.stops import HardStop
from tests.factories import key, make_patient

pytestmark = pytest.mark.django_db
SYSTEM = "https://hospital.example/numbers"


@pytest.fixture
def number(cast):
    return write_identifier(patient=make_patient(cast), system=SYSTEM, value="A-17")


def fixed(cast, clock, number, **told):
    facts = {"by": cast.carla, "at": clock.now, "value": "A-71", "correction_reason": "swapped"}
    return correct_identifier(identifier=number, **{**facts, **told})


def test_the_right_number_counts_and_the_first_stays(cast, clock, number):
    fresh = fixed(cast, clock, number)
    number.refresh_from_db()
    assert (fresh.value, fresh.corrects, fresh.is_current) == ("A-71", number, True)
    assert (number.value, number.is_current) == ("A-17", False)


def test_a_number_taken_off_is_free_for_another_patient(cast, clock, number):
    fixed(cast, clock, number, is_withdrawn=True)
    other = write_identifier(patient=make_patient(cast), system=SYSTEM, value="A-17")
    assert other.is_current


def test_a_number_of_somebody_else_is_refused(cast, clock, number):
    write_identifier(patient=make_patient(cast), system=SYSTEM, value="A-71")
    with pytest.raises(HardStop, match="another entry"):
        fixed(cast, clock, number)


def test_the_page_corrects_and_shows_both(cast, clock, number, sign_in):
    client = sign_in(cast.carla)
    edit = reverse("patients:edit", args=[number.patient.uuid])
    page = reverse("patients:correct_identifier", args=[number.pk])
    assert page in client.get(edit).content.decode()
    assert client.get(page).status_code == 200
    body = {"idempotency_key": key(), "value": "A-71", "correction_reason": "swapped"}
    assert client.post(page, body).headers["Location"] == edit
    shown = client.get(edit).content.decode()
    assert "A-17" in shown and "A-71" in shown and "swapped" in shown


def test_outsiders_and_nurses_correct_no_number(cast, number, sign_in):
    page = reverse("patients:correct_identifier", args=[number.pk])
    assert sign_in(cast.nadia).get(page).status_code == 403
    cast.twin_nurse.role = "case_manager"
    cast.twin_nurse.save()
    assert sign_in(cast.twin_nurse).get(page).status_code == 404


@pytest.mark.engine
@pytest.mark.parametrize("column", ["value", "system"])
def test_the_database_keeps_a_number(number, column):
    with pytest.raises(IntegrityError, match="may not change"), transaction.atomic():
        Identifier.objects.filter(pk=number.pk).update(**{column: "x"})
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Identifier.objects.filter(pk=number.pk).delete()
