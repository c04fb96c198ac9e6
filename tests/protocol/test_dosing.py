"""Dose steps by weight, body surface, indication and cycle."""

from dataclasses import replace

import pytest

from protocol.dosing import dose_at, dose_steps
from protocol.label import Status
from tests.protocol.cases import EU, TRAINING, US, US_2014, US_2017, codes_of, d, steps, stops_of


def test_the_first_cycle_of_relapse_steps_up_after_168_hours():
    low, full = steps()
    assert (low.from_hour, low.to_hour, low.mcg_per_day) == (0, 168, d(9))
    assert (full.from_hour, full.to_hour, full.mcg_per_day) == (168, 672, d(28))
    assert low.formula == "9 mcg/day, fixed dose"
    assert (low.row_id, low.source, low.alerts) == ("dose.rr.1.low", "S11,S13", ())


@pytest.mark.parametrize("indication", ["rr", "mrd"])
@pytest.mark.parametrize("cycle_no", [2, 3, 4])
def test_later_cycles_have_one_dose_throughout(indication, cycle_no):
    (only,) = steps(indication=indication, cycle_no=cycle_no)
    assert (only.from_hour, only.to_hour, only.mcg_per_day) == (0, 672, d(28))


def test_a_child_of_18_kg_and_074_m2_gets_11_1_mcg_a_day():
    (dose,) = steps(indication="mrd", weight=d(18), bsa=d("0.74"))
    assert dose.mcg_per_day == d("11.1")
    assert dose.formula == "15 mcg/m2/day x 0.74 m2 = 11.1 mcg/day"
    assert (dose.basis, dose.per_m2_mcg_per_day, dose.capped) == ("bsa", d(15), False)


@pytest.mark.parametrize(
    ("weight", "basis"), [("44.99", "bsa"), ("45", "fixed"), ("45.0", "fixed"), ("80", "fixed")]
)
def test_the_dose_is_fixed_from_45_kg_on(weight, basis):
    assert steps(cycle_no=2, weight=d(weight), bsa=d("1.40"))[0].basis == basis


@pytest.mark.parametrize(
    ("bsa", "low", "full", "capped"),
    [("1.80", "9", "27", (False, False)), ("1.81", "9", "27.15", (True, False))],
)
def test_the_cap_binds_above_its_body_surface_only(bsa, low, full, capped):
    found = steps(weight=d(44), bsa=d(bsa))
    assert [step.mcg_per_day for step in found] == [d(low), d(full)]
    assert tuple(step.capped for step in found) == capped


def test_a_bound_cap_says_that_the_measurements_are_implausible():
    (dose,) = steps(cycle_no=2, weight=d(44), bsa=d("1.95"))
    assert dose.mcg_per_day == d(28)
    assert dose.formula.endswith("= 29.25 mcg/day, capped at 28 mcg/day")
    assert dose.alerts[0].startswith("implausible BSA for weight: 1.95 m2")


def test_a_light_patient_needs_a_body_surface():
    (stop,) = stops_of(lambda: steps(weight=d(20)))
    assert (stop.code, stop.field) == ("dose.bsa_missing", "height_cm")
    assert "Below 45 kg" in stop.message


@pytest.mark.parametrize(
    ("indication", "cycle_no"), [("rr", 0), ("rr", 10), ("mrd", 5), ("aml", 1), ("rr", -1)]
)
def test_a_cycle_the_label_does_not_have_is_refused(indication, cycle_no):
    asked = {"indication": indication, "cycle_no": cycle_no}
    assert codes_of(lambda: steps(**asked)) == ["dose.no_such_cycle"]


def test_europe_has_no_continued_therapy():
    assert codes_of(lambda: steps(EU, cycle_no=6)) == ["dose.no_such_cycle"]
    assert steps(US, cycle_no=9)[0].mcg_per_day == d(28)


def test_an_unknown_row_is_refused_by_its_name():
    (stop,) = stops_of(lambda: steps(US_2017, cycle_no=6))
    assert stop.code == "label.row_unknown"
    assert "dose.rr.6-9" in stop.message


def test_a_dose_only_remembered_plans_in_training_and_nowhere_else():
    assert codes_of(lambda: steps(indication="consolidation")) == ["label.row_unverified"]
    (dose,) = steps(TRAINING, indication="consolidation")
    assert (dose.mcg_per_day, dose.status) == (d(28), Status.TRAINING_COMPUTED)
    assert codes_of(lambda: steps(US_2014)) == ["label.row_unverified"]


def test_every_step_says_its_status():
    assert {step.status for step in steps(TRAINING)} == {Status.TRAINING_COMPUTED}
    assert {step.status for step in steps(US)} == {Status.UNVERIFIED}


def test_the_dose_changes_in_the_first_moment_of_hour_168():
    found = steps()
    assert dose_at(found, d("167.9999")).mcg_per_day == d(9)
    assert dose_at(found, 168).mcg_per_day == d(28)
    assert dose_at(found, 672).mcg_per_day == d(28)


@pytest.mark.parametrize("hour", [-1, "672.0001"])
def test_an_hour_outside_the_cycle_has_no_dose(hour):
    assert codes_of(lambda: dose_at(steps(), d(hour))) == ["dose.outside_cycle"]


def test_a_weight_of_nothing_is_refused():
    asked = {"indication": "rr", "cycle_no": 1, "weight_kg": d(0), "bsa_m2": None}
    assert codes_of(lambda: dose_steps(US, **asked)) == ["measurement.not_positive"]


def test_a_row_without_a_dose_for_light_patients_is_refused_by_name():
    rows = tuple(replace(row, per_m2_mcg_per_day=None) for row in US.doses)
    (stop,) = stops_of(lambda: steps(replace(US, doses=rows), weight=d(20), bsa=d(1)))
    assert stop.code == "label.row_unknown"
    assert "dose.rr.1.low gives no dose" in stop.message
