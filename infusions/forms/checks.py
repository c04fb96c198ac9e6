"""Forms of the second and third person. Blind: every one is empty when it opens."""

from datetime import datetime

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commands.fields import StrictDecimalField
from commands.forms import CommandForm, SignedForm
from infusions.models import BagCheck

SALT = "bag-check-opened"


class Blind(forms.Form):
    """`opened` says when the page was opened and by whom; signed, so it cannot be made up."""

    opened = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, subject, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = f"{subject.uuid}:{user.pk}"
        self.fields["opened"].initial = signing.dumps(
            [self.person, timezone.now().isoformat()], salt=SALT
        )

    def clean_opened(self) -> datetime:
        try:
            person, moment = signing.loads(self.cleaned_data["opened"], salt=SALT)
        except signing.BadSignature as error:
            raise ValidationError(_("Open the page again and read the bag.")) from error
        if person != self.person:
            raise ValidationError(_("Open the page again and read the bag."))
        return datetime.fromisoformat(moment)

    def values(self) -> dict:
        values = super().values()
        opened_at = values.pop("opened")
        return {**values, "opened_at": opened_at}


class DrawnFields(forms.Form):
    """What went into the bag, as vials and syringes show it."""

    lots = forms.CharField(
        label=_("Lots: scan one vial of each lot, and the stabiliser"),
        help_text=_("One scan a line. Without a scanner type the lots as printed."),
        max_length=1000,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "data-scan": "",
                "autofocus": True,
            }
        ),
    )
    drawn_ml = StrictDecimalField(
        label=_("Reconstituted drug, as the syringe shows"), low="0.01", high="500", unit="mL"
    )
    stabiliser_ml = StrictDecimalField(
        label=_("Stabiliser, as its syringe shows"), low="0.01", high="500", unit="mL"
    )


class LabelFields(forms.Form):
    """What the label on the bag says."""

    code = forms.CharField(
        label=_("Code of the bag"),
        help_text=_("Scan the label that sticks on the bag."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "data-scan": "", "spellcheck": "false", "autofocus": True}
        ),
    )
    rate_ml_per_h = StrictDecimalField(label=_("Rate"), low="0.01", high="1000", unit="mL/h")
    volume_ml = StrictDecimalField(
        label=_("Volume to be infused"), low="0.01", high="3000", unit="mL"
    )
    duration_h = StrictDecimalField(label=_("Duration"), low="0.01", high="400", unit="h")


class HowFields(forms.Form):
    method = forms.ChoiceField(
        label=_("How you see it"),
        choices=BagCheck.Method.choices,
        initial=BagCheck.Method.IN_PERSON,
        widget=forms.RadioSelect,
    )
    method_note = forms.CharField(
        label=_("From afar: which photo, or who held the camera"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CheckDrawnForm(Blind, DrawnFields, HowFields, SignedForm):
    field_order = ["lots", "drawn_ml", "stabiliser_ml"]


class ReadAgainForm(Blind, DrawnFields, CommandForm):
    """The maker's."""


class CheckLabelForm(Blind, LabelFields, HowFields, SignedForm):
    field_order = ["code", "rate_ml_per_h", "volume_ml", "duration_h"]


class ThirdDrawnForm(Blind, DrawnFields, CommandForm):
    pass


class ThirdLabelForm(Blind, LabelFields, CommandForm):
    pass


class DecideForm(SignedForm):
    """Only what the third person's own reading allows is offered."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, choices: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = choices


class AskReleaseForm(SignedForm):
    reason = forms.CharField(
        label=_("Why nobody else can check it now"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ConfirmReleaseForm(SignedForm):
    pass
