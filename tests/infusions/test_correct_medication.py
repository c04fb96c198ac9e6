from decimal import Decimal

import pytest
from django.urls import reverse

from infusions.actions.medications import correct_medication
from infusions.models import MedicationGiven
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.planning import signed
from tests.infusions.running import premedicated

pytestmark = pytest.mark.django_db


def given_to(cast, clock):
    return premedicated(cast, clock, signed(cast, clock))


def form_of(given, **changes):
    body = {"idempotency_key": key(), "version": given.cycle.version, "reason": "mistyped"}
    body |= {"drug": given.drug, "dose_mg": "16", "route": "IV", "given_at": "2027-01-04 10:00"}
    return {**body, **changes}


def test_the_page_corrects_a_dose_and_keeps_the_first_entry(cast, clock, sign_in):
    given = given_to(cast, clock)
    page = reverse("infusions:correct_medication", args=[given.uuid])
    client = sign_in(cast.nadia)
    assert client.get(page).status_code == 200
    assert client.post(page, form_of(given)).status_code == 302
    fresh = MedicationGiven.objects.get(corrects=given)
    assert (fresh.dose_mg, fresh.correction_reason) == (Decimal(16), "mistyped")
    listed = client.get(reverse("infusions:medication", args=[given.cycle.uuid]))
    assert "<s>dexamethasone 20.00 mg</s>" in listed.content.decode()


def test_a_correction_without_a_reason_keeps_what_was_typed(cast, clock, sign_in):
    given = given_to(cast, clock)
    page = reverse("infusions:correct_medication", args=[given.uuid])
    answer = sign_in(cast.nadia).post(page, form_of(given, reason=""))
    assert answer.status_code == 422
    assert 'value="16"' in answer.content.decode()
    assert MedicationGiven.objects.count() == 1


def test_a_correction_that_changes_nothing_is_refused(cast, clock):
    given = given_to(cast, clock)
    facts = {"given": given, "by": cast.nadia, "reason": "x", "at": clock.now}
    with pytest.raises(HardStop, match="Nothing was changed"):
        correct_medication(**facts, dose_mg=Decimal(20), given_at=clock.now)


def test_an_entry_is_corrected_once(cast, clock):
    given = given_to(cast, clock)
    facts = {"given": given, "by": cast.nadia, "reason": "x", "at": clock.now}
    correct_medication(**facts, dose_mg=Decimal(16))
    with pytest.raises(HardStop, match="corrected already"):
        correct_medication(**facts, dose_mg=Decimal(12))


def test_outsiders_find_no_medication(cast, clock, sign_in):
    page = reverse("infusions:correct_medication", args=[given_to(cast, clock).uuid])
    assert sign_in(cast.outsider).get(page).status_code == 404
    assert sign_in(cast.twin_nurse).get(page).status_code == 404
