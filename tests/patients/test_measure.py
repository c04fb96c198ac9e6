from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from patients.models import Measurement
from patients.queries import newest_measurement
from tests.education.builders import planned_cycle
from tests.factories import key, make_patient
from tests.patients.forms import measure_form

pytestmark = pytest.mark.django_db


def page_of(patient) -> str:
    return reverse("patients:measure", args=[patient.uuid])


def test_a_nurse_weighs_a_patient(cast, clock, sign_in):
    patient = make_patient(cast)
    clock.forward(hours=1)
    sign_in(cast.nadia).post(
        page_of(patient), measure_form(weight_kg="71.4", measured_at="2027-01-04 10:30")
    )
    assert newest_measurement(patient, "weight").value == Decimal("71.40")


@pytest.mark.hazard("HZ-29")
def test_pounds_typed_as_kilograms_are_stopped_with_the_sum_worked_out(cast, sign_in):
    patient = make_patient(cast, weight_kg="45")
    answer = sign_in(cast.nadia).post(page_of(patient), measure_form(weight_kg="99"))
    said = answer.context["form"].errors["weight_kg_again"][0]
    assert answer.status_code == 422
    assert "99 lb is 44.9 kg" in said
    assert "Weigh again" in said


def test_a_jump_is_taken_when_the_same_value_is_typed_twice(cast, sign_in):
    patient = make_patient(cast, weight_kg="45")
    earlier = measure_form(weight_kg="51", weight_kg_again="51")
    sign_in(cast.nadia).post(page_of(patient), earlier)
    assert patient.measurements.filter(value="51").exists()


def test_a_jump_with_two_different_values_is_refused(cast, sign_in):
    patient = make_patient(cast, weight_kg="45")
    form = measure_form(weight_kg="51", weight_kg_again="15")
    assert sign_in(cast.nadia).post(page_of(patient), form).status_code == 422


def test_exactly_a_tenth_is_no_jump(cast, sign_in):
    patient = make_patient(cast, weight_kg="50")
    sign_in(cast.nadia).post(page_of(patient), measure_form(weight_kg="55"))
    assert patient.measurements.filter(value="55").exists()


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "weight_kg"),
        ({"weight_kg": "7e1"}, "weight_kg"),
        ({"weight_kg": "0.4"}, "weight_kg"),
        ({"height_cm": "1.75"}, "height_cm"),
        ({"weight_kg": "72", "measured_at": "2027-01-04 10:01"}, "measured_at"),
        ({"weight_kg": "72", "measured_at": "1979-01-01 08:00"}, "measured_at"),
        ({"weight_kg": "72", "measured_at": "today"}, "measured_at"),
    ],
)
def test_bad_input_is_said_beside_the_field(cast, sign_in, form, field):
    patient = make_patient(cast)
    answer = sign_in(cast.nadia).post(page_of(patient), measure_form(**form))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_two_measurements_of_one_minute_are_refused(cast, sign_in):
    patient = make_patient(cast)
    client = sign_in(cast.nadia)
    client.post(page_of(patient), measure_form(weight_kg="72"))
    answer = client.post(page_of(patient), measure_form(weight_kg="73"))
    assert "measured_at" in answer.context["form"].errors


def test_a_pharmacist_may_not_measure(cast, sign_in):
    patient = make_patient(cast)
    assert sign_in(cast.farid).get(page_of(patient)).status_code == 403


def test_a_nurse_of_another_hospital_gets_404(cast, sign_in):
    patient = make_patient(cast)
    assert sign_in(cast.twin_nurse).get(page_of(patient)).status_code == 404


def test_a_weight_other_than_the_planned_one_asks_for_a_dose_review(cast, sign_in):
    patient = planned_cycle(cast, weight_kg=Decimal("44.9")).patient
    answer = sign_in(cast.nadia).post(page_of(patient), measure_form(weight_kg="71"))
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert any("planned with 44.9 kg, not 71 kg" in words for words in said)


def correct_url(row) -> str:
    return reverse("patients:correct_measurement", args=[row.uuid])


def correction(**changes) -> dict:
    return {
        "idempotency_key": key(),
        "value": "44.9",
        "value_again": "44.9",
        "measured_at": "2027-01-04 09:50",
        "correction_reason": "Typed in pounds",
        **changes,
    }


def test_a_correction_counts_and_the_first_value_stays_visible(cast, sign_in):
    patient = make_patient(cast, weight_kg="99")
    row = newest_measurement(patient, "weight")
    client = sign_in(cast.nadia)
    client.post(correct_url(row), correction())
    assert newest_measurement(patient, "weight").value == Decimal("44.90")
    shown = client.get(page_of(patient)).content.decode()
    assert (
        "is-corrected" in shown and "99\N{NO-BREAK SPACE}kg" in shown and "Typed in pounds" in shown
    )


def test_a_correction_needs_a_reason(cast, sign_in):
    row = newest_measurement(make_patient(cast), "weight")
    answer = sign_in(cast.nadia).post(correct_url(row), correction(correction_reason=" "))
    assert "correction_reason" in answer.context["form"].errors


def test_an_entry_is_corrected_once(cast, sign_in):
    row = newest_measurement(make_patient(cast), "weight")
    client = sign_in(cast.nadia)
    client.post(correct_url(row), correction())
    answer = client.post(correct_url(row), correction(value="45", value_again="45"))
    assert answer.status_code == 422
    assert answer.context["stops"][0].code == "correction.already"


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_outsiders_cannot_correct(cast, sign_in, who):
    row = newest_measurement(make_patient(cast), "weight")
    assert sign_in(getattr(cast, who)).get(correct_url(row)).status_code == 404


@pytest.mark.engine
@pytest.mark.parametrize(
    "verb", ["UPDATE patients_measurement SET value=1", "DELETE FROM patients_measurement"]
)
def test_the_database_itself_refuses_to_rewrite_a_measurement(cast, verb):
    make_patient(cast)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(verb)
    assert Measurement.objects.count() == 2
