import pytest

from checklists.actions import open_checklist
from tests.factories import make_patient

SUBJECT = "infusions.bag:1234"


@pytest.fixture
def patient(cast):
    return make_patient(cast)


@pytest.fixture
def opened(cast, patient, templates_loaded):
    return open_checklist(
        kind="pre_infusion",
        subject=SUBJECT,
        patient=patient,
        by=cast.nadia,
        facts={"code": "B-7F3K-01"},
        about="28 mcg/day",
    )
