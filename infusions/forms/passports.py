"""Forms of the label passports. What a reader types is never filled in for them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commands.fields import StrictDecimalField
from commands.forms import SignedForm
from infusions.passports.words import NAMES, WORDS
from protocol.label_facts import Fact, as_text, facts_of
from protocol.label_rows import Row

NOT_STATED = "not_stated"
NOTHING = (NOT_STATED, _("not stated in the document"))
YES_NO = [("yes", _("yes")), ("no", _("no")), NOTHING]
CHOICES = {
    "needed": [(name, WORDS[name]) for name in ("yes", "no", "ask")],
    "timing": [*((name, WORDS[name]) for name in ("at least", "within", "before")), NOTHING],
}
PREFIX = "value_"
FORM_OWN = ("document", "page", "section", "password", "idempotency_key", "version")


class SourceForm(SignedForm):
    """Where it was read."""

    document = forms.CharField(
        label=_("Document"),
        help_text=_("Title and date of the edition in your hands, as printed on it."),
        max_length=200,
    )
    page = forms.CharField(label=_("Page"), max_length=40)
    section = forms.CharField(label=_("Section or table"), max_length=80, required=False)

    def values(self) -> dict:
        values = super().values()
        values.pop("version", None)
        return values


class ReadRowForm(SourceForm):
    """One box for each value of the row, empty."""

    field_order = ["document", "page", "section"]

    def __init__(self, *args, row: Row, **kwargs):
        super().__init__(*args, **kwargs)
        for fact in facts_of(row):
            self.fields[PREFIX + fact.name] = field_of(fact)
        self.order_fields([*self.field_order, *(PREFIX + f.name for f in facts_of(row))])

    @property
    def value_fields(self) -> list:
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    def values(self) -> dict:
        values = super().values()
        typed = {n: values.pop(n) for n in list(values) if n.startswith(PREFIX)}
        texts = {name.removeprefix(PREFIX): stated(value) for name, value in typed.items()}
        return {**values, "typed": texts}


def stated(value) -> str:
    return "" if value == NOT_STATED else as_text(value)


def field_of(fact: Fact):
    """Leave it empty where the document does not state it."""
    name = NAMES[fact.name]
    if fact.name in CHOICES:
        return choice_field(name, CHOICES[fact.name])
    if fact.kind == "yes_no":
        return choice_field(name, YES_NO)
    if fact.kind in ("words", "days"):
        return text_field(name, fact)
    return StrictDecimalField(label=name, low="0", high="10000", unit=fact.unit, required=False)


def choice_field(name, choices):
    return forms.ChoiceField(label=name, choices=choices, widget=forms.RadioSelect)


def text_field(name, fact: Fact):
    many = fact.name in ("alternatives", "same_cycle_causes")
    says = {"days": _("As 1-9. Empty: not stated.")}
    help_text = says.get(fact.kind) or (_("Separate several by commas.") if many else "")
    field = ListField if many else (DaysField if fact.kind == "days" else forms.CharField)
    attrs = {"autocomplete": "off"}
    return field(
        label=name,
        help_text=help_text,
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=attrs),
    )


class ListField(forms.CharField):
    """Several words, in any order."""

    def clean(self, value):
        text = super().clean(value)
        return tuple(part.strip() for part in text.split(",") if part.strip())


class DaysField(forms.CharField):
    """1-9, however it is spaced."""

    def clean(self, value):
        return "".join(super().clean(value).split()).replace("–", "-")


class DecideForm(SourceForm):
    choice = forms.ChoiceField(
        label=_("What the document says"),
        choices=[
            ("1", _("the first reading")),
            ("2", _("the second reading")),
            ("neither", _("neither: leave the row unverified")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), max_length=300)
    field_order = ["choice", "reason", "document", "page", "section"]

    def values(self) -> dict:
        return {**super().values(), "version": self.cleaned_data["version"]}


class ReasonForm(SignedForm):
    """An act that says why: withdrawing a row, moving a cycle."""

    reason = forms.CharField(label=_("Why"), max_length=300)
    field_order = ["reason"]


class AdoptForm(SignedForm):
    """The set and what it changes stand on the page; the form is the signature."""

    def values(self) -> dict:
        values = super().values()
        values.pop("version", None)
        return values


def amount(name: str, unit: str, *, low="0", high="10000", required=True):
    return StrictDecimalField(label=NAMES[name], low=low, high=high, unit=unit, required=required)


def count(name: str, *, unit="", low=0, high=2000):
    field = forms.IntegerField(label=NAMES[name], min_value=low, max_value=high)
    field.unit = unit  # beside the box, as decimals have it
    return field


class OwnRowForm(SourceForm):
    """A row of the site's own protocol."""

    def values(self) -> dict:
        values = super().values()
        typed = {name: values.pop(name) for name in list(values) if name not in FORM_OWN}
        return {**values, "typed": self.columns(typed)}

    def columns(self, typed: dict) -> dict:
        return {name: value for name, value in typed.items() if value not in (None, "")}


class OwnBagForm(OwnRowForm):
    basis = forms.ChoiceField(
        label=NAMES["basis"],
        choices=[("fixed", _("fixed, mcg/day")), ("bsa", _("by body surface, mcg/m2/day"))],
        widget=forms.RadioSelect,
    )
    field_order = ["hours", "basis", "dose_mcg", "bsa_from", "bsa_to", "reconstituted_ml"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hours"] = count("hours", unit="h", low=1, high=240)
        self.fields["dose_mcg"] = amount("dose_mcg", "mcg", low="0.1", high="100")
        self.fields["bsa_from"] = amount("bsa_from", "m2", high="3", required=False)
        self.fields["bsa_to"] = amount("bsa_to", "m2", high="3", required=False)
        self.fields["reconstituted_ml"] = amount("reconstituted_ml", "mL", low="0.01", high="100")
        self.fields["vials"] = count("vials", low=1, high=40)
        self.fields["stabiliser_ml"] = amount("stabiliser_ml", "mL", high="100")
        self.fields["saline_ml"] = amount("saline_ml", "mL", high="1000")
        self.fields["bacteriostatic_saline_ml"] = amount(
            "bacteriostatic_saline_ml", "mL", high="1000"
        )
        self.order_fields([*self.field_order, "vials", "stabiliser_ml", "saline_ml",
                           "bacteriostatic_saline_ml", "document", "page", "section"])  # fmt: skip

    def clean(self):
        found = super().clean()
        low, high = found.get("bsa_from"), found.get("bsa_to")
        if found.get("basis") == "bsa" and (low is None or high is None or low >= high):
            self.add_error("bsa_to", _("Give the band: from, and below which body surface."))
        if found.get("basis") == "fixed" and (low is not None or high is not None):
            self.add_error("bsa_from", _("A fixed dose has no band of body surface."))
        return found


class OwnDurationForm(OwnRowForm):
    preservative = forms.TypedChoiceField(
        label=NAMES["preservative"],
        choices=YES_NO[:2],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    filter_required = forms.TypedChoiceField(
        label=NAMES["filter_required"],
        choices=YES_NO,
        coerce={"yes": True, "no": False, NOT_STATED: None}.get,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hours"] = count("hours", unit="h", low=1, high=240)
        self.fields["rate_ml_per_h"] = amount("rate_ml_per_h", "mL/h", low="0.1", high="20")
        self.fields["made_ml"] = amount("made_ml", "mL", high="1000", required=False)
        self.fields["preservative_from_kg"] = amount(
            "preservative_from_kg", "kg", high="100", required=False
        )
        names = ("hours", "rate_ml_per_h", "preservative", "preservative_from_kg", "made_ml")
        self.order_fields([*names, "filter_required", "document", "page", "section"])


class OwnStorageForm(OwnRowForm):
    preservative = forms.TypedChoiceField(
        label=NAMES["preservative"],
        choices=YES_NO[:2],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hours"] = count("hours", unit="h", low=1, high=240)
        self.fields["room_hours"] = count("room_hours", unit="h", low=1)
        self.fields["cold_hours"] = count("cold_hours", unit="h", low=1)
        self.order_fields(["preservative", "hours", "room_hours", "cold_hours",
                           "document", "page", "section"])  # fmt: skip

    def columns(self, typed: dict) -> dict:
        found = super().columns(typed)
        return {**found, "item": "bag", "hours": [found["hours"]]}


OWN_FORMS = {"bag": OwnBagForm, "duration": OwnDurationForm, "storage": OwnStorageForm}
