import pytest
from django.urls import reverse

from audit.models import Event
from patients.actions import edit
from patients.models import Patient
from protocol.stops import HardStop
from tests.factories import key, make_patient
from tests.patients.forms import enrol_form

URL = "/patients/enrol/"
pytestmark = pytest.mark.django_db


def errors_of(answer) -> str:
    return str(answer.context["form"].errors) + str(answer.context["stops"])


def test_a_case_manager_enrols_a_patient_with_weight_height_and_allergy(cast, sign_in):
    answer = sign_in(cast.carla).post(URL, enrol_form(cast))
    patient = Patient.objects.get(record_number="TST-40231")
    assert answer.headers["Location"] == reverse("dashboards:chart", args=[patient.uuid])
    values = dict(patient.measurements.values_list("kind", "value"))
    assert (str(values["weight"]), str(values["height"])) == ("64.20", "164.00")
    assert patient.allergies.get().reaction == "rash"
    assert Event.objects.filter(verb="enrolled", patient_ref=str(patient.uuid)).count() == 1


def test_measured_time_is_the_wall_time_of_the_site(cast, sign_in):
    sign_in(cast.carla).post(URL, enrol_form(cast))
    row = Patient.objects.get().measurements.first()
    assert row.measured_at.isoformat() == "2027-01-04T14:30:00+00:00"


def test_sending_the_same_form_twice_enrols_once(cast, sign_in):
    form, client = enrol_form(cast), sign_in(cast.carla)
    first, second = client.post(URL, form), client.post(URL, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"birth_date": "2028-01-01"}, "lies in the future"),
        ({"birth_date": "1890-01-01"}, "over 120 years ago"),
        ({"birth_date": "02/09/1988"}, "Give the date as"),
        ({"weight_kg": "64,2"}, "plain number with a point"),
        ({"weight_kg": "301"}, "between 0.5 and 300 kg"),
        ({"measured_at": ""}, "Give the date and time of weight"),
        ({"measured_at": "2027-01-05 09:30"}, "lies in the future"),
        ({"allergies": ""}, "Write at least one allergy"),
        ({"allergy_status": "none_known"}, "Allergies are listed"),
        ({"family_name": ""}, "This field is required"),
    ],
)
def test_bad_input_is_said_beside_the_field_and_nothing_is_lost(cast, sign_in, change, words):
    answer = sign_in(cast.carla).post(URL, enrol_form(cast, **change))
    assert answer.status_code == 422
    assert words in errors_of(answer)
    assert "Tansy" in answer.content.decode()
    assert not Patient.objects.exists()


def test_a_record_number_is_taken_once(cast, sign_in):
    make_patient(cast, record_number="TST-40231")
    answer = sign_in(cast.carla).post(URL, enrol_form(cast))
    assert answer.status_code == 422
    assert "record_number" in answer.context["form"].errors


def test_nobody_enrols_into_a_team_they_are_not_on(cast, sign_in):
    answer = sign_in(cast.carla).post(URL, enrol_form(cast, care_team=cast.other_team.pk))
    assert "care_team" in answer.context["form"].errors


def test_unknown_weight_and_allergies_stay_unknown(cast, sign_in):
    unknown = {"weight_kg": "", "height_cm": "", "measured_at": "", "allergies": ""}
    sign_in(cast.carla).post(URL, enrol_form(cast, allergy_status="unknown", **unknown))
    patient = Patient.objects.get()
    assert patient.allergy_status == "unknown"
    assert not patient.measurements.exists()


def test_a_nurse_may_not_enrol(cast, sign_in):
    assert sign_in(cast.nadia).get(URL).status_code == 403


def test_editing_changes_the_bed_and_is_recorded(cast, sign_in):
    patient = make_patient(cast, record_number="TST-40231")
    url = reverse("patients:edit", args=[patient.uuid])
    sign_in(cast.carla).post(url, enrol_form(cast, bed="4B-12", version=1, reason="misspelt"))
    patient.refresh_from_db()
    assert (patient.bed, patient.version) == ("4B-12", 2)
    assert Event.objects.get(verb="edited_patient").before["bed"] == ""


def test_a_stale_page_is_refused_with_409_and_keeps_what_was_typed(cast, sign_in):
    patient = make_patient(cast, record_number="TST-40231")
    url = reverse("patients:edit", args=[patient.uuid])
    client = sign_in(cast.carla)
    client.post(url, enrol_form(cast, bed="4B-12", version=1, reason="misspelt"))
    answer = client.post(url, enrol_form(cast, bed="5C-01", version=1, reason="misspelt"))
    assert answer.status_code == 409
    assert "5C-01" in answer.content.decode()


@pytest.mark.parametrize("page", ["edit", "measure", "allergies", "problems"])
def test_outside_the_care_team_a_patient_does_not_exist(cast, sign_in, page):
    patient = make_patient(cast)
    person = cast.carla
    person.memberships.all().delete()
    answer = sign_in(person).get(reverse(f"patients:{page}", args=[patient.uuid]))
    assert answer.status_code == 404


@pytest.mark.parametrize("page", ["edit", "measure", "allergies", "problems"])
def test_opening_a_page_of_a_patient_is_recorded_as_a_look(cast, sign_in, page):
    patient = make_patient(cast)
    sign_in(cast.carla).get(reverse(f"patients:{page}", args=[patient.uuid]))
    assert Event.objects.filter(verb="looked_at", patient_ref=str(patient.uuid)).count() == 1


def test_a_form_without_its_key_is_refused(cast, sign_in):
    answer = sign_in(cast.carla).post(URL, enrol_form(cast, idempotency_key=""))
    assert answer.status_code == 422
    assert not Patient.objects.exists()


def test_who_a_patient_is_changes_with_a_reason_and_the_first_words_stay(cast, sign_in):
    patient = make_patient(cast, record_number="TST-40231", family_name="Meyer")
    url = reverse("patients:edit", args=[patient.uuid])
    client = sign_in(cast.carla)
    client.get(url)
    told = enrol_form(cast, family_name="Maier", version=1)
    assert client.post(url, told).status_code == 422
    told |= {"idempotency_key": key(), "reason": "read from the card"}
    assert client.post(url, told).status_code == 302
    patient.refresh_from_db()
    assert patient.family_name == "Maier"
    shown = client.get(url).content.decode()
    assert "<s>Meyer</s>" in shown
    assert "read from the card" in shown


def test_saving_an_unchanged_patient_is_refused(cast):
    patient = make_patient(cast)
    with pytest.raises(HardStop, match="Nothing was changed"):
        edit(patient=patient, by=cast.carla, at=patient.enrolled_at, bed=patient.bed)
