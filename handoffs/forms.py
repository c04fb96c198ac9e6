from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from commands.fields import LocalTimeField
from commands.forms import CommandForm, SignedForm
from handoffs.models import Handoff
from infusions.models import Setting


class ActionLines(forms.CharField):
    """One action a line: what | who | when (local time, may be left out)."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **kwargs)
        self.zone = "UTC"

    def clean(self, value):
        return [self._one(line) for line in super().clean(value).splitlines() if line.strip()]

    def _one(self, line: str) -> dict:
        parts = [part.strip() for part in line.split("|")]
        if len(parts) not in (2, 3) or not all(parts[:2]):
            raise ValidationError(
                _('Write each line as "what | who | when". This one is not: %(line)s'),
                code="line",
                params={"line": line},
            )
        when = parts[2] if len(parts) == 3 else ""
        due_at = LocalTimeField(zone=self.zone, required=False).clean(when)
        return {
            "what": parts[0],
            "owner": parts[1],
            "due_at": due_at.isoformat() if due_at else None,
        }


class IfThenLines(forms.CharField):
    """One plan a line: if -> then."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def clean(self, value):
        return [self._one(line) for line in super().clean(value).splitlines() if line.strip()]

    def _one(self, line: str) -> dict:
        cause, arrow, then = line.partition("->")
        if not (arrow and cause.strip() and then.strip()):
            raise ValidationError(
                _('Write each line as "what may happen -> what to do". This one is not: %(line)s'),
                code="line",
                params={"line": line},
            )
        return {"if": cause.strip(), "then": then.strip()}


class KnownWarnings(forms.MultipleChoiceField):
    """One tick for each warning; what no longer holds may still be ticked."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value):
        return True


class OfferForm(SignedForm):
    to_setting = forms.ChoiceField(
        label=_("To"), choices=Setting.choices, widget=forms.RadioSelect, initial="home"
    )
    to_nurse = forms.ModelChoiceField(label=_("Nurse who takes over"), queryset=None)
    planned_transfer_at = LocalTimeField(label=_("Planned transfer"))
    severity = forms.ChoiceField(
        label=_("Illness severity"), choices=Handoff.Severity.choices, widget=forms.RadioSelect
    )
    summary = forms.CharField(
        label=_("Patient summary"), widget=forms.Textarea(attrs={"rows": 11}), max_length=6000
    )
    actions = ActionLines(
        label=_("Actions"), help_text=_("One a line: what | who | when"), max_length=4000
    )
    contingency = IfThenLines(
        label=_("If this happens, do that"),
        help_text=_("One a line: what may happen -> what to do"),
        max_length=4000,
    )

    known_warnings = KnownWarnings(label=_("I know this"), required=False)
    warnings_reason = forms.CharField(
        label=_("Why it is right to go home all the same"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("Signed with the offer and shown to the receiver."),
    )

    def __init__(self, *args, nurses, zone: str, warnings=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["known_warnings"].choices = [(one.kind, one.text) for one in warnings]
        self.fields["to_nurse"].queryset = nurses
        self.fields["planned_transfer_at"].zone = zone
        self.fields["actions"].zone = zone


class CorrectHandoffForm(OfferForm):
    """The text as it was offered, to be put right and signed anew."""

    correction_reason = forms.CharField(
        label=_("Why it is corrected"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class AcceptForm(SignedForm):
    read_back = forms.CharField(
        label=_("Read back, in your own words"),
        help_text=_("Severity, dose and rate, covered until, next change, and what to do if."),
        widget=forms.Textarea(attrs={"rows": 5}),
        min_length=20,
        max_length=4000,
    )


class DeclineForm(CommandForm):
    reason = forms.CharField(
        label=_("Why not"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class WithdrawForm(CommandForm):
    pass
