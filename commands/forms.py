"""The base of every form that changes clinical rows."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _


class CommandForm(forms.Form):
    """Carries the idempotency key and the version of the row the page showed.

    `version` is optional here; actions that depend on what the page showed demand it."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, version: int | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["idempotency_key"].initial = uuid4()
        self.fields["version"].initial = version
        self.fields["idempotency_key"].error_messages["required"] = _(
            "The page lost its form key. Open the page again; what you typed is kept below."
        )

    def values(self) -> dict:
        """Cleaned values for the action, without what belongs to the form itself."""
        return {k: v for k, v in self.cleaned_data.items() if k != "idempotency_key"}


class SignedForm(CommandForm):
    """A form whose sending is a signature: the password is asked in the same form."""

    password = forms.CharField(
        label=_("Your password, to sign"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
