"""Reading a bundle: what is taken, and a sentence for each thing that is wrong."""

import json
from datetime import date
from decimal import Decimal

import pytest

from display.formats import date_short
from patients.fhir import NotImportable, read_bundle
from tests.patients.bundle import ROSA, WEIGHT, bent, patient_of, rosa, without


def refusal(content) -> str:
    with pytest.raises(NotImportable) as caught:
        read_bundle(content)
    return str(caught.value)


def test_a_bundle_reads_as_one_patient():
    rosa_read = read_bundle(ROSA.read_bytes())
    assert (rosa_read.family_name, rosa_read.given_name) == ("Beispiel", "Rosa Maria")
    assert rosa_read.birth_date == date(2019, 3, 5)
    assert rosa_read.record_number == "MADE-UP-7"
    assert ("urn:example:insurance", "INS-42") in rosa_read.identifiers
    assert (rosa_read.language, rosa_read.interpreter_needed) == ("es", True)
    assert rosa_read.address == "1 Example Street\n00001 Sampletown"


def test_the_newest_weight_counts_to_two_decimals():
    weight = read_bundle(ROSA.read_bytes()).weight
    assert weight.value == Decimal("22.46")
    assert weight.measured_at.isoformat() == "2027-01-02T09:00:00+00:00"


def test_problems_leave_out_what_was_entered_in_error():
    assert read_bundle(ROSA.read_bytes()).problems == (("Epilepsy", "84757009", date(2023, 6, 4)),)


def test_listed_allergies_are_read_with_their_reaction():
    read = read_bundle(ROSA.read_bytes())
    assert (read.allergies, read.allergy_status) == ((("Peanut", "hives"),), "listed")


def test_no_allergy_in_the_file_means_unknown_not_none():
    read = read_bundle(json.dumps(without("AllergyIntolerance")))
    assert (read.allergies, read.allergy_status) == ((), "unknown")


def test_a_missing_weight_stays_missing():
    assert read_bundle(json.dumps(without("Observation"))).weight is None


def test_an_english_speaker_needs_no_interpreter():
    def english(bundle):
        patient_of(bundle)["communication"][0]["language"]["coding"][0]["code"] = "en-US"

    assert not read_bundle(bent(english)).interpreter_needed


def pounds(bundle):
    bundle["entry"][WEIGHT]["resource"]["valueQuantity"] = {
        "value": 49.5,
        "unit": "lb",
        "code": "[lb_av]",
    }


def test_pounds_are_refused_with_the_kilograms_worked_out():
    said = refusal(bent(pounds))
    assert "49.5 lb is 22.5 kg" in said


def stone(bundle):
    bundle["entry"][WEIGHT]["resource"]["valueQuantity"] = {"value": 3.5, "unit": "stone"}


def second_patient(bundle):
    bundle["entry"].append(bundle["entry"][0])


def no_patient(bundle):
    del bundle["entry"][0]


def no_number(bundle):
    del patient_of(bundle)["identifier"][0]


def no_birth_date(bundle):
    patient_of(bundle)["birthDate"] = "2019"


def died(bundle):
    patient_of(bundle)["deceasedBoolean"] = True


def bad_gender(bundle):
    patient_of(bundle)["gender"] = ["x"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda b: b.update(type="collection"), "type collection"),
        (stone, "unit “stone”"),
        (second_patient, "2 patients in this bundle"),
        (no_patient, "no Patient"),
        (no_number, "no medical record number"),
        (no_birth_date, "no complete birth date"),
        (died, "has died"),
        (bad_gender, "Entry 1 (Patient) is not valid FHIR R4: look at gender"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(change, words):
    assert words in refusal(bent(change))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n", "not a JSON file"),
        (b"[1, 2]", "not a FHIR resource"),
        (json.dumps(patient_of(rosa())), "FHIR Patient. A Bundle"),
        (b"[" * 100_000, "not a JSON file"),
    ],
)
def test_another_file_is_refused(content, words):
    assert words in refusal(content)


def dated(moment: str):
    def change(bundle):
        bundle["entry"][WEIGHT]["resource"]["effectiveDateTime"] = moment

    return bent(change)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2027-01-03", "03 Jan 2027"),  # a bare date is that day, wherever the site is
        ("2027-01-03T02:00:00Z", "02 Jan 2027"),  # still the evening before in New York
        ("2027-01-03T02:00:00-05:00", "03 Jan 2027"),
    ],
)
def test_a_day_is_that_of_the_site(written, shown):
    zone = "America/New_York"
    reading = read_bundle(dated(written), zone=zone).weight
    assert date_short(reading.measured_at, zone) == shown


def test_an_onset_late_in_the_evening_stays_on_its_day():
    def change(bundle):
        for entry in bundle["entry"]:
            if entry["resource"]["resourceType"] == "Condition":
                entry["resource"]["onsetDateTime"] = "2023-06-04T23:30:00-04:00"

    assert read_bundle(bent(change), zone="America/New_York").problems[0][2] == date(2023, 6, 4)
