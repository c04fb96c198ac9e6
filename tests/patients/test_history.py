import pytest
from django.urls import reverse

from patients import actions
from patients.queries import current
from tests.factories import key, make_patient

pytestmark = pytest.mark.django_db


def url(name, row) -> str:
    return reverse(f"patients:{name}", args=[row.uuid])


def test_allergies_are_stated_and_shown_in_the_header(cast, sign_in):
    patient = make_patient(cast, allergy_status="unknown")
    client = sign_in(cast.nadia)
    form = {"idempotency_key": key(), "status": "listed", "lines": "latex: rash\negg"}
    client.post(url("allergies", patient), form | {"version": 1})
    assert "Allergy: latex (rash), egg" in client.get(url("measure", patient)).content.decode()


def test_none_known_cannot_be_said_while_some_are_listed(cast, sign_in):
    patient = make_patient(cast, allergy_status="unknown")
    actions.set_allergies(
        patient=patient, by=cast.nadia, at=patient.enrolled_at, status="listed", lines=[("egg", "")]
    )
    form = {"idempotency_key": key(), "status": "none_known"}
    answer = sign_in(cast.nadia).post(url("allergies", patient), form)
    assert "status" in answer.context["form"].errors


def test_an_allergy_entered_in_error_leaves_the_status_unknown(cast, sign_in, clock):
    patient = make_patient(cast)
    actions.set_allergies(
        patient=patient, by=cast.nadia, at=clock.now, status="listed", lines=[("egg", "")]
    )
    form = {"idempotency_key": key(), "substance": "egg", "is_withdrawn": "on"}
    page = url("correct_allergy", patient.allergies.get())
    sign_in(cast.nadia).post(page, form | {"correction_reason": "Wrong patient"})
    patient.refresh_from_db()
    assert patient.allergy_status == "unknown"
    assert not current(patient.allergies).exists()


@pytest.mark.parametrize("words", ["Epilepsy", "History of single seizure", "febrile SEIZURES"])
def test_a_seizure_in_the_history_is_flagged_on_every_page(cast, sign_in, words):
    patient = make_patient(cast)
    client = sign_in(cast.nadia)
    client.post(url("problems", patient), {"idempotency_key": key(), "text": words})
    page = client.get(url("allergies", patient)).content.decode()
    assert f"Seizures in history: {words}" in page


def test_other_problems_raise_no_flag(cast, sign_in):
    patient = make_patient(cast)
    client = sign_in(cast.nadia)
    client.post(url("problems", patient), {"idempotency_key": key(), "text": "Hypertension"})
    assert "Seizures in history" not in client.get(url("allergies", patient)).content.decode()


def test_the_same_problem_is_listed_once(cast, sign_in):
    patient = make_patient(cast)
    client = sign_in(cast.nadia)
    for _time in range(2):
        form = {"idempotency_key": key(), "text": "Hypertension", "onset": "2005-07-29"}
        answer = client.post(url("problems", patient), form)
    assert "on the list already" in answer.context["form"].errors["text"][0]


def test_a_corrected_problem_stays_visible_struck_through(cast, sign_in, clock):
    patient = make_patient(cast)
    row = actions.add_problem(patient=patient, by=cast.nadia, at=clock.now, text="Hypotension")
    form = {"idempotency_key": key(), "text": "Hypertension", "correction_reason": "Typing"}
    client = sign_in(cast.nadia)
    client.post(url("correct_problem", row), form)
    page = client.get(url("problems", patient)).content.decode()
    assert "Hypotension" in page and "Hypertension" in page and "is-corrected" in page


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_outsiders_get_404_for_an_entry(cast, sign_in, clock, who):
    row = actions.add_problem(
        patient=make_patient(cast), by=cast.nadia, at=clock.now, text="Hypotension"
    )
    assert sign_in(getattr(cast, who)).get(url("correct_problem", row)).status_code == 404
