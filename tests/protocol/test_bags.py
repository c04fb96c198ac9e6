"""Recipes: which bag fits whom, and every refusal."""

from dataclasses import replace
from datetime import date

import pytest

from protocol.bags import Refused
from protocol.label import Status
from tests.protocol.cases import (
    EU,
    TRAINING,
    US,
    US_2017,
    bag,
    codes_of,
    d,
    full_dose,
    low_dose,
    makeable,
    offered,
    stops_of,
)

RECIPES = [(24, "2.6", 1, "10"), (48, "5.2", 2, "5"), (168, "16.8", 6, "0.6")]


@pytest.mark.parametrize(("hours", "drug", "vials", "rate"), RECIPES)
def test_the_full_adult_dose_takes_these_volumes(hours, drug, vials, rate):
    made = bag(hours)
    assert (made.reconstituted_ml, made.vials, made.rate_ml_per_h) == (d(drug), vials, d(rate))
    assert made.infused_ml == made.rate_ml_per_h * hours
    assert made.water_ml == 3 * vials
    assert made.drug_mcg == made.reconstituted_ml * d("12.5")


def test_the_parts_of_a_seven_day_bag_add_up_to_110_ml():
    made = bag(168)
    parts = (made.bacteriostatic_saline_ml, made.stabiliser_ml, made.reconstituted_ml)
    assert (*parts, made.saline_ml) == (d(90), d("2.2"), d("16.8"), d("1.0"))
    assert (made.made_ml, made.preservative, made.filter_required) == (d(110), True, None)


def test_a_short_bag_starts_from_270_ml_saline_and_needs_a_filter():
    made = bag(24)
    assert (made.saline_ml, made.stabiliser_ml, made.made_ml) == (d(270), d("5.5"), d("278.1"))
    assert (made.bacteriostatic_saline_ml, made.filter_required) == (0, True)


def test_a_child_gets_the_row_of_its_body_surface_band():
    made = bag(48, weight=d(18), bsa=d("0.74"))
    assert (made.reconstituted_ml, made.row_id) == (d("2.0"), "bag.15m2.48h.0.70")
    assert made.dose_mcg_per_day == d("11.1")


@pytest.mark.parametrize(
    ("bsa", "row"), [("1.399", "1.40"), ("1.40", "1.40"), ("1.495", "1.50"), ("0.40", "0.40")]
)
def test_no_body_surface_falls_between_two_bands(bsa, row):
    assert bag(24, weight=d(30), bsa=d(bsa)).row_id == f"bag.15m2.24h.{row}"


@pytest.mark.parametrize("bsa", ["0.39", "1.60"])
def test_a_body_surface_outside_all_bands_is_refused(bsa):
    (stop,) = stops_of(lambda: bag(24, weight=d(30), bsa=d(bsa)))
    assert stop.code == "bag.no_bsa_band"
    assert "ask pharmacy" in stop.message


def test_a_missing_body_surface_is_refused():
    dose = full_dose(weight=d(30), bsa=d(1))
    assert codes_of(lambda: bag(24, dose=dose, weight=d(30), bsa=None)) == ["bag.no_bsa_band"]


def test_the_low_dose_has_no_seven_day_bag():
    assert makeable(offered(dose=low_dose())) == [24, 48, 72, 96]
    child = {"weight": d(18), "bsa": d("0.74")}
    found = offered(dose=low_dose(**child), **child)
    assert isinstance(found[168], Refused)
    assert found[168].stop.code == "bag.no_row"
    assert "5 mcg/m2/day" in found[168].stop.message


def test_the_full_dose_has_every_length_in_training():
    assert makeable(offered()) == [24, 48, 72, 96, 168]
    assert makeable(offered(weight=d(18), bsa=d("0.74"))) == [24, 48, 72, 96, 168]


@pytest.mark.parametrize(("weight", "lengths"), [("5.3", [24, 48]), ("5.4", [24, 48, 72, 96, 168])])
def test_preserved_bags_begin_at_5_4_kg(weight, lengths):
    assert makeable(offered(weight=d(weight), bsa=d("0.40"))) == lengths


@pytest.mark.parametrize(("weight", "refused"), [("21.9", True), ("22", False)])
def test_the_2017_set_draws_the_line_at_22_kg(weight, refused):
    found = offered(US_2017, weight=d(weight), bsa=d("0.95"))
    assert isinstance(found[168], Refused) is refused


def test_a_length_the_label_does_not_name_is_refused():
    assert codes_of(lambda: bag(120)) == ["bag.no_such_length"]


@pytest.mark.parametrize("label", [US, US_2017, EU, TRAINING], ids=lambda label: label.id)
def test_no_set_makes_a_bag_outside_training(label):
    found = offered(label, dose=full_dose(label), training=False)
    assert makeable(found) == []
    assert all("Row " in one.stop.message for one in found.values())


def test_an_unverified_row_is_refused_by_its_name():
    stops = stops_of(lambda: bag(24, US, training=False))
    assert {stop.code for stop in stops} == {"label.row_unverified"}
    assert any("bag.28.24h" in stop.message for stop in stops)


def test_an_unknown_row_is_refused_in_training_too():
    stops = stops_of(lambda: bag(96, US))
    assert {stop.code for stop in stops} == {"label.row_unknown"}
    assert makeable(offered(EU, weight=d(18), bsa=d("0.74"))) == [24, 48]


def test_weight_comes_before_status_when_both_forbid():
    codes = codes_of(lambda: bag(168, US_2017, weight=d(20), bsa=d("0.95"), training=False))
    assert codes[0] == "bag.preservative_weight"
    assert "label.row_unverified" in codes


def verified(row):
    return replace(
        row, status=Status.VERIFIED, verified_by="a pharmacist", verified_at=date(2026, 11, 23)
    )


def test_a_set_verified_row_by_row_makes_bags_for_patients():
    signed = replace(
        EU,
        durations=tuple(verified(row) for row in EU.durations),
        bags=tuple(verified(row) for row in EU.bags if row.reconstituted_ml),
        storage=tuple(verified(row) for row in EU.storage if row.item == "bag"),
        reconstitution=verified(EU.reconstitution),
    )
    made = bag(96, signed, dose=full_dose(EU), training=False)
    assert (made.reconstituted_ml, made.status) == (d("10.7"), Status.VERIFIED)


def test_a_bag_without_storage_limit_is_refused():
    bare = replace(TRAINING, storage=())
    assert codes_of(lambda: bag(168, bare)) == ["storage.no_row"]
