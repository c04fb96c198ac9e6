from django import forms
from django.utils.translation import gettext_lazy as _

from commands.fields import StrictDecimalField
from commands.forms import CommandForm, SignedForm
from display.inputs import DecimalText

METHODS = [
    ("at_pump", _("At the pump")),
    ("video", _("By video")),
    ("phone", _("By phone, read aloud")),
]


def figure(label: str, *, high: str, unit: str) -> StrictDecimalField:
    """A figure on a pump display. The ends only catch slips; the bag label decides."""
    widget = DecimalText(attrs={"data-unit": unit})
    return StrictDecimalField(label=label, low="0.001", high=high, unit=unit, widget=widget)


class ProgramForm(CommandForm):
    pump_serial = forms.CharField(
        label=_("Number of the pump"),
        max_length=40,
        widget=forms.TextInput(attrs={"data-scan": "", "autocomplete": "off"}),
    )
    rate_ml_per_h = figure(_("Rate"), high="1000", unit="mL/h")
    volume_ml = figure(_("Volume to be infused"), high="3000", unit="mL")
    duration_h = figure(_("Run time"), high="400", unit="h")
    correction_reason = forms.CharField(
        label=_("Why it is entered again"),
        help_text=_("Only when an entry that still counts was wrong. That entry stays visible."),
        max_length=300,
        required=False,
    )


class ReadBackForm(SignedForm):
    """Nothing entered before is in this form, in any shape."""

    rate_ml_per_h = figure(_("Rate on the pump"), high="1000", unit="mL/h")
    volume_ml = figure(_("Volume on the pump"), high="3000", unit="mL")
    duration_h = figure(_("Run time on the pump"), high="400", unit="h")
    method = forms.ChoiceField(
        label=_("How do you read it?"), choices=METHODS, widget=forms.RadioSelect
    )
