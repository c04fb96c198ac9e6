from django import forms
from django.utils.translation import gettext_lazy as _

from commands.forms import CommandForm
from infusions.models import LabelPrint


class PrintLabelForm(CommandForm):
    """`again`: a label is out already, so that this one says why."""

    paper = forms.ChoiceField(
        label=_("Paper"),
        choices=LabelPrint.Paper.choices,
        initial=LabelPrint.Paper.THERMAL,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why it is printed again"),
        help_text=_("It stands on the label. Destroy the label that this one replaces."),
        max_length=60,
    )

    def __init__(self, *args, again: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not again:
            del self.fields["reason"]
