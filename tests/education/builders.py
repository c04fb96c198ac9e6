"""A planned cycle and somebody at home to teach. Cycles with bags are built elsewhere."""

from decimal import Decimal

from clock.now import now
from education import actions
from infusions.models import Cycle
from patients.models import Access
from teams.models import Role
from tests.factories import key, make_patient
from tests.people import LONG_AGO, make_person


def planned_cycle(cast, patient=None, **fields) -> Cycle:
    return Cycle.objects.create(
        **{
            "patient": patient or make_patient(cast),
            "number": 1,
            "indication": "rr",
            "philadelphia": "negative",
            "label_id": "test",
            "weight_kg": Decimal(72),
            "height_cm": Decimal(175),
            "bsa_m2": Decimal("1.87"),
            "measured_at": now(),
            "planned_start": now(),
            "total_hours": 672,
            "created_by": cast.carla,
            "created_at": now(),
            **fields,
        }
    )


def mother(cast, patient, **fields):
    given = {"name": "Marta", "relation": "mother", "language": "en", **fields}
    return actions.add_learner(patient=patient, by=cast.nadia, at=now(), **given)


def teach_form(learner, **changes) -> dict:
    return {
        "idempotency_key": key(),
        "learner": learner.pk,
        "skill": "pump_alarms",
        "outcome": "passed",
        "in_own_words": "I read the screen and call; I do not press anything.",
        "taught_at": "2027-01-04 09:55",
        **changes,
    }


def caregiver_of(cast, patient, username="mara"):
    person = make_person(username, cast.organisation, role=Role.CAREGIVER, first="Mara")
    Access.objects.create(patient=patient, user=person, from_at=LONG_AGO)
    return person
