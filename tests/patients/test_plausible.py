"""Pounds for kilograms and inches for centimetres, wherever a weight or a height comes in."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from patients.models import Patient
from patients.plausible import Body, impossible_words, is_impossible, unusual
from patients.queries import newest_measurement
from tests.factories import key, make_patient
from tests.patients.bundle import WEIGHT, rosa
from tests.patients.forms import enrol_form, measure_form

ENROL = "/patients/enrol/"


def body(age, kg=None, cm=None, typed=("weight_kg", "height_cm")) -> Body:
    kg, cm = (None if value is None else Decimal(value) for value in (kg, cm))
    return Body(age_years=age, weight_kg=kg, height_cm=cm, typed=typed)


@pytest.mark.parametrize(
    ("one", "asked"),
    [
        (body(38, "64.2", "164"), []),
        (body(38, "120", "180"), []),
        (body(38, "45", "150"), []),
        (body(0, "3.4", "50"), []),
        (body(0, "9.5", "74"), []),
        (body(2, "12", "87"), []),
        (body(5, "18", "110"), []),
        (body(9, "30", "135"), []),
        (body(13, "45", "155"), []),
        (body(17, "70", "178"), []),
        (body(38, "64.2", "66"), ["height_cm", "weight_kg"]),
        (body(38, "158", "168"), ["height_cm", "weight_kg"]),  # 158 lb is 71.7 kg
        (body(38, "16.4", None), ["weight_kg"]),
        (body(38, None, "16.4"), ["height_cm"]),
        (body(5, "40", "110"), ["height_cm", "weight_kg"]),  # 40 lb is 18.1 kg
        (body(5, None, "43"), ["height_cm"]),  # 43 in is 109 cm
        (body(0, "20", None), ["weight_kg"]),
        (body(38, "158", "168", ("weight_kg",)), ["weight_kg"]),
    ],
)
def test_what_is_far_from_others_is_asked_again(one, asked):
    assert sorted(name for name, _words in unusual(one)) == asked


@pytest.mark.parametrize(("kg", "cm"), [("158", "66"), ("20", "220")])
def test_two_values_no_body_has_are_impossible(kg, cm):
    assert is_impossible(body(38, kg, cm))
    assert not is_impossible(body(38, kg, cm, ("weight_kg",)))


def test_inches_are_named_only_where_they_could_be_this_person():
    said = dict(unusual(body(38, "158", "168")))
    assert "158 lb is 71.7 kg" in said["weight_kg"]
    assert " in is " not in said["height_cm"]


def test_the_words_name_pounds_and_inches_with_what_they_are():
    said = impossible_words(body(38, "158", "66"))
    assert "158 lb is 71.7 kg" in said
    assert "66 in is 167.6 cm" in said


@pytest.mark.django_db
@pytest.mark.hazard("HZ-29")
def test_enrolling_with_pounds_and_inches_is_refused_even_when_typed_twice(cast, sign_in):
    typed = {"weight_kg": "158", "height_cm": "66"}
    again = {"weight_kg_again": "158", "height_cm_again": "66"}
    answer = sign_in(cast.carla).post(ENROL, enrol_form(cast, **typed, **again))
    errors = answer.context["form"].errors
    assert answer.status_code == 422
    assert "158 lb is 71.7 kg" in errors["weight_kg"][0]
    assert "66 in is 167.6 cm" in errors["height_cm"][0]
    assert not Patient.objects.exists()


@pytest.mark.django_db
def test_an_unusual_weight_is_enrolled_once_it_is_typed_twice(cast, sign_in):
    client, form = sign_in(cast.carla), enrol_form(cast, weight_kg="158")
    asked = client.post(ENROL, form)
    assert asked.status_code == 422
    assert "158 lb is 71.7 kg" in asked.context["form"].errors["weight_kg_again"][0]
    assert 'name="weight_kg_again"' in asked.content.decode()
    both = {"weight_kg_again": "158", "height_cm_again": "164"}
    client.post(ENROL, {**form, **both, "idempotency_key": key()})
    assert newest_measurement(Patient.objects.get(), "weight").value == 158


@pytest.mark.django_db
def test_the_second_boxes_wait_until_they_are_asked_for(cast, sign_in):
    assert "_again" not in sign_in(cast.carla).get(ENROL).content.decode()


@pytest.mark.django_db
def test_a_weight_that_does_not_fit_the_known_height_is_typed_twice(cast, sign_in):
    patient = make_patient(cast, weight_kg="72", height_cm="175")
    url = reverse("patients:measure", args=[patient.uuid])
    answer = sign_in(cast.nadia).post(url, measure_form(height_cm="69"))
    assert "69 in is 175.3 cm" in answer.context["form"].errors["height_cm_again"][0]


@pytest.mark.django_db
@pytest.mark.parametrize(("again", "status"), [("", 422), ("44", 422), ("44.9", 302)])
def test_a_big_correction_is_typed_twice_beside_its_unit(cast, sign_in, again, status):
    row = newest_measurement(make_patient(cast, weight_kg="99"), "weight")
    url = reverse("patients:correct_measurement", args=[row.uuid])
    client = sign_in(cast.nadia)
    assert '<span class="unit">kg</span>' in client.get(url).content.decode()
    form = {
        "idempotency_key": key(),
        "value": "44.9",
        "value_again": again,
        "measured_at": "2027-01-04 09:50",
        "correction_reason": "Typed in pounds",
    }
    assert client.post(url, form).status_code == status


@pytest.mark.django_db
def test_a_small_correction_is_typed_once(cast, sign_in):
    row = newest_measurement(make_patient(cast, weight_kg="72"), "weight")
    form = {
        "idempotency_key": key(),
        "value": "71",
        "measured_at": "2027-01-04 09:50",
        "correction_reason": "Misread",
    }
    url = reverse("patients:correct_measurement", args=[row.uuid])
    assert sign_in(cast.nadia).post(url, form).status_code == 302


def heavy(tmp_path) -> Path:
    bundle = rosa()
    bundle["entry"][WEIGHT]["resource"]["valueQuantity"]["value"] = 158
    path = tmp_path / "heavy.json"
    path.write_text(json.dumps(bundle))
    return path


@pytest.mark.django_db
def test_a_file_with_an_unusual_weight_is_not_imported_by_command(cast, tmp_path, capsys):
    with pytest.raises(CommandError):
        call_command("import_fhir", str(heavy(tmp_path)), user="carla")
    assert "158 lb is 71.7 kg" in capsys.readouterr().err
    assert not Patient.objects.exists()


@pytest.mark.django_db
def test_on_the_page_the_weight_of_a_file_can_be_typed_to_confirm_it(cast, sign_in, tmp_path):
    client, url = sign_in(cast.carla), "/patients/import/"
    with heavy(tmp_path).open("rb") as file:
        shown = client.post(url, {"care_team": cast.team.pk, "file": file})
    upload = shown.context["form"].initial["upload"]
    asked = client.post(url, {"idempotency_key": key(), "upload": upload})
    assert "weight_kg_again" in asked.context["form"].errors
    values = {"weight_kg_again": "158", "height_cm_again": shown.context["imported"].height.value}
    client.post(url, {"idempotency_key": key(), "upload": upload, **values})
    assert newest_measurement(Patient.objects.get(), "weight").value == 158
