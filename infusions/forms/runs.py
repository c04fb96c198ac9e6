"""Forms of a run. The time of a stop is free text: a stop is saved whatever was typed."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clock.now import now
from commands.fields import LocalTimeField, StrictDecimalField
from commands.forms import CommandForm, SignedForm
from display.inputs import DecimalText
from infusions.models import InfusionEvent, MedicationGiven, PrescriberAnswer

CAUSES = InfusionEvent.Cause.choices
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


WHEN = _("When")


def when(zone: str, label=WHEN) -> LocalTimeField:
    return LocalTimeField(zone=zone, label=label)


class HangForm(SignedForm):
    bag_code = forms.CharField(
        label=_("Bag code"), widget=forms.TextInput(attrs={"data-scan": "", "autocomplete": "off"})
    )

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["occurred_at"] = when(zone)
        self.fields["occurred_at"].initial = now()


class InterruptForm(forms.Form):
    """Everything may be missing; `told_at` is what could be read as a time."""

    idempotency_key = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    occurred_text = forms.CharField(required=False, label=_("When it stopped"))
    cause = forms.CharField(
        required=False, label=_("Why"), widget=forms.RadioSelect(choices=CAUSES)
    )
    note = forms.CharField(
        required=False, label=_("Note"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def stop_facts(self, zone: str) -> dict:
        """What the action needs; unreadable parts become flags, never an error."""
        self.is_valid()
        text = self.data.get("occurred_text", "").strip()
        flags, cause = [], self.data.get("cause", "")
        if cause not in dict(CAUSES):
            flags, cause = ["cause_missing"], "other"
        return {
            "occurred_at": read_time(text, zone),
            "claimed_text": text,
            "cause": cause,
            "note": self.data.get("note", ""),
            "flags": flags,
        }


def read_time(text: str, zone: str):
    try:
        return LocalTimeField(zone=zone, required=False).clean(text)
    except ValidationError:
        return None


def read_key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class ReportForm(InterruptForm):
    cause = None


class CloseReportForm(CommandForm):
    decision = forms.ChoiceField(
        label=_("What was it?"),
        choices=[("stopped", _("It had stopped")), ("running", _("It was running"))],
        widget=forms.RadioSelect,
    )
    cause = forms.ChoiceField(
        label=_("Why"), choices=CAUSES, required=False, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("How you know"), required=False, widget=forms.Textarea)

    def values(self) -> dict:
        found = super().values()
        found["confirmed"] = found.pop("decision") == "stopped"
        found["cause"] = found["cause"] or "other"
        found.pop("version")
        return found


class ResumeForm(SignedForm):
    rate_ml_per_h = StrictDecimalField(
        low="0.001", high="999", unit="mL/h", label=_("Rate read from the pump"), widget=DecimalText
    )
    bag_code = forms.CharField(
        label=_("Code of the new bag, if the bag is changed"),
        required=False,
        widget=forms.TextInput(attrs={"data-scan": "", "autocomplete": "off"}),
    )
    supervised_at = forms.CharField(
        label=_("Where the restart is supervised"), required=False, max_length=120
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["occurred_at"] = when(zone)
        self.fields["occurred_at"].initial = now()


class EndForm(SignedForm):
    not_flushed = forms.ChoiceField(
        label=_("The line was not flushed"),
        choices=[("yes", _("Right: not flushed")), ("no", _("It was flushed"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason, if it ends before its time"), required=False, max_length=200
    )

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["occurred_at"] = when(zone, _("Disconnected at"))
        self.fields["occurred_at"].initial = now()

    def values(self) -> dict:
        found = super().values()
        found["line_flushed"] = found.pop("not_flushed") == "no"
        return found


class MedicationForm(CommandForm):
    purpose = forms.ChoiceField(
        label=_("What for"), choices=MedicationGiven.Purpose.choices, widget=forms.RadioSelect
    )
    before = forms.ChoiceField(
        label=_("Before what"),
        choices=MedicationGiven.Event.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    drug = forms.CharField(label=_("Drug"), max_length=80)
    dose_mg = StrictDecimalField(
        low="0.01", high="9999", unit="mg", label=_("Dose"), widget=DecimalText
    )
    route = forms.CharField(label=_("Route"), max_length=20, required=False)

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["given_at"] = when(zone, _("Given at"))
        self.fields["given_at"].initial = now()


class CorrectMedicationForm(MedicationForm):
    """What was given and when, as first recorded; the purpose stays."""

    purpose = None
    before = None
    is_withdrawn = forms.BooleanField(label=_("It was never given: take it back"), required=False)
    reason = forms.CharField(label=_("Why this is corrected"), widget=forms.Textarea)

    def __init__(self, *args, given: MedicationGiven, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("drug", "dose_mg", "route", "given_at"):
            self.fields[name].initial = getattr(given, name)


class AnswerForm(SignedForm):
    question = forms.ChoiceField(label=_("Question"), widget=forms.RadioSelect)
    premedicate = forms.ChoiceField(
        label=_("Premedication"), choices=YES_NO, required=False, widget=forms.RadioSelect
    )
    goes_on = forms.ChoiceField(
        label=_("The infusion may go on"),
        help_text=_("After a gap or a side effect. Without a Yes it is not restarted."),
        choices=YES_NO,
        required=False,
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("Your decision"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, entries=(), **kwargs):
        super().__init__(*args, **kwargs)
        always = [c for c in PrescriberAnswer.Question.choices if c[0] != "entry"]
        about = [(f"entry {entry.subject}", entry.words) for entry in entries]
        self.fields["question"].choices = about + always

    def values(self) -> dict:
        found = super().values()
        found["question"], _space, found["about"] = found["question"].partition(" ")
        for name in ("premedicate", "goes_on"):
            found[name] = {"yes": True, "no": False}.get(found[name])
        return found


class CorrectEventForm(CommandForm):
    void = forms.BooleanField(label=_("It never happened: take it back"), required=False)
    cause = forms.ChoiceField(
        label=_("Cause"), choices=[("", _("As it is")), *CAUSES], required=False
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(label=_("Why this is corrected"), widget=forms.Textarea)

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["occurred_at"] = when(zone, _("Happened at"))
        self.fields["occurred_at"].required = False
