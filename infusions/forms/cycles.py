from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from commands.fields import LocalTimeField
from commands.forms import CommandForm, SignedForm
from infusions.models import Indication, Philadelphia
from protocol.label import Label

HOURS_PER_DAY = 24


class PlanCycleForm(CommandForm):
    indication = forms.ChoiceField(
        label=_("Indication"), choices=Indication.choices, widget=forms.RadioSelect
    )
    philadelphia = forms.ChoiceField(
        label=_("Philadelphia chromosome"), choices=Philadelphia.choices, widget=forms.RadioSelect
    )
    number = forms.IntegerField(label=_("Cycle number"), min_value=1, max_value=9)
    label_id = forms.ChoiceField(label=_("Label set"))
    planned_start = LocalTimeField(label=_("Planned start"))
    home_after_days = forms.IntegerField(
        label=_("Goes home after how many infusion days"),
        help_text=_(
            "Whole days of infusion: the patient goes home at the clock time of the start. Another "
            "hour can be asked for on the plan page. Empty: the whole cycle in hospital."
        ),
        min_value=0,
        max_value=27,
        required=False,
    )

    def __init__(self, *args, zone: str, sets: Sequence[Label], **kwargs):
        """`sets`: the label sets the site works with, the one to suggest first."""
        super().__init__(*args, **kwargs)
        self.fields["planned_start"].zone = zone
        self.fields["label_id"].choices = [(one.id, one.title) for one in sets]
        if sets:
            self.initial.setdefault("label_id", sets[0].id)

    def values(self) -> dict:
        values = super().values()
        days = values.pop("home_after_days")
        return {**values, "home_from_hour": None if days is None else days * HOURS_PER_DAY}


class SignOrderForm(SignedForm):
    """The doses are on the page; the form is the signature."""
