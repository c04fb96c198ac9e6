"""Tables over every row of every label set."""

from decimal import Decimal

import pytest

from protocol.bags import delivered_mcg_per_day
from protocol.label import Status
from tests.protocol.cases import SETS, d

USABLE = [
    pytest.param(label, row, id=f"{label.id}:{row.row_id}")
    for label in SETS
    for row in label.bags
    if row.status is not Status.UNKNOWN
]
every_bag = pytest.mark.parametrize(("label", "row"), USABLE)
every_set = pytest.mark.parametrize("label", SETS, ids=lambda label: label.id)


def duration_of(label, row):
    return next(one for one in label.durations if one.hours == row.hours)


def base_ml(row):
    return row.stabiliser_ml + row.saline_ml + row.bacteriostatic_saline_ml


def wanted_mcg(row):
    """The daily dose a row is for: of a band, the one at its middle."""
    if row.basis == "fixed":
        return row.dose_mcg
    return row.dose_mcg * (row.bsa_from + row.bsa_to - d("0.01")) / 2


@every_bag
def test_a_bag_delivers_its_dose_within_8_percent_less_and_3_percent_more(label, row):
    rate = duration_of(label, row).rate_ml_per_h
    delivered = delivered_mcg_per_day(row.reconstituted_ml, base_ml(row), rate)
    off = (delivered / wanted_mcg(row) - 1) * 100
    assert Decimal(-8) <= off <= Decimal(3)


@every_bag
def test_a_bag_has_vials_for_its_volume_and_not_one_more(label, row):
    usable = label.reconstitution.withdrawable_ml_per_vial
    assert (row.vials - 1) * usable < row.reconstituted_ml <= row.vials * usable


@every_bag
def test_a_bag_is_made_larger_than_it_is_infused(label, row):
    duration = duration_of(label, row)
    made = base_ml(row) + row.reconstituted_ml
    assert made > duration.rate_ml_per_h * row.hours
    assert duration.made_ml in (None, made)


@every_bag
def test_only_a_preserved_bag_holds_bacteriostatic_saline(label, row):
    assert duration_of(label, row).preservative is (row.bacteriostatic_saline_ml > 0)


@every_set
def test_bands_have_neither_holes_nor_overlaps(label):
    groups = {}
    for row in label.bags:
        if row.bsa_from is not None:
            groups.setdefault((row.hours, row.dose_mcg), []).append((row.bsa_from, row.bsa_to))
    for bands in map(sorted, groups.values()):
        assert all(a[1] == b[0] for a, b in zip(bands, bands[1:], strict=False))
        assert bands[-1][1] == d("1.60")


@every_set
def test_the_doses_of_a_cycle_cover_every_hour_once(label):
    cycles = {
        (r.indication, n) for r in label.doses for n in range(r.first_cycle, r.last_cycle + 1)
    }
    for indication, n in cycles:
        mine = [r for r in label.doses if r.indication == indication]
        hours = sorted((r.from_hour, r.to_hour) for r in mine if r.first_cycle <= n <= r.last_cycle)
        assert hours[0][0] == 0 and hours[-1][1] == label.course.cycle_hours
        assert all(a[1] == b[0] for a, b in zip(hours, hours[1:], strict=False))


@every_set
def test_no_real_row_is_verified_and_no_training_row_is_real(label):
    allowed = {Status.TRAINING_COMPUTED} if label.is_training else {Status.UNVERIFIED}
    assert {row.status for row in label.rows} <= allowed | {Status.UNKNOWN}


@every_set
def test_every_row_says_where_it_is_from(label):
    for row in label.rows:
        unknown = row.status is Status.UNKNOWN
        assert (row.source == "-" and row.confidence == "-") is unknown
        assert row.confidence in ("V", "V2", "C", "X", "R", "-")


@every_set
def test_every_length_speaks_of_its_storage(label):
    for one in label.durations:
        kept = [s for s in label.storage if s.item == "bag" and s.preservative is one.preservative]
        assert any(not s.hours or one.hours in s.hours for s in kept)
