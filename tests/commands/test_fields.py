"""Numbers and local times as they may be typed, and what is refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from commands.fields import LocalTimeField, StrictDecimalField

NEW_YORK = "America/New_York"
BAD_NUMBERS = [
    "-1",
    "9,0",
    "1_0",
    "１０",
    "1e1",
    "0x9",
    "nan",
    "inf",
    "+9",
    "09",
    "9.",
    ".9",
    "9 mg",
]


@pytest.mark.parametrize("text", BAD_NUMBERS)
def test_a_number_that_could_be_misread_is_refused(text):
    field = StrictDecimalField(low="0.1", high="28", unit="mcg/day")
    with pytest.raises(ValidationError) as refusal:
        field.clean(text)
    assert refusal.value.code == "number_format"


def test_a_number_outside_its_range_names_the_range():
    field = StrictDecimalField(low="0.1", high="28", unit="mcg/day")
    with pytest.raises(ValidationError, match=r"between 0.1 and 28 mcg/day"):
        field.clean("28.01")


def test_a_plain_number_is_exact():
    assert StrictDecimalField(low="0", high="10", unit="mL").clean("0.6") == Decimal("0.6")


def test_a_local_time_becomes_utc(clock):
    found = LocalTimeField(zone=NEW_YORK).clean("2027-01-04 09:00")
    assert found == datetime(2027, 1, 4, 14, 0, tzinfo=UTC)


def test_the_minute_that_is_now_means_now_to_the_second(clock):
    clock.forward(seconds=42)
    assert LocalTimeField(zone=NEW_YORK).clean("2027-01-04 10:00") == clock.now


def test_a_form_opened_in_one_minute_and_sent_in_the_next_is_not_before_what_led_to_it(clock):
    """The bag was made at 10:00:20, its scan page opened at 10:00:40 and sent at 10:01:05."""
    made_at = clock.forward(seconds=20)
    clock.forward(seconds=45)
    typed = LocalTimeField(zone=NEW_YORK).clean("2027-01-04 10:00")
    assert made_at < typed < clock.now
    assert typed.astimezone(UTC).strftime("%H:%M") == "15:00"


def test_a_minute_longer_ago_is_taken_as_typed(clock):
    clock.forward(minutes=5)
    found = LocalTimeField(zone=NEW_YORK).clean("2027-01-04 10:00")
    assert found == datetime(2027, 1, 4, 15, 0, tzinfo=UTC)


def test_an_hour_that_does_not_exist_is_the_next_one(clock):
    """Sun 14 March 2027, 02:30 in New York: the clock jumps from 02:00 to 03:00."""
    found = LocalTimeField(zone=NEW_YORK).clean("2027-03-14 02:30")
    assert found == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)  # 03:30 EDT


def test_an_hour_that_comes_twice_asks_which(clock):
    field = LocalTimeField(zone=NEW_YORK)
    with pytest.raises(ValidationError) as question:
        field.clean("2027-11-07 01:30")
    assert question.value.code == "twice"
    first, second = field.clean("2027-11-07 01:30 (1)"), field.clean("2027-11-07 01:30 (2)")
    assert second - first == timedelta(hours=1)


def test_the_buttons_beside_the_box_know_the_zone_set_after_the_field_was_made():
    class WhenForm(forms.Form):
        at = LocalTimeField()

    form = WhenForm()
    form.fields["at"].zone = NEW_YORK
    assert f'data-when="{NEW_YORK}"' in str(form["at"])
