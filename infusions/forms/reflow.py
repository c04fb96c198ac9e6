from django import forms
from django.utils.translation import gettext_lazy as _

from commands.forms import SignedForm


class AcceptChangeForm(SignedForm):
    """`kind` and `digest` bind the way on that was on the page."""

    kind = forms.CharField(widget=forms.HiddenInput, max_length=20)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ResumeAtForm(forms.Form):
    """Asks what a restart at a time would do; saves nothing."""

    resume = forms.CharField(
        label=_("If it goes on at"),
        required=False,
        help_text=_("Local time. Empty: now."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-when": ""}),
    )
