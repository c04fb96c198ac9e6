"""What the pages of the patients post: a whole form, with fresh keys."""

from tests.factories import key


def enrol_form(cast, **changes) -> dict:
    return {
        "idempotency_key": key(),
        "family_name": "Aurelio",
        "given_name": "Tansy",
        "record_number": "TST-40231",
        "birth_date": "1988-09-02",
        "sex": "female",
        "language": "es",
        "interpreter_needed": "on",
        "care_team": cast.team.pk,
        "weight_kg": "64.2",
        "height_cm": "164",
        "measured_at": "2027-01-04 09:30",
        "allergy_status": "listed",
        "allergies": "penicillin: rash",
        **changes,
    }


def measure_form(**changes) -> dict:
    return {"idempotency_key": key(), "measured_at": "2027-01-04 09:59", **changes}
