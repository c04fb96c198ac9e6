"""Every bag row of every set: bands without holes, enough vials, sums that agree, mass balance."""

from decimal import Decimal
from itertools import groupby, pairwise

import pytest

from protocol.bags import delivered_mcg_per_day
from protocol.units import ml
from tests.protocol.cases import SETS, TRAINING, d

KNOWN = [
    pytest.param(label, row, id=f"{label.id}-{row.row_id}")
    for label in SETS
    for row in label.bags
    if row.reconstituted_ml is not None
]
DOSES = {("fixed", d(9)), ("fixed", d(28)), ("bsa", d(5)), ("bsa", d(15))}
LOW = {("fixed", d(9)), ("bsa", d(5))}


def duration_of(label, row):
    return next(found for found in label.durations if found.hours == row.hours)


def base_ml(row):
    return row.stabiliser_ml + row.saline_ml + row.bacteriostatic_saline_ml


def wanted_mcg_per_day(row):
    """The dose itself, or that of the middle of the band (its last value is 0.01 below the end)."""
    if row.basis == "fixed":
        return row.dose_mcg
    return row.dose_mcg * (row.bsa_from + row.bsa_to - d("0.01")) / 2


def bands_of(label):
    def key(row):
        return row.hours, row.dose_mcg

    rows = sorted((row for row in label.bags if row.basis == "bsa"), key=key)
    return [sorted(group, key=lambda row: row.bsa_from) for _, group in groupby(rows, key=key)]


@pytest.mark.parametrize(("label", "row"), KNOWN)
def test_a_bag_delivers_its_dose_within_8_percent_below_and_3_above(label, row):
    rate = duration_of(label, row).rate_ml_per_h
    delivered = delivered_mcg_per_day(row.reconstituted_ml, base_ml(row), rate)
    percent = 100 * (delivered / wanted_mcg_per_day(row) - 1)
    assert Decimal(-8) <= percent <= Decimal(3)


@pytest.mark.parametrize(("label", "row"), KNOWN)
def test_the_vials_hold_the_volume_and_one_less_would_not(label, row):
    usable = label.reconstitution.withdrawable_ml_per_vial
    assert (row.vials - 1) * usable < row.reconstituted_ml <= row.vials * usable


@pytest.mark.parametrize(("label", "row"), KNOWN)
def test_what_is_made_exceeds_what_is_infused(label, row):
    duration = duration_of(label, row)
    made = base_ml(row) + row.reconstituted_ml
    assert made > duration.rate_ml_per_h * row.hours
    assert duration.made_ml is None or made == duration.made_ml


@pytest.mark.parametrize(("label", "row"), KNOWN)
def test_only_a_preserved_bag_holds_preserved_saline(label, row):
    assert duration_of(label, row).preservative is (row.bacteriostatic_saline_ml > 0)


@pytest.mark.parametrize("label", SETS, ids=lambda label: label.id)
def test_body_surface_bands_have_no_holes_and_no_overlaps(label):
    for group in bands_of(label):
        assert all(a.bsa_to == b.bsa_from for a, b in pairwise(group))


def test_the_training_set_has_a_bag_for_every_length_dose_and_band():
    for hours in (24, 48, 72, 96, 168):
        found = {(row.basis, row.dose_mcg) for row in TRAINING.bags if row.hours == hours}
        assert found == (DOSES - LOW if hours == 168 else DOSES)
    for group in bands_of(TRAINING):
        assert (group[0].bsa_from, group[-1].bsa_to, len(group)) == (d("0.40"), d("1.60"), 12)


def test_the_mass_balance_agrees_with_the_figures_worked_by_hand():
    free = d("275.5")
    worked = [("0.83", 10, "9.01"), ("1.7", 5, "9.20"), ("2.6", 10, "28.05"), ("5.2", 5, "27.79")]
    for drug, rate, daily in worked:
        assert delivered_mcg_per_day(d(drug), free, d(rate)) == d(daily)
    assert delivered_mcg_per_day(d("8.0"), free, d("3.3")) == d("27.94")


def test_a_hundred_computed_volumes_are_what_the_mass_balance_asks_for():
    computed = [row for row in TRAINING.bags if row.source == "computed"]
    assert len(computed) > 50
    for row in computed:
        duration = duration_of(TRAINING, row)
        daily_ml = duration.rate_ml_per_h * 24
        exact = wanted_mcg_per_day(row) * duration.made_ml / (d("12.5") * daily_ml)
        assert abs(ml(exact) - row.reconstituted_ml) <= d("0.05")
