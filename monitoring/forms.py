"""Figures as typed. The ends of a range only catch slips: they are no clinical limits."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clock.now import now
from commands.fields import LocalTimeField, StrictDecimalField
from commands.forms import CommandForm
from display.inputs import DecimalText
from monitoring.findings import MARKABLE
from monitoring.models import NeuroCheck, Watch


class WholeField(StrictDecimalField):
    def clean(self, value):
        number = super().clean(value)
        if number is None:
            return None
        if number != int(number):
            raise ValidationError(_("Type a whole number."), code="whole")
        return int(number)


class TenthsField(StrictDecimalField):
    def clean(self, value):
        number = super().clean(value)
        if number is not None and number != round(number, 1):
            raise ValidationError(_("Type one digit after the point, such as 37.8."), code="tenths")
        return number


def whole(label, low, high, unit, **kwargs) -> WholeField:
    kwargs = {"required": False, "widget": DecimalText()} | kwargs
    return WholeField(label=label, low=low, high=high, unit=unit, **kwargs)


class TimedForm(CommandForm):
    """`moment` names the field that holds when it was observed; it begins as now."""

    moment = ""

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[self.moment].zone = zone
        self.fields[self.moment].initial = now()

    def values(self) -> dict:
        return {name: value for name, value in super().values().items() if name != "version"}


class VitalsForm(TimedForm):
    moment = "measured_at"
    measured_at = LocalTimeField(label=_("Measured"))
    temperature_c = TenthsField(
        label=_("Temperature"),
        low="25",
        high="45",
        unit="°C",
        required=False,
        widget=DecimalText(),
    )
    heart_rate_per_min = whole(_("Heart rate"), "10", "350", "/min")
    systolic_mmhg = whole(_("Upper blood pressure"), "20", "350", "mmHg")
    diastolic_mmhg = whole(_("Lower blood pressure"), "5", "250", "mmHg")
    spo2_percent = whole(_("Oxygen saturation"), "10", "100", "%")
    respiratory_rate_per_min = whole(_("Breaths"), "1", "120", "/min")
    oxygen = forms.CharField(
        label=_("Oxygen given"),
        required=False,
        max_length=40,
        help_text=_(
            "Device and flow, such as nasal cannula 2 L/min; or room air. Empty: not said."
        ),
    )
    outside_expected = forms.MultipleChoiceField(
        label=_("Outside what is expected for this patient"),
        help_text=_("The nurse responsible and the oncologist are told at once."),
        required=False,
        choices=list(MARKABLE.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def finding(label) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=NeuroCheck.Finding.choices, widget=forms.RadioSelect
    )


class NeuroForm(TimedForm):
    moment = "checked_at"
    checked_at = LocalTimeField(label=_("Checked"))
    alertness = finding(_("Awake and alert"))
    orientation = finding(_("Knows name, place, date"))
    speech = finding(_("Speech and naming"))
    handwriting = finding(_("Handwriting, one sentence"))
    tremor_or_seizure = finding(_("Tremor or seizure"))
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why is it corrected?"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


class CorrectVitalsForm(VitalsForm):
    correction_reason = reason_field()


class CorrectNeuroForm(NeuroForm):
    correction_reason = reason_field()


class TakeOnForm(CommandForm):
    """Nothing is typed: somebody looks after the alerts."""


class WatchForm(TimedForm):
    moment = "from_at"
    kind = forms.ChoiceField(label=_("What"), choices=Watch.Kind.choices, widget=forms.RadioSelect)
    every_minutes = whole(
        _("Every"), "5", "2880", _("minutes"), help_text=_("Leave empty to end this watch.")
    )
    grace_minutes = whole(_("Late after"), "0", "720", _("minutes"), required=True, initial="30")
    from_at = LocalTimeField(label=_("First due"))
