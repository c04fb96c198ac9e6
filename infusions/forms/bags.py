from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from commands.fields import LocalTimeField, StrictDecimalField
from commands.forms import CommandForm
from infusions.models import Bag

ROWS = (1, 2, 3, 4)
SALT = "bag-check-opened"


def day_field(**options):
    return forms.DateField(
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Give the date as 2027-09-30.")},
        **options,
    )


def lot_field(**options):
    attrs = {"autocomplete": "off", "autocapitalize": "characters"}
    return forms.CharField(max_length=40, widget=forms.TextInput(attrs=attrs), **options)


def volume_field(**options):
    return StrictDecimalField(low="0.01", high="100", unit="mL", **options)


class CompoundForm(CommandForm):
    """A bag made on paper, logged afterwards, with the reason why not step by step."""

    how_reason = forms.CharField(
        label=_("Why it was made on paper"),
        help_text=_("For example: the network was down from 07:10 to 09:40."),
        max_length=200,
        error_messages={"required": _("Say why it was made on paper.")},
    )
    stabiliser_lot = lot_field(label=_("Stabiliser lot"))
    drawn_ml = volume_field(label=_("Reconstituted drug drawn"))
    prepared_at = LocalTimeField(label=_("Prepared at"))
    storage = forms.ChoiceField(
        label=_("Stored at"), choices=Bag.Storage.choices[:2], widget=forms.RadioSelect
    )
    hood_confirmed = forms.BooleanField(
        label=_("Made in the hood"),
        error_messages={"required": _("Confirm that the hood was used.")},
    )
    garbing_confirmed = forms.BooleanField(
        label=_("Garbing and hand hygiene done"),
        error_messages={"required": _("Confirm garbing and hand hygiene.")},
    )

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["prepared_at"].zone = zone
        for n in ROWS:
            needed = n == 1
            self.fields[f"lot_{n}"] = lot_field(label=_("Vial lot"), required=needed)
            self.fields[f"expires_{n}"] = day_field(label=_("Expiry"), required=needed)
            self.fields[f"count_{n}"] = forms.IntegerField(
                label=_("Vials"), min_value=1, max_value=20, required=needed
            )

    @property
    def lot_rows(self) -> list[tuple]:
        return [(self[f"lot_{n}"], self[f"expires_{n}"], self[f"count_{n}"]) for n in ROWS]

    def clean(self):
        cleaned = super().clean()
        for n in ROWS[1:]:
            row = self._row(n)
            if any(row) and not all(row):
                self.add_error(f"lot_{n}", _("Give lot, expiry and number, or leave all empty."))
        return cleaned

    def _row(self, n: int) -> tuple:
        return tuple(self.cleaned_data.get(f"{name}_{n}") for name in ("lot", "expires", "count"))

    def values(self) -> dict:
        names = {f"{name}_{n}" for n in ROWS for name in ("lot", "expires", "count")}
        kept = {key: value for key, value in super().values().items() if key not in names}
        return {**kept, "lots": [self._row(n) for n in ROWS if all(self._row(n))]}


class MoveBagForm(CommandForm):
    code = forms.CharField(
        label=_("Bag code"),
        help_text=_("Scan it or type it from the bag."),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-scan": ""}),
    )
    place = forms.ChoiceField(
        label=_("Where it is now"), choices=Bag.Place.choices, widget=forms.RadioSelect
    )
    storage = forms.ChoiceField(
        label=_("Kept at"), choices=Bag.Storage.choices, widget=forms.RadioSelect
    )
    moved_at = LocalTimeField(label=_("Since when"))
    left_at = LocalTimeField(
        label=_("When it left the place before"),
        help_text=_(
            "Without it, all time since the last scan in a fridge elsewhere counts as "
            "outside the fridge."
        ),  # fmt: skip
        required=False,
    )
    way_storage = forms.ChoiceField(
        label=_("On the way it was kept at"),
        choices=Bag.Storage.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args, zone: str, asks_way: bool = True, **kwargs):
        """`asks_way`: it was last seen in a fridge, so the way may be unknown."""
        super().__init__(*args, **kwargs)
        self.fields["moved_at"].zone = self.fields["left_at"].zone = zone
        if not asks_way:
            del self.fields["left_at"], self.fields["way_storage"]

    def clean(self):
        cleaned = super().clean()
        left_at, way = cleaned.get("left_at"), cleaned.get("way_storage")
        if left_at and not way:
            self.add_error("way_storage", _("Say how it was kept on the way, or Not known."))
        if way and way != Bag.Storage.UNKNOWN and not left_at and "left_at" not in self.errors:
            self.add_error("left_at", _("Say when it left, or that the way is not known."))
        moved_at = cleaned.get("moved_at")
        if left_at and moved_at and moved_at < left_at < moved_at + timedelta(minutes=1):
            cleaned["left_at"] = moved_at  # typed as the same minute
        return cleaned

    def values(self) -> dict:
        values = super().values()
        if not values.get("left_at"):
            values.pop("left_at", None)
            values.pop("way_storage", None)
        return values


class DiscardBagForm(CommandForm):
    reason = forms.CharField(label=_("Why it is discarded"), max_length=200)
