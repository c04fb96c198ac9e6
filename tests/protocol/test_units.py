"""Rounding, body surface and moments."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from protocol.instants import utc
from protocol.stops import HardStop, Stop
from protocol.units import bsa_m2, hours, mcg, mg, ml, plain, positive, round_bsa
from tests.protocol.cases import at, codes_of, d


@pytest.mark.parametrize(
    ("weight", "height", "surface"),
    [("18", "110", "0.74"), ("70", "175", "1.84"), ("5.4", "58", "0.29"), ("44.9", "150", "1.37")],
)
def test_mosteller_gives_body_surface_to_two_decimals(weight, height, surface):
    assert bsa_m2(d(weight), d(height)) == d(surface)


@pytest.mark.parametrize("rounded", [mcg, ml, mg])
def test_a_half_is_rounded_up(rounded):
    assert str(rounded(d("1.005"))) == "1.01"
    assert str(rounded(d("1.0049"))) == "1.00"


def test_body_surface_given_with_more_decimals_is_rounded_up_at_the_half():
    assert round_bsa(d("1.495")) == d("1.50")


@pytest.mark.parametrize("bad", ["0", "-1", "NaN", "Infinity"])
def test_a_measurement_must_be_a_number_above_zero(bad):
    assert codes_of(lambda: bsa_m2(d(bad), d(110))) == ["measurement.not_positive"]
    assert codes_of(lambda: bsa_m2(d(18), d(bad))) == ["measurement.not_positive"]


def test_a_binary_fraction_never_gets_in():
    with pytest.raises(TypeError, match="weight_kg must be a Decimal, not float"):
        positive(18.0, field="weight_kg", unit="kilograms")


@pytest.mark.parametrize(("number", "text"), [("11.10", "11.1"), ("28", "28"), ("1E+2", "100")])
def test_numbers_are_written_as_people_write_them(number, text):
    assert plain(Decimal(number)) == text


def test_hours_are_exact_to_the_microsecond():
    assert hours(timedelta(hours=3, microseconds=1)) * 3_600_000_000 == 3 * 3_600_000_000 + 1


def test_a_moment_is_the_same_in_utc():
    local = datetime(2027, 1, 4, 10, 0, tzinfo=ZoneInfo("America/New_York"))
    assert utc(local) == at("2027-01-04T15:00Z")


def test_a_time_without_zone_is_refused_at_its_field():
    naive = datetime(2027, 1, 4, 10, 0)
    with pytest.raises(HardStop) as refused:
        utc(naive, field="start")
    assert (refused.value.stops[0].code, refused.value.stops[0].field) == ("time.naive", "start")


def test_a_refusal_reads_as_all_its_sentences():
    refusal = HardStop(Stop("a", "First."), Stop("b", "Second."))
    assert str(refusal) == "First. Second."
    assert [stop.code for stop in refusal.stops] == ["a", "b"]
