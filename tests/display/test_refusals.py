"""The box above a form: every reason once, each leading to its field."""

from django import forms
from django.template import Context, Template

from display.refusals import refusals
from protocol.stops import Stop


class RateForm(forms.Form):
    rate = forms.CharField(label="Rate read from the pump")
    key = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Nothing fits.")


def test_a_stop_leads_to_the_field_it_names():
    stop = Stop("rate.tenfold", "Ten times too much.", field="rate")
    found = refusals(RateForm(), (stop, Stop("cycle.not_stopped", "It runs.")))
    assert [(one.message, one.field) for one in found] == [
        ("Ten times too much.", "rate"),
        ("It runs.", ""),
    ]


def test_what_the_form_could_not_read_stands_there_too_also_when_hidden():
    found = refusals(RateForm({}), ())
    assert [(one.label, one.field) for one in found] == [
        ("", ""),
        ("Rate read from the pump", "rate"),
        ("", ""),
    ]


def test_a_stop_put_on_its_field_is_said_once():
    form = RateForm({"rate": "50", "key": "1"})
    stop = Stop("rate.tenfold", "Ten times too much.", field="rate")
    form.add_error("rate", stop.message)
    assert [one.message for one in refusals(form, (stop,))] == [
        "Ten times too much.",
        "Nothing fits.",
    ]


def test_an_empty_form_says_nothing():
    assert refusals(RateForm(), ()) == []
    assert refusals(None, ()) == []


def test_a_small_form_of_many_says_only_what_is_not_beside_a_field():
    said = shown(form=RateForm({}), stops=None)
    assert "Nothing fits." in said
    assert "Rate read from the pump" not in said


def test_the_link_names_the_field_on_the_page():
    said = shown(form=RateForm({"key": "1"}), stops=())
    assert 'href="#field-rate"' in said
    assert "<b>Rate read from the pump:</b> This field is required." in said


def shown(**context) -> str:
    return Template('{% include "_stops.html" %}').render(Context(context))
