"""What is wrong with a pump program, without telling the right one."""

import pytest

from protocol.pump import Program, differences, expected, ml_per_day
from tests.protocol.cases import bag, d

WEEK = expected(bag(168))
DAY = expected(bag(24))


def program(rate, volume, hours):
    return Program(d(rate), d(volume), d(hours))


def found(entered, right=WEEK):
    return [stop.code for stop in differences(right, entered)]


def test_the_program_of_a_bag_infuses_all_of_it():
    assert program("0.6", "100.8", 168) == WEEK
    assert program(10, 240, 24) == DAY


def test_the_right_program_has_nothing_wrong():
    assert differences(WEEK, program("0.60", "100.80", "168.0")) == ()


WRONG = [
    (program(6, "100.8", 168), ["pump.rate_tenfold", "pump.inconsistent"]),
    (program("0.06", "100.8", 168), ["pump.rate_tenth", "pump.inconsistent"]),
    (program("14.4", "100.8", 168), ["pump.rate_per_day", "pump.inconsistent"]),
    (program("0.7", "100.8", 168), ["pump.rate_differs", "pump.inconsistent"]),
    (program("0.6", "1008", 168), ["pump.volume_tenfold", "pump.inconsistent"]),
    (program("0.6", "10.08", 168), ["pump.volume_tenfold", "pump.inconsistent"]),
    (program("0.6", "110", 168), ["pump.volume_differs", "pump.inconsistent"]),
    (program("0.6", "100.8", 96), ["pump.duration_differs", "pump.inconsistent"]),
    (program("100.8", "0.6", 168), ["pump.swapped", "pump.inconsistent"]),
    (program("0.6", "168", "100.8"), ["pump.swapped", "pump.inconsistent"]),
    (
        program("1.8", "172.8", 96),
        ["pump.rate_differs", "pump.volume_differs", "pump.duration_differs"],
    ),
]


@pytest.mark.parametrize(("entered", "codes"), WRONG)
def test_every_wrong_program_is_named_for_what_it_is(entered, codes):
    assert found(entered) == codes


def test_ten_times_the_label_rate_says_so():
    assert "ten times the label rate" in differences(WEEK, program(6, "100.8", 168))[0].message


@pytest.mark.parametrize(("entered", "codes"), WRONG)
def test_no_message_gives_the_right_answer_away(entered, codes):
    told = " ".join(stop.message for stop in differences(WEEK, entered))
    assert not any(character.isdigit() for character in told.replace("1 %", ""))
    assert all(stop.severity == "hard" and stop.field for stop in differences(WEEK, entered))


@pytest.mark.parametrize(("volume", "consistent"), [("102", False), ("101.8", True)])
def test_rate_times_time_may_miss_the_volume_by_one_percent(volume, consistent):
    assert ("pump.inconsistent" not in found(program("0.6", volume, 168))) is consistent


def test_a_rate_is_shown_by_the_day_too():
    assert (ml_per_day(d("0.6")), ml_per_day(d(10))) == (d("14.4"), d(240))
