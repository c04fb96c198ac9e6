"""`{% load display %}`: icons, times, amounts and small pictures for every template."""

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language

from clock.now import now
from display import bars, formats, sentences
from display.icons import icon as draw_icon
from display.refusals import refusals as find_refusals
from display.strip import cycle_strip as draw_strip
from display.strip import strip_rows
from display.vitals import vitals_chart as draw_vitals
from display.vitals import vitals_rows

register = template.Library()


def zone_name(zone):
    """The zone given, else the one the request is in (the site's)."""
    return zone or timezone.get_current_timezone_name()


@register.simple_tag
def icon(name, size=18):
    return draw_icon(name, size)


@register.filter
def elapsed(span):
    return formats.elapsed(span)


@register.filter
def in_hours(span):
    return formats.in_hours(span)


@register.filter
def until(at, moment):
    return formats.elapsed(None if at is None else at - moment)


@register.filter
def since(at, moment):
    return formats.elapsed(None if at is None else moment - at)


@register.filter
def clock24(at, zone=None):
    return formats.clock24(at, zone_name(zone), now())


@register.filter
def time24(at, zone=None):
    return formats.time24(at, zone_name(zone))


@register.filter
def day_word(at, zone=None):
    return formats.day_word(at, zone_name(zone), now())


@register.filter
def when(at, zone=None):
    return formats.when(at, zone_name(zone), now())


@register.filter
def said(text):
    """A sentence of the core in the language of the page."""
    return sentences.said(text)


@register.filter
def when_utc(at):
    return formats.when_utc(at)


@register.filter
def date_short(day, zone=None):
    return formats.date_short(day, zone_name(zone))


@register.filter
def iso(at):
    """For datetime, data-since and data-until attributes."""
    return "" if at is None else at.isoformat()


@register.filter
def plain(number):
    return formats.plain(number)


@register.filter
def mcg(number):
    return formats.amount(number, "mcg")


@register.filter
def mcg_per_day(number):
    return formats.amount(number, "mcg/day")


@register.filter
def mg(number):
    return formats.amount(number, "mg")


@register.filter
def ml(number):
    return formats.amount(number, "mL")


@register.filter
def ml_per_h(number):
    return formats.amount(number, "mL/h")


@register.filter
def kg(number):
    return formats.amount(number, "kg")


@register.filter
def cm(number):
    return formats.amount(number, "cm")


@register.filter
def m2(number):
    return formats.amount(number, "m²")


@register.filter
def hours(number):
    return formats.amount(number, "h")


@register.simple_tag
def bag_bar(percent, state="running"):
    return bars.bag_bar(percent, state)


@register.simple_tag
def cold_budget_bar(budget):
    """`budget`: used, unknown and allowed as spans of time."""
    spans = (budget.used, budget.unknown, budget.allowed)
    return bars.budget_bar(*(span.total_seconds() for span in spans))


@register.simple_tag
def day_dots(day, days=28):
    return bars.day_dots(day, days)


@register.simple_tag
def meter(value, maximum, label="", level="critical"):
    return bars.meter(value, maximum, label, level)


@register.filter
def widget_kind(field):
    """Which markup a bound field needs: choices, check, file, area, select or input."""
    kinds = {
        "radioselect": "choices",
        "checkboxselectmultiple": "choices",
        "checkbox": "check",
        "clearablefile": "file",
        "file": "file",
        "textarea": "area",
        "select": "select",
        "nullbooleanselect": "select",
        "selectmultiple": "select",
    }
    return kinds.get(field.widget_type, "input")


@register.filter
def record_no(text):
    """A record number, a very long one shortened with the whole in its title."""
    return format_html(
        '<span class="nowrap" title="{}">{}</span>', text, formats.short_number(text)
    )


@register.filter
def when_zone(field):
    """The zone of a time box that gets buttons beside it, else ""."""
    return field.field.widget.attrs.get("data-when", "")


@register.filter(is_safe=True)
def sentence_case(words):
    """ "Change Password" -> "Change password": the titles of allauth in the manner of the house.

    English only; a word that is not plainly capitalised (API, QR, "iPhone") stays as it is."""
    if not (get_language() or "").startswith("en"):
        return words
    return formats.sentence_case(str(words))


@register.filter
def in_sentence_case(form):
    """The same form with its labels and placeholders in sentence case (forms of allauth)."""
    for field in form:
        field.label = sentence_case(field.label)
        attrs = field.field.widget.attrs
        if "placeholder" in attrs:
            attrs["placeholder"] = sentence_case(attrs["placeholder"])
    return form


@register.inclusion_tag("display/_strip.html")
def cycle_strip(strip):
    """The cycle picture, its legend and the same facts as a list."""
    return {"strip": strip, "drawing": draw_strip(strip), "rows": strip_rows(strip)}


@register.inclusion_tag("display/_vitals.html")
def vitals_chart(chart):
    return {"chart": chart, "drawing": draw_vitals(chart), "rows": vitals_rows(chart)}


@register.simple_tag(takes_context=True)
def refusals(context):
    """Of the `form` and the `stops` of the page. `stops=None`, a small form of many: the page says
    the stops, the field its own; only what neither shows is left."""
    form, stops = context.get("form"), context.get("stops", ())
    found = find_refusals(form, stops or ())
    return [one for one in found if not one.field] if stops is None else found
