from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from infusions.actions.corrections import correct_event
from infusions.actions.medications import correct_medication
from infusions.actions.reports import interrupt_infusion
from infusions.actions.runs import start_infusion
from infusions.models import MedicationGiven
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.planning import signed
from tests.infusions.running import hang, premedicated, ready_to_start, running

pytestmark = pytest.mark.usefixtures("templates_loaded")


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
    assert "<s>dexamethasone 20" in listed.content.decode()


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


def take_back(cast, clock, given, **told):
    facts = {"by": cast.nadia, "reason": "wrong patient", "at": clock.now, "is_withdrawn": True}
    return correct_medication(given=given, **{**facts, **told})


def test_premedication_that_was_never_given_shuts_the_gate(cast, clock):
    bag = ready_to_start(cast, clock)
    take_back(cast, clock, MedicationGiven.objects.get())
    with pytest.raises(HardStop) as caught:
        start_infusion(**hang(cast, clock, bag))
    assert "premedication.missing" in {stop.code for stop in caught.value.stops}


def test_an_entry_taken_back_is_not_corrected_again(cast, clock):
    fresh = take_back(cast, clock, given_to(cast, clock))
    with pytest.raises(HardStop, match="already taken back"):
        correct_medication(
            given=fresh, by=cast.nadia, reason="x", at=clock.now, dose_mg=Decimal(16)
        )


def test_what_a_start_rested_on_asks_the_prescriber(cast, clock):
    cycle = running(cast, clock)
    given = cycle.medications.get()
    take_back(cast, clock, given)
    asked = Reminder.objects.get(kind="prescriber_question", state="waiting")
    assert asked.subject == f"infusions.medicationgiven:{given.uuid}"


def waiting_for_premedication() -> list:
    rows = Reminder.objects.filter(kind="premedication", state="waiting")
    return list(rows.values_list("due_at", flat=True))


def test_premedication_of_the_step_taken_back_is_asked_for_again(cast, clock):
    cycle = running(cast, clock)
    before = waiting_for_premedication()
    clock.set(before[0] + timedelta(minutes=10))
    given = premedicated(cast, clock, cycle, before="step")
    assert waiting_for_premedication() == []
    take_back(cast, clock, given)
    assert waiting_for_premedication() == before


def test_premedication_that_was_given_is_not_asked_for_after_a_stop(cast, clock):
    cycle = running(cast, clock)
    clock.set(waiting_for_premedication()[0] + timedelta(minutes=10))
    premedicated(cast, clock, cycle, before="step")
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now, cause="pump")
    stop = cycle.events.get(kind="interrupted")
    correct_event(event=stop, by=cast.nadia, reason="alarm only", void=True, at=clock.now)
    assert waiting_for_premedication() == []


def test_the_page_takes_an_entry_back(cast, clock, sign_in):
    given = given_to(cast, clock)
    page = reverse("infusions:correct_medication", args=[given.uuid])
    client = sign_in(cast.nadia)
    assert client.post(page, form_of(given, is_withdrawn="on")).status_code == 302
    listed = client.get(reverse("infusions:medication", args=[given.cycle.uuid]))
    assert listed.content.decode().count("<s>dexamethasone") == 2


@pytest.mark.engine
def test_the_first_entry_cannot_be_changed(cast, clock):
    given = given_to(cast, clock)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        MedicationGiven.objects.filter(pk=given.pk).update(drug="x")
