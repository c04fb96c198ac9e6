from datetime import date, timedelta
from decimal import Decimal

import pytest

from infusions.actions.cycles import sign_order
from notifications.models import Reminder
from patients.models import Patient
from protocol.stops import HardStop
from tests.factories import make_patient
from tests.infusions.planning import planned, signed
from tests.people import PASSWORD


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def test_an_adult_gets_nine_then_twenty_eight(cast, clock):
    order = planned(cast, clock).orders.get()
    doses = [(s["from_hour"], Decimal(s["mcg_per_day"])) for s in order.steps]
    assert doses == [(0, Decimal(9)), (168, Decimal(28))]
    assert not order.is_signed


def test_the_plan_covers_every_hour_and_changes_bag_at_the_step(cast, clock):
    bags = list(planned(cast, clock).plans.get().bags.order_by("n"))
    assert sum(bag.runs_minutes for bag in bags) == 672 * 60
    assert 168 * 60 in [bag.minute for bag in bags]
    assert {bag.dose_mcg_per_day for bag in bags if bag.minute < 168 * 60} == {Decimal(9)}


def test_a_child_is_dosed_by_body_surface(cast, clock):
    child = make_patient(cast, weight_kg="18", height_cm="112", born=date(2020, 5, 1))
    step = planned(cast, clock, patient=child).orders.get().steps[0]
    assert (step["basis"], step["mcg_per_day"]) == ("bsa", "3.75")
    assert step["formula"] == "5 mcg/m2/day x 0.75 m2 = 3.75 mcg/day"


def test_a_baby_without_a_bag_row_is_refused(cast, clock):
    baby = make_patient(cast, weight_kg="5.2", height_cm="60", born=date(2026, 8, 1))
    assert refusal(lambda: planned(cast, clock, patient=baby)) == "bag.no_bsa_band"


def test_a_length_without_a_recipe_gives_way_to_a_shorter_one(cast, clock):
    cast.team.site.bag_hours = {"inpatient": 48, "home": 168}
    cast.team.site.save()
    cycle = planned(cast, clock, home_from_hour=72)
    assert 168 not in {bag.bag_hours for bag in cycle.plans.get().bags.filter(minute__lt=168 * 60)}


def test_an_old_weight_says_measure_again_with_its_date(cast, clock):
    patient = make_patient(cast)
    clock.forward(days=8)
    with pytest.raises(HardStop, match="4 Jan 2027.*Measure again"):
        planned(cast, clock, patient=patient)


def test_a_patient_without_measurements_is_refused(cast, clock):
    unmeasured = Patient.objects.create(
        organisation=cast.organisation,
        care_team=cast.team,
        birth_date=date(1980, 5, 1),
        record_number="NEW-1",
        allergy_status="none_known",
        enrolled_at=clock.now,
        enrolled_by=cast.carla,
    )
    assert refusal(lambda: planned(cast, clock, patient=unmeasured)) == "measurement.missing"


def test_unknown_allergies_refuse(cast, clock):
    patient = make_patient(cast, allergy_status="unknown")
    assert refusal(lambda: planned(cast, clock, patient=patient)) == "patient.allergies_unknown"


def test_unverified_rows_refuse_and_are_named(cast, clock):
    with pytest.raises(HardStop, match=r"Row \S+ is"):
        planned(cast, clock, label_id="us-pi-current")


def test_a_training_set_is_refused_outside_training(cast, clock):
    cast.organisation.is_training = False
    cast.organisation.save()
    assert refusal(lambda: planned(cast, clock)) == "label.training_only"


def test_consolidation_is_for_philadelphia_negative_only(cast, clock):
    choice = {"indication": "consolidation", "philadelphia": "positive"}
    assert refusal(lambda: planned(cast, clock, **choice)) == "cycle.consolidation_philadelphia"


def test_a_second_open_cycle_is_refused(cast, clock):
    patient = planned(cast, clock).patient
    again = {"patient": patient, "number": 2}
    assert refusal(lambda: planned(cast, clock, **again)) == "cycle.already_open"


def test_a_nurse_may_not_plan(cast, clock):
    assert refusal(lambda: planned(cast, clock, by=cast.nadia)) == "permission.role"


def test_the_next_cycle_waits_for_the_treatment_free_days(cast, clock):
    cycle = planned(cast, clock)
    cycle.state, cycle.ended_at = "ended", clock.now
    cycle.started_at = clock.now - timedelta(days=28)
    cycle.save()
    soon = {"patient": cycle.patient, "number": 2, "planned_start": clock.now + timedelta(days=3)}
    assert refusal(lambda: planned(cast, clock, **soon)) == "cycle.treatment_free"


def test_planning_asks_for_a_signature_and_signing_for_a_bag(cast, clock):
    cycle = planned(cast, clock)
    assert Reminder.objects.get(kind="order_to_sign").state == "waiting"
    other = signed(cast, clock)
    assert Reminder.objects.filter(kind="bag_needed").get().due_at == other.planned_start
    assert Reminder.objects.filter(kind="order_to_sign", state="waiting").count() == 1
    assert cycle.state == "planned"


def test_everything_that_is_missing_is_told_at_once(cast, clock):
    patient = make_patient(cast)
    patient.allergy_status = "unknown"
    patient.save()
    with pytest.raises(HardStop) as caught:
        clock.forward(days=8)
        planned(cast, clock, patient=patient, philadelphia="")
    codes = {stop.code for stop in caught.value.stops}
    assert codes == {"patient.allergies_unknown", "measurement.old", "cycle.choice"}


def test_a_weight_that_gives_another_dose_stops_the_signature(cast, clock):
    child = make_patient(cast, weight_kg="24.2", height_cm="122", born=date(2020, 5, 1))
    cycle = planned(cast, clock, patient=child)
    first = child.measurements.get(kind="weight")
    child.measurements.create(
        kind="weight",
        value=Decimal("14.2"),
        measured_at=clock.now,
        recorded_at=clock.now,
        recorded_by=cast.nadia,
        corrects=first,
        correction_reason="Read off the wrong line",
    )
    signing = {"order": cycle.orders.get(), "by": cast.olga, "password": PASSWORD}
    with pytest.raises(HardStop, match="14.2 kg.*24.2 kg.*plan again"):
        sign_order(**signing, statement="I prescribe these doses.", at=clock.now)
