from django import forms

from commands.forms import SignedForm


class AcceptChangeForm(SignedForm):
    """`kind` and `digest` bind the way on that was on the page."""

    kind = forms.CharField(widget=forms.HiddenInput, max_length=20)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
