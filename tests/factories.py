"""Plain builders of rows. Rows that only an action may make are made by that action."""

from datetime import date
from decimal import Decimal
from itertools import count

from clock.now import now
from patients.models import Measurement, Patient

_numbers = count(1)


def make_patient(
    cast, *, weight_kg="72", height_cm="175", born=date(1980, 5, 1), **fields
) -> Patient:
    """A patient of the cast's team with a weight and a height measured now."""
    n = next(_numbers)
    patient = Patient.objects.create(
        **{
            "organisation": cast.organisation,
            "care_team": cast.team,
            "family_name": f"Family{n}",
            "given_name": "Given",
            "birth_date": born,
            "sex": "female",
            "record_number": f"TST-{n:05}",
            "allergy_status": "none_known",
            "enrolled_at": now(),
            "enrolled_by": cast.carla,
            **fields,
        }
    )
    for kind, value in (("weight", weight_kg), ("height", height_cm)):
        Measurement.objects.create(
            patient=patient,
            kind=kind,
            value=Decimal(value),
            measured_at=now(),
            recorded_by=cast.nadia,
            recorded_at=now(),
        )
    return patient


def key() -> str:
    """A fresh idempotency key, as a form page would carry."""
    from uuid import uuid4

    return str(uuid4())


def make_running_cycle(cast, clock):
    """A running cycle with its first bag, made by the real actions (load the lists first)."""
    from tests.infusions.running import running

    return running(cast, clock)
