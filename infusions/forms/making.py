from django import forms
from django.utils.translation import gettext_lazy as _

from commands.fields import StrictDecimalField
from commands.forms import CommandForm
from protocol.making import MakeStep


def scan_field():
    return forms.CharField(
        label=_("Scan"),
        help_text=_("No scanner? Type what is printed beside the code: (01)… (17)… (10)…"),
        max_length=200,
        strip=False,
        error_messages={"required": _("Nothing was scanned.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "data-scan": "", "spellcheck": "false"}
        ),
    )


def amount_field(**options):
    return StrictDecimalField(low="0.01", high="500", unit="mL", **options)


def storage_field():
    return forms.ChoiceField(
        label=_("The bag goes to"),
        choices=[("cold", _("Fridge, 2–8 °C")), ("room", _("Room temperature"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say where the bag goes now.")},
    )


FIELDS = {
    "scan": ("scan", scan_field),
    "amount": ("amount_ml", lambda: amount_field(label=_("What the syringe shows"))),
    "finish": ("storage", storage_field),
}


class StepForm(CommandForm):
    """One step, with the field of its kind or none. `key` says which step the page showed."""

    key = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, step: MakeStep, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = step.key
        if step.kind in FIELDS:
            name, field = FIELDS[step.kind]
            self.fields[name] = field()


class StartMakeForm(CommandForm):
    """The first step: the order is read, and the work begins."""

    key = forms.CharField(widget=forms.HiddenInput, initial="order_check")

    def values(self) -> dict:
        return {"version": self.cleaned_data["version"]}


class TakeOverForm(CommandForm):
    pass


class GiveUpForm(CommandForm):
    reason = forms.CharField(label=_("Why"), max_length=200)


class PhotoForm(CommandForm):
    photo = forms.FileField(
        label=_("Photo"),
        help_text=_("JPEG or PNG, up to 10 MB. Place and device are taken out of it."),
        error_messages={"required": _("Take or choose a photo.")},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"}),
    )

    def values(self) -> dict:
        return {"photo": self.cleaned_data["photo"]}
