"""The training set is complete and its volumes are those of the mass balance."""

from protocol.bags import delivered_mcg_per_day
from protocol.units import ml
from tests.protocol.cases import TRAINING, d

DOSES = {("fixed", d(9)), ("fixed", d(28)), ("bsa", d(5)), ("bsa", d(15))}
LOW = {("fixed", d(9)), ("bsa", d(5))}
BANDS = {(d(n) / 10, d(n + 1) / 10) for n in range(4, 16)}


def wanted_mcg_per_day(row):
    """The dose itself, or that of the middle of the band (its last value is 0.01 below the end)."""
    if row.basis == "fixed":
        return row.dose_mcg
    return row.dose_mcg * (row.bsa_from + row.bsa_to - d("0.01")) / 2


def test_the_training_set_has_a_bag_for_every_length_dose_and_band():
    for hours in (24, 48, 72, 96, 168):
        rows = [row for row in TRAINING.bags if row.hours == hours]
        doses = {(row.basis, row.dose_mcg) for row in rows}
        assert doses == (DOSES - LOW if hours == 168 else DOSES)
        for dose in {row.dose_mcg for row in rows if row.basis == "bsa"}:
            assert {(row.bsa_from, row.bsa_to) for row in rows if row.dose_mcg == dose} == BANDS


def test_the_mass_balance_agrees_with_the_figures_worked_by_hand():
    free = d("275.5")
    worked = [("0.83", 10, "9.01"), ("1.7", 5, "9.20"), ("2.6", 10, "28.05"), ("5.2", 5, "27.79")]
    for drug, rate, daily in worked:
        assert delivered_mcg_per_day(d(drug), free, d(rate)) == d(daily)
    assert delivered_mcg_per_day(d("8.0"), free, d("3.3")) == d("27.94")


def test_a_computed_volume_is_what_the_mass_balance_asks_for():
    computed = [row for row in TRAINING.bags if row.source == "computed"]
    made_ml = {row.hours: row.made_ml for row in TRAINING.durations}
    rate = {row.hours: row.rate_ml_per_h for row in TRAINING.durations}
    assert len(computed) > 50
    for row in computed:
        exact = wanted_mcg_per_day(row) * made_ml[row.hours] / (d("12.5") * rate[row.hours] * 24)
        assert abs(ml(exact) - row.reconstituted_ml) <= d("0.05")
