from django import forms
from django.utils.translation import gettext_lazy as _

from checklists.definitions import possible_answers
from commands.forms import CommandForm

CHOICES = {
    "yes_no": [("yes", _("Yes")), ("no", _("No"))],
    "yes_no_na": [("yes", _("Yes")), ("no", _("No")), ("na", _("Does not apply"))],
}
SAVE, SIGN = "save", "sign"


class RunForm(CommandForm):
    """Every item on one page, none filled in. Saving keeps what is answered; signing needs all."""

    step = forms.ChoiceField(choices=[(SAVE, SAVE), (SIGN, SIGN)], widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Your password, to sign"),
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, lines=(), facts, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[line.key] = field_for(line.item, facts)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("step") != SIGN:
            return cleaned
        for line in self.lines:
            if line.state in ("open", "expired") and not cleaned.get(line.key):
                self.add_error(line.key, _("Answer this before you sign."))
        if not cleaned.get("password"):
            self.add_error("password", _("Type your password to sign."))
        return cleaned

    def values(self) -> dict:
        """`given`: only the items answered now."""
        cleaned = self.cleaned_data
        given = {line.key: cleaned[line.key] for line in self.lines if cleaned.get(line.key)}
        return {"step": cleaned["step"], "password": cleaned["password"], "given": given}


def field_for(item: dict, facts: dict) -> forms.Field:
    if item["answer"] == "scan":
        scan = forms.TextInput(attrs={"data-scan": "", "autocomplete": "off"})
        return forms.CharField(label=item["text"], required=False, max_length=40, widget=scan)
    possible = possible_answers(item, facts)
    return forms.ChoiceField(
        label=item["text"],
        required=False,
        choices=[one for one in CHOICES[item["answer"]] if one[0] in possible],
        widget=forms.RadioSelect,
    )


class CorrectAnswerForm(CommandForm):
    value = forms.CharField(label=_("What is right"))
    correction_reason = forms.CharField(
        label=_("Why is it corrected?"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, item: dict, facts: dict, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["value"] = field_for(item, facts)
        self.fields["value"].required = True
