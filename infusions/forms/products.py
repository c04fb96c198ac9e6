from django import forms
from django.utils.translation import gettext_lazy as _

from commands.fields import StrictDecimalField
from commands.forms import CommandForm
from infusions.models import Product

FILTERS = [("yes", _("With in-line filter")), ("no", _("Without filter"))]


class ProductForm(CommandForm):
    """`gtin` takes a scan of the package too: the number is read out of the code."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Product.Kind.choices)
    name = forms.CharField(label=_("Name"), max_length=120)
    gtin = forms.CharField(
        label=_("Product number (GTIN)"),
        help_text=_("Scan the package, or type the number. The last digit is checked."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-scan": ""}),
    )
    ndc = forms.CharField(label=_("NDC"), max_length=20, required=False)
    mcg_per_vial = StrictDecimalField(
        label=_("Drug in one vial"), low="0.01", high="1000", unit="mcg", required=False
    )
    has_filter = forms.ChoiceField(
        label=_("Filter of a set"), choices=FILTERS, widget=forms.RadioSelect, required=False
    )
    source = forms.CharField(
        label=_("Read where"),
        help_text=_("Package, supplier's list or directory, with its date."),
        max_length=200,
    )

    def values(self) -> dict:
        kept = super().values()
        kept.pop("version", None)
        return {**kept, "has_filter": {"yes": True, "no": False}.get(kept["has_filter"])}


class ProductReasonForm(CommandForm):
    reason = forms.CharField(label=_("Why"), max_length=200)

    def values(self) -> dict:
        return {"reason": self.cleaned_data["reason"]}
