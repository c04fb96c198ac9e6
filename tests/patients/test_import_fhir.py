"""Importing: by command and by upload; twice changes nothing twice."""

import json
import os
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from audit.models import Event
from patients.actions import correct_measurement
from patients.models import Patient
from patients.queries import newest_measurement
from teams.models import CareTeam
from tests.factories import key
from tests.patients.bundle import ROSA, WEIGHT, bent, patient_of, without

pytestmark = pytest.mark.django_db
URL = "/patients/import/"
BESIDE_THE_CHECKOUT = sorted(Path(__file__).parents[3].glob("*/data/fhir-r4/*.json"))
NAMED = os.environ.get("FHIR_SAMPLES")
FOUND = sorted(Path(NAMED).glob("*.json")) if NAMED else BESIDE_THE_CHECKOUT


def run(*files, **options) -> str:
    out = StringIO()
    call_command("import_fhir", *map(str, files), user="carla", stdout=out, stderr=out, **options)
    return out.getvalue()


def test_the_command_enrols_with_everything_in_the_file(cast):
    said = run(ROSA)
    patient = Patient.objects.get(record_number="MADE-UP-7")
    assert "enrolled" in said
    assert patient.problems.get().is_seizure
    assert patient.allergies.get().substance == "Peanut"
    assert patient.measurements.get(kind="weight").source == "FHIR import"
    assert patient.identifiers.count() == 2


def test_importing_twice_changes_nothing_twice(cast):
    run(ROSA)
    before = Event.objects.count()
    assert "already enrolled, nothing changed" in run(ROSA)
    assert (Patient.objects.count(), Event.objects.count()) == (1, before)


def test_a_dry_run_says_and_writes_nothing(cast):
    assert "would be enrolled" in run(ROSA, dry_run=True)
    assert not Patient.objects.exists()


def test_old_measurements_and_no_leukaemia_are_said(cast, clock):
    clock.forward(days=6)
    said = run(ROSA)
    assert "newest weight is of 02 Jan 2027: measure again" in said
    assert "No leukaemia among the problems" in said


def test_a_missing_weight_is_said(cast, tmp_path):
    file = tmp_path / "light.json"
    file.write_text(json.dumps(without("Observation")))
    assert "No weight in this file: measure before planning." in run(file)


def test_one_bad_file_does_not_stop_the_good_one(cast, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("hello")
    with pytest.raises(CommandError, match="1 of 2 files"):
        run(bad, ROSA)
    assert Patient.objects.count() == 1


def test_the_same_number_with_another_birth_date_is_refused(cast, tmp_path):
    run(ROSA)
    other = tmp_path / "other.json"
    other.write_bytes(bent(lambda b: patient_of(b).update(birthDate="2018-03-05")))
    with pytest.raises(CommandError):
        run(other)
    assert Patient.objects.count() == 1


def test_an_unknown_user_is_said(cast):
    with pytest.raises(CommandError, match="no active user named nobody"):
        call_command("import_fhir", str(ROSA), user="nobody")


def upload(client, cast, content=None):
    file = SimpleUploadedFile("rosa.json", content or ROSA.read_bytes())
    return client.post(URL, {"care_team": cast.team.pk, "file": file})


def confirm(client, shown):
    token = shown.context["form"]["upload"].value()
    return client.post(URL, {"upload": token, "idempotency_key": key()})


def test_the_upload_page_shows_first_and_writes_nothing(cast, sign_in):
    shown = upload(sign_in(cast.carla), cast).content.decode()
    assert "Beispiel, Rosa Maria" in shown
    assert "22.46\N{NO-BREAK SPACE}kg" in shown
    assert "Seizures in history: will be flagged" in shown
    assert not Patient.objects.exists()


def test_confirming_imports_and_opens_the_chart(cast, sign_in):
    client = sign_in(cast.carla)
    answer = confirm(client, upload(client, cast))
    patient = Patient.objects.get()
    assert answer.headers["Location"] == reverse("dashboards:chart", args=[patient.uuid])


def test_uploading_again_says_enrolled_already_and_changes_nothing(cast, sign_in):
    client = sign_in(cast.carla)
    confirm(client, upload(client, cast))
    shown = upload(client, cast)
    assert "enrolled already" in shown.content.decode()
    confirm(client, shown)
    assert Patient.objects.count() == 1


def test_a_wrong_file_is_refused_beside_the_field(cast, sign_in):
    answer = upload(sign_in(cast.carla), cast, b"not json")
    assert answer.status_code == 422
    assert "not a JSON file" in answer.context["form"].errors["file"][0]


def test_the_second_step_belongs_to_the_session_that_uploaded(cast, sign_in, client):
    shown = upload(sign_in(cast.carla), cast)
    client.logout()
    answer = confirm(sign_in(cast.olga), shown)
    assert answer.status_code == 422
    assert answer.context["stops"][0].code == "import.gone"
    assert not Patient.objects.exists()


def test_a_nurse_may_not_import(cast, sign_in):
    assert sign_in(cast.nadia).get(URL).status_code == 403


@pytest.mark.skipif(not FOUND, reason="no sample bundles: set FHIR_SAMPLES to their folder")
def test_the_real_samples_are_imported_once_each(cast):
    run(*FOUND)
    assert "nothing changed" in run(*FOUND)
    assert Patient.objects.count() == len(FOUND)


@pytest.mark.skipif(not FOUND, reason="no sample bundles: set FHIR_SAMPLES to their folder")
def test_a_seizure_history_in_the_samples_is_flagged(cast):
    run(*FOUND)
    atencio = Patient.objects.get(family_name="Atencio")
    assert atencio.problems.filter(is_seizure=True).count() == 3
    assert atencio.allergy_status == "unknown"
    assert atencio.interpreter_needed


def heavier(moment: str, kg: float) -> bytes:
    """The same patient with a newer weight."""

    def change(bundle):
        weight = bundle["entry"][WEIGHT]["resource"]
        weight["effectiveDateTime"] = moment
        weight["valueQuantity"]["value"] = kg

    return bent(change)


def test_a_newer_weight_in_a_later_bundle_is_added_once(cast, clock, tmp_path):
    run(ROSA)
    clock.forward(days=10)
    file = tmp_path / "later.json"
    file.write_bytes(heavier("2027-01-12T08:00:00Z", 23.1))
    assert "would be added: weight 23.1 kg" in run(file, dry_run=True)
    assert "already enrolled, added: weight 23.1 kg" in run(file)
    patient = Patient.objects.get()
    assert newest_measurement(patient, "weight").value == Decimal("23.1")
    before = Event.objects.count()
    assert "nothing changed" in run(file)
    assert "nothing changed" in run(ROSA)
    assert Event.objects.count() == before


def test_an_imported_weight_that_was_corrected_is_not_imported_again(cast, clock):
    run(ROSA)
    row = Patient.objects.get().measurements.get(kind="weight")
    earlier = row.measured_at - timedelta(days=1)
    facts = {"value": row.value, "measured_at": earlier, "correction_reason": "wrong day"}
    correct_measurement(measurement=row, by=cast.carla, at=clock.now, **facts)
    assert "nothing changed" in run(ROSA)


def test_the_upload_page_says_what_will_be_added(cast, clock, sign_in):
    run(ROSA)
    clock.forward(days=10)
    client = sign_in(cast.carla)
    shown = upload(client, cast, heavier("2027-01-12T08:00:00Z", 23.1))
    assert "Will be added: weight 23.1 kg" in shown.content.decode()
    confirm(client, shown)
    assert newest_measurement(Patient.objects.get(), "weight").value == Decimal("23.1")


def test_nothing_is_added_to_a_patient_of_another_team(cast, clock, tmp_path):
    run(ROSA)
    second = CareTeam.objects.create(site=cast.team.site, name="Second team")
    Patient.objects.update(care_team=second)
    clock.forward(days=10)
    file = tmp_path / "later.json"
    file.write_bytes(heavier("2027-01-12T08:00:00Z", 23.1))
    assert "nothing changed" in run(file)


def test_the_preview_shows_days_of_the_site_not_of_utc(cast, sign_in):
    def change(bundle):
        bundle["entry"][WEIGHT]["resource"]["effectiveDateTime"] = "2027-01-03T02:00:00Z"

    file = SimpleUploadedFile("rosa.json", bent(change))
    shown = sign_in(cast.carla).post(URL, {"care_team": cast.team.pk, "file": file})
    assert "02 Jan 2027" in shown.content.decode()
    assert "03 Jan 2027" not in shown.content.decode()
