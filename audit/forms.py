from django import forms
from django.utils.translation import gettext_lazy as _


class FilterForm(forms.Form):
    """What to look for in the record; sent with GET, so that a search can be bookmarked."""

    who = forms.CharField(label=_("Who"), required=False, max_length=80)
    what = forms.CharField(
        label=_("What"), required=False, max_length=80, help_text=_("A word such as bag or role.")
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[
            ("", _("Any")),
            ("done", _("Done")),
            ("refused", _("Refused")),
            ("seen", _("Looked at")),
        ],
    )
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
