import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from display import bars, samples
from display.strip import BagSpan, CycleStrip, StopSpan, cycle_strip, strip_rows
from display.vitals import Reading, vitals_chart, vitals_rows

START = datetime(2026, 11, 8, 15, 0, tzinfo=UTC)
EMPTY = CycleStrip(key="x", title="Cycle 1", start=START, zone="America/New_York")


def drawn(text):
    return ElementTree.fromstring(f"<all>{text}</all>")


def classes(text):
    return {name for found in re.findall(r'class="([^"]+)"', text) for name in found.split()}


def test_strip_is_one_picture_and_one_for_each_week():
    tree = drawn(cycle_strip(samples.strip(START)))
    assert len(tree.findall("div[@class='strip-wide']/svg")) == 1
    assert len(tree.findall("div[@class='strip-weeks']/svg")) == 4


def test_every_picture_has_a_name_and_its_own_pattern():
    text = cycle_strip(samples.strip(START))
    assert all(svg.get("aria-label") for svg in drawn(text).iter("svg"))
    patterns = re.findall(r'<pattern id="([^"]+)"', text)
    assert len(patterns) == len(set(patterns)) == 5
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(patterns)


def test_pictures_hold_no_style_attribute():
    text = cycle_strip(samples.strip(START)) + vitals_chart(samples.vitals(START))
    assert "style" not in text


def test_words_from_people_are_escaped():
    stop = StopSpan(1, 5, '<script>alert("x")</script>')
    text = cycle_strip(replace(EMPTY, stops=(stop,)))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_a_cycle_made_longer_by_stops_is_drawn_longer():
    longer = replace(EMPTY, bags=(BagSpan("9", "7 d", 600, Decimal("788.5")),))
    assert EMPTY.days == 28
    assert longer.days == 33
    assert len(drawn(cycle_strip(longer)).findall("div[@class='strip-weeks']/svg")) == 5


def test_an_open_stop_reaches_now():
    strip = replace(EMPTY, stops=(StopSpan(10, None, "Air"),), now_hour=34)
    svg = drawn(cycle_strip(strip)).find("div[@class='strip-wide']/svg")
    box = next(g for g in svg.iter("g") if g.get("class") == "stop").find("rect")
    assert float(box.get("width")) == pytest.approx(24 / 672 * (920 - 84 - 1), abs=0.2)


def test_holidays_are_shaded_and_named():
    strip = replace(EMPTY, holidays=((START.date() + timedelta(days=3), "Founders' Day"),))
    assert "Founders&#x27; Day" in cycle_strip(strip)
    assert "holiday" in classes(cycle_strip(strip))


def test_weekend_of_the_clock_change_is_49_hours_wide():
    strip = replace(EMPTY, start=datetime(2026, 10, 30, 4, 0, tzinfo=UTC))  # Fri 00:00 local
    svg = drawn(cycle_strip(strip)).find("div[@class='strip-wide']/svg")
    free = [g.find("rect") for g in svg.iter("g") if "weekend" in (g.get("class") or "")]
    width = sum(float(rect.get("width")) for rect in free[:2])
    assert width == pytest.approx(49 / 672 * 835, abs=0.2)


def test_the_list_tells_what_the_picture_shows():
    strip = samples.strip(START)
    rows = strip_rows(strip)
    shown = (strip.doses, strip.bags, strip.stops, strip.toxicities, strip.marks, strip.visits)
    assert len(rows) == sum(len(lane) for lane in shown)
    assert [row.from_at for row in rows] == sorted(row.from_at for row in rows)
    assert any(row.state == "stopped now" and row.to_at is None for row in rows)


@pytest.mark.parametrize(("percent", "width"), [(36, "36"), (120, "100"), (-3, None), (0, None)])
def test_an_empty_bag_never_looks_full(percent, width):
    rect = ElementTree.fromstring(bars.bag_bar(percent, "running")).find("rect")
    assert (rect.get("width") if rect is not None else None) == width


def test_an_unknown_bag_state_is_refused():
    with pytest.raises(ValueError, match="not a bag bar state"):
        bars.bag_bar(50, "fine")


def test_day_dots_mark_one_day():
    ticks = [rect.get("class") for rect in ElementTree.fromstring(bars.day_dots(16))]
    assert ticks.count("tick-gone") == 15
    assert ticks[15] == "tick-today"
    assert ticks.count("tick-ahead") == 12


def test_meter_says_value_and_limit_in_words_for_readers():
    meter = ElementTree.fromstring(bars.meter(161, 240, 'Time "off"'))
    assert (meter.get("aria-valuenow"), meter.get("aria-valuemax")) == ("161", "240")
    assert meter.get("aria-label") == 'Time "off"'


def test_a_silence_in_the_readings_breaks_the_line():
    chart = samples.vitals(START)
    readings = tuple(Reading(h, Decimal(37)) for h in (-72, -70, -40, -38))
    one = replace(chart, series=(replace(chart.series[0], readings=readings),), grades=())
    wide = drawn(vitals_chart(one)).find("div[@class='vitals-wide']/svg")
    assert len(list(wide.iter("polyline"))) == 2


def test_the_limit_itself_is_out_of_range_above_but_not_below():
    temperature, _pulse, oxygen, _pressure = samples.vitals(START).series
    assert temperature.is_out(Decimal("38.0"))
    assert not temperature.is_out(Decimal("37.9"))
    assert oxygen.is_out(Decimal("93"))
    assert not oxygen.is_out(Decimal("94"))


def test_vitals_table_is_newest_first_with_a_dash_for_what_was_not_taken():
    chart = samples.vitals(START)
    short = replace(chart.series[0], readings=chart.series[0].readings[:-1])
    rows = vitals_rows(replace(chart, series=(short, chart.series[1])))
    assert [at for at, _values in rows] == sorted((at for at, _v in rows), reverse=True)
    assert rows[0][1][0] == "–"
