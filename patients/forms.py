"""What is typed about a patient."""

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from commands.fields import LocalTimeField, StrictDecimalField
from commands.forms import CommandForm
from patients.languages import LANGUAGES
from patients.models import AllergyStatus, Sex
from teams.models import CareTeam, User


def weight_field(**options):
    return StrictDecimalField(low="0.5", high="300", unit="kg", **options)


def height_field(**options):
    return StrictDecimalField(low="20", high="250", unit="cm", **options)


def again_fields() -> dict:
    """Second boxes for values that are far from what was expected; the rule asks for them."""
    help_text = _("Type it again to confirm it.")
    return {
        "weight_kg_again": weight_field(
            label=_("Weight, typed again"), required=False, help_text=help_text
        ),
        "height_cm_again": height_field(
            label=_("Height, typed again"), required=False, help_text=help_text
        ),
    }


def put_after(form, first: str, second: str) -> None:
    order = [name for name in form.fields if name != second]
    order.insert(order.index(first) + 1, second)
    form.order_fields(order)


def day_field(**options):
    return forms.DateField(
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Give the date as 1988-09-02.")},
        **options,
    )


def allergy_pairs(text: str) -> list[tuple[str, str]]:
    """One a line, `substance: reaction`; the reaction may be missing."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    parts = [line.partition(":") for line in lines]
    return [(what.strip(), how.strip()) for what, _colon, how in parts]


class AllergyLines(forms.CharField):
    """Cleans to (substance, reaction) pairs; every line must fit its column."""

    def __init__(self, **options):
        super().__init__(
            required=False,
            label=_("Allergies, one a line"),
            help_text=_("For example: penicillin: rash"),
            widget=forms.Textarea(attrs={"rows": 3}),
            **options,
        )

    def clean(self, value):
        pairs = allergy_pairs(super().clean(value))
        for what, how in pairs:
            if not what:
                raise forms.ValidationError(_("Write the substance before the colon."))
            if len(what) > 200 or len(how) > 200:
                raise forms.ValidationError(_("A line is too long: at most 200 letters a part."))
        return pairs


class PersonForm(CommandForm):
    """Who the patient is; used to enrol and to edit."""

    family_name = forms.CharField(label=_("Family name"), max_length=120)
    given_name = forms.CharField(label=_("Given names"), max_length=120)
    record_number = forms.CharField(label=_("Record number"), max_length=60)
    birth_date = day_field(label=_("Birth date"))
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"))
    interpreter_needed = forms.BooleanField(label=_("Interpreter needed"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    address = forms.CharField(
        label=_("Address"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    home_distance_km = forms.IntegerField(
        label=_("Home to hospital, km"),
        min_value=0,
        max_value=20_000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    bed = forms.CharField(label=_("Ward and bed"), max_length=40, required=False)
    care_team = forms.ModelChoiceField(label=_("Care team"), queryset=CareTeam.objects.none())

    def __init__(self, *args, teams, language: str = "en", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["care_team"].queryset = teams
        if len(teams) == 1:
            self.fields["care_team"].initial = teams[0]
        self.fields["care_team"].label_from_instance = lambda team: f"{team} · {team.site}"
        names = {**LANGUAGES, language: LANGUAGES.get(language, language)}
        self.fields["language"].choices = list(names.items())


class EditPersonForm(PersonForm):
    reason = forms.CharField(
        label=_("Why it is changed"),
        help_text=_("Needed for names, record number, birth date and sex."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class EnrolForm(PersonForm):
    weight_kg = weight_field(label=_("Weight"), required=False)
    height_cm = height_field(label=_("Height"), required=False)
    allergy_status = forms.ChoiceField(
        label=_("Allergies"), choices=AllergyStatus.choices, widget=forms.RadioSelect
    )
    allergies = AllergyLines()

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["measured_at"] = LocalTimeField(
            zone=zone,
            label=_("Weighed and measured at"),
            required=False,
        )
        put_after(self, "height_cm", "measured_at")
        self.fields |= again_fields()
        put_after(self, "weight_kg", "weight_kg_again")
        put_after(self, "height_cm", "height_cm_again")

    def clean(self):
        given = super().clean()
        measured = given.get("weight_kg") or given.get("height_cm")
        if measured and not given.get("measured_at") and "measured_at" not in self.errors:
            self.add_error("measured_at", _now("Give the date and time of weight and height."))
        return given


class MeasureForm(CommandForm):
    weight_kg = weight_field(label=_("Weight"), required=False)
    height_cm = height_field(label=_("Height"), required=False)

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= again_fields()
        self.fields["measured_at"] = LocalTimeField(zone=zone, label=_("Measured at"))


class AllergiesForm(CommandForm):
    status = forms.ChoiceField(
        label=_("Allergies"), choices=AllergyStatus.choices, widget=forms.RadioSelect
    )
    lines = AllergyLines()


class ProblemForm(CommandForm):
    text = forms.CharField(label=_("Diagnosis or history"), max_length=240)
    onset = day_field(label=_("Since"), required=False)


def reason_field():
    return forms.CharField(
        label=_("Why is this corrected?"), widget=forms.Textarea(attrs={"rows": 2})
    )


class CorrectMeasurementForm(CommandForm):
    def __init__(self, *args, zone: str, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        value = weight_field if kind == "weight" else height_field
        self.fields["value"] = value(label=_("Right value"))
        self.fields["value_again"] = value(
            label=_("Right value, typed again"),
            required=False,
            help_text=_("Type it again to confirm it."),
        )
        self.fields["measured_at"] = LocalTimeField(zone=zone, label=_("Measured at"))
        self.fields["correction_reason"] = reason_field()


def withdrawn_field():
    return forms.BooleanField(label=_("Entered in error: take it off the list"), required=False)


class CorrectAllergyForm(CommandForm):
    substance = forms.CharField(label=_("Substance"), max_length=200)
    reaction = forms.CharField(label=_("Reaction"), max_length=200, required=False)
    is_withdrawn = withdrawn_field()
    correction_reason = reason_field()


class CorrectProblemForm(CommandForm):
    text = forms.CharField(label=_("Diagnosis or history"), max_length=240)
    onset = day_field(label=_("Since"), required=False)
    is_withdrawn = withdrawn_field()
    correction_reason = reason_field()


class CorrectIdentifierForm(CommandForm):
    value = forms.CharField(label=_("Right number"), max_length=120)
    is_withdrawn = withdrawn_field()
    correction_reason = reason_field()


class GiveAccessForm(CommandForm):
    user = forms.ModelChoiceField(label=_("Account"), queryset=User.objects.none())

    def __init__(self, *args, accounts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = accounts
        self.fields["user"].label_from_instance = lambda one: f"{one} · {one.get_role_display()}"


class EndAccessForm(CommandForm):
    access = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
