from django import forms
from django.utils.translation import gettext_lazy as _

from commands.fields import StrictDecimalField
from commands.forms import CommandForm, SignedForm
from infusions.forms.bags import day_field
from infusions.models import Product, StockMovement

MOST = 9999
Kind = StockMovement.Kind
HOW_TO_SCAN = _(
    "Scan the square code of the package, or type what is printed beside it: (01)… (17)… (10)…"
)


def scan_field(**options):
    attrs = {"autocomplete": "off", "data-scan": "", "spellcheck": "false"}
    return forms.CharField(max_length=200, widget=forms.TextInput(attrs=attrs), **options)


def number_field(*, least: int, **options):
    return forms.IntegerField(min_value=least, max_value=MOST, **options)


class _Form(CommandForm):
    def values(self) -> dict:
        kept = super().values()
        kept.pop("version", None)
        return kept


class ShelfForm(_Form):
    """Received or counted: one form, so that a scan and a typed code take the same way."""

    scan = scan_field(label=_("Package"), help_text=HOW_TO_SCAN)
    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[(Kind.RECEIVED, _("Received: these came in")),
                 (Kind.COUNTED, _("Counted: these lie there now"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    count = number_field(label=_("How many"), least=0)
    reason = forms.CharField(
        label=_("Why it differs"),
        help_text=_("Only when a count is not what the records say."),
        max_length=200,
        required=False,
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == Kind.RECEIVED and cleaned.get("count") == 0:
            self.add_error("count", _("Nothing came in: there is nothing to record."))
        return cleaned


class TakeOffForm(_Form):
    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[(one, one.label) for one in (Kind.WASTED, Kind.RECALLED, Kind.RETURNED)],
        widget=forms.RadioSelect,
    )
    count = number_field(label=_("How many"), least=1)
    reason = forms.CharField(label=_("Why"), max_length=200)


class CorrectMovementForm(_Form):
    count = number_field(label=_("How many it really were"), least=0)
    reason = forms.CharField(label=_("Why it is corrected"), max_length=200)


class CostForm(_Form):
    product = forms.ModelChoiceField(
        label=_("Product"), queryset=Product.objects.none(), to_field_name="uuid"
    )
    amount = StrictDecimalField(
        label=_("Cost of one package"), low="0.01", high="99999.99", unit=""
    )
    currency = forms.RegexField(
        label=_("Currency"),
        regex=r"^[A-Za-z]{3}$",
        error_messages={"invalid": _("Three letters, such as USD.")},
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "maxlength": "3"}),
    )
    from_on = day_field(label=_("From this day on"))
    source = forms.CharField(
        label=_("Who says so"), help_text=_("Invoice or price list, with its date."), max_length=200
    )

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Product.objects.filter(organisation=organisation, is_active=True)
        self.fields["product"].queryset = rows.order_by("kind", "name")


class PoolingForm(_Form):
    is_on = forms.BooleanField(
        label=_("Show on which days bags of several patients could share a vial"), required=False
    )
    source = forms.CharField(
        label=_("Sterile policy that allows it"),
        help_text=_("Name, revision and date. Needed to switch the hints on."),
        max_length=300,
        required=False,
    )


class RecallForm(SignedForm):
    reason = forms.CharField(
        label=_("Why it is recalled"),
        help_text=_("Who says so, with the number and date of the notice."),
        max_length=200,
    )

    def values(self) -> dict:
        kept = super().values()
        kept.pop("version", None)
        return kept
