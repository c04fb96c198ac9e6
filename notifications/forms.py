from django import forms
from django.utils.translation import gettext_lazy as _

from commands.fields import LocalTimeField
from commands.forms import CommandForm


class AcknowledgeForm(CommandForm):
    pass


class TravelForm(forms.Form):
    """Minutes ahead, a moment, or the next bag change. Not a clinical form: it has no key."""

    minutes = forms.IntegerField(
        label=_("Minutes ahead"), required=False, min_value=1, max_value=60 * 24 * 40
    )
    to = LocalTimeField(label=_("To this moment"), required=False)
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].zone = zone
