"""Forms that correct what was logged of a bag. They begin with what stands now."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commands.fields import LocalTimeField
from commands.forms import CommandForm
from infusions.forms.bags import day_field, lot_field, volume_field
from infusions.models import Bag


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why it is corrected"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class CorrectVialForm(CommandForm):
    lot = lot_field(label=_("Vial lot"))
    expires_on = day_field(label=_("Expiry"))
    count = forms.IntegerField(label=_("Vials"), min_value=1, max_value=20)
    correction_reason = reason_field()


class CorrectWorkForm(CommandForm):
    drawn_ml = volume_field(label=_("Reconstituted drug drawn"))
    stabiliser_lot = lot_field(label=_("Stabiliser lot"))
    prepared_at = LocalTimeField(label=_("Prepared at"))
    correction_reason = reason_field()

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["prepared_at"].zone = zone


class CorrectMoveForm(CommandForm):
    place = forms.ChoiceField(
        label=_("Where it was"), choices=Bag.Place.choices, widget=forms.RadioSelect
    )
    storage = forms.ChoiceField(
        label=_("Kept at"), choices=Bag.Storage.choices, widget=forms.RadioSelect
    )
    moved_at = LocalTimeField(label=_("Since when"))
    is_withdrawn = forms.BooleanField(label=_("It never happened: take it back"), required=False)
    correction_reason = reason_field()

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["moved_at"].zone = zone


class TakeBackForm(CommandForm):
    """Of a release or of a plan: nothing is typed but why."""

    correction_reason = reason_field()
