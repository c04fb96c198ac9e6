"""One way in for scanned and typed GS1 codes; codes of the demonstration prefix 952."""

from datetime import date

import pytest

from infusions.scans import gs1
from infusions.scans.gs1 import GS, Scan
from protocol.stops import HardStop

GTIN = "09521234543213"
WHOLE = {"gtin": GTIN, "lot": "AB12", "expires_on": date(2028, 6, 30), "serial": "S7"}


def refusal(text, **more) -> str:
    with pytest.raises(HardStop) as caught:
        gs1.read(text, **more)
    return caught.value.stops[0].code


@pytest.mark.parametrize(
    "text",
    [
        f"01{GTIN}1728063010AB12{GS}21S7",
        f"]d201{GTIN}1728063010AB12{GS}21S7",
        f"]C101{GTIN}1728063010AB12{GS}21S7\r\n",
        f"]d2{GS}01{GTIN}1728063010AB12{GS}21S7",
        f"{GS}01{GTIN}1728063010AB12{GS}21S7",
        f"01{GTIN}1728063010AB12\\x1d21S7",
        f"01{GTIN}1728063010AB12<GS>21S7",
        f"01{GTIN}1728063010AB12{{GS}}21S7",
        f"01{GTIN}1728063010AB12␝21S7",
        f"01{GTIN}10AB12{GS}21S7{GS}17280630",
        f"(01){GTIN}(17)280630(10)AB12(21)S7",
        f" (01) {GTIN} (17) 280630 (10) AB12 (21) S7 ",
    ],
)
def test_scanned_and_typed_say_the_same(text):
    assert gs1.read(text) == Scan(raw=text, **WHOLE)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("280600", date(2028, 6, 30)),
        ("280200", date(2028, 2, 29)),
        ("270200", date(2027, 2, 28)),
        ("281231", date(2028, 12, 31)),
    ],
)
def test_day_00_is_the_last_day_of_the_month(written, day):
    assert gs1.read(f"01{GTIN}17{written}10A").expires_on == day


def test_the_code_of_our_own_bag_is_read():
    assert gs1.read("]d291B-7F3KX-01").bag_code == "B-7F3KX-01"


@pytest.mark.parametrize("text", ["", "  ", "\r\n"])
def test_nothing_is_said_to_be_nothing(text):
    assert refusal(text) == "scan.empty"


@pytest.mark.parametrize(
    "text",
    [
        f"01{GTIN[:-1]}41728063010AB12",
        f"(01){GTIN[:-1]}4(17)280630(10)AB12",
    ],
)
def test_a_wrong_check_digit_is_refused(text):
    assert refusal(text) == "scan.check_digit"


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "4006381333931",  # a bare EAN: no element, so no lot and no expiry
        f"]A001{GTIN}",  # Code 39
        f"01{GTIN}17281330",  # no such month
        f"01{GTIN}17280631",  # no such day
        f"01{GTIN}\u0661\u0667280630",
        f"(01){GTIN}(17)280630(10)AB12 and more(",
        f"(01){GTIN}()",
        f"xx(01){GTIN}",
        f"(05){GTIN}",
        f"01{GTIN}10" + "A" * 21,
        f"01{GTIN}10AB12" * 20,
    ],
)
def test_what_is_no_gs1_code_is_refused(text):
    assert refusal(text) == "scan.not_gs1"


def test_two_codes_in_one_are_refused():
    assert refusal(f"01{GTIN}10A{GS}10B") == "scan.twice"


def test_what_is_missing_is_named():
    with pytest.raises(HardStop) as caught:
        gs1.read(f"01{GTIN}10AB12").needs("gtin", "lot", "expires_on")
    stop = caught.value.stops[0]
    assert (stop.code, stop.field) == ("scan.missing", "scan")
    assert "(17)" in stop.message
    assert "(10)" not in stop.message


def test_a_dropped_separator_does_not_invent_an_expiry():
    """The scanner swallowed FNC1: lot and expiry run into each other, and the expiry is missing."""
    with pytest.raises(HardStop) as caught:
        gs1.read(f"01{GTIN}10AB1217280630").needs("gtin", "lot", "expires_on")
    assert caught.value.stops[0].code == "scan.missing"


@pytest.mark.parametrize("typed", ["9521234543213", "09521234543213", "952-1234-54321-3"])
def test_a_product_number_gets_fourteen_digits(typed):
    assert gs1.gtin_of(typed) == GTIN


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("9521234543214", "scan.check_digit"),
        ("952", "scan.not_gtin"),
        ("952123454321X", "scan.not_gtin"),
        ("٩521234543213", "scan.not_gtin"),
    ],
)
def test_a_product_number_must_be_right(typed, code):
    with pytest.raises(HardStop) as caught:
        gs1.gtin_of(typed)
    assert caught.value.stops[0].code == code
