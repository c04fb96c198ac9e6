from django import forms
from django.utils.translation import gettext_lazy as _

from commands.fields import LocalTimeField
from commands.forms import CommandForm, SignedForm
from infusions.models import Bag, CustodyEvidence

FRIDGES = [c for c in Bag.Place.choices if c[0] in ("pharmacy", "ward", "clinic")]
LONGEST_H = 2000


def words(**options):
    return forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}), **options)


class HoldForm(SignedForm):
    reason = words(label=_("Why"), help_text=_("What was seen, and what is waited for."))


class ProveCustodyForm(SignedForm):
    from_at = LocalTimeField(label=_("From"))
    to_at = LocalTimeField(label=_("Until"))
    kept = forms.ChoiceField(
        label=_("How it was kept"),
        choices=CustodyEvidence.Kept.choices,
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label=_("Who says so"), choices=CustodyEvidence.Kind.choices, widget=forms.RadioSelect
    )
    text = words(
        label=_("What was read"),
        help_text=_("Logger number, lowest and highest temperature, name of the courier."),
    )

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from_at"].zone = self.fields["to_at"].zone = zone


class StorageFailureForm(CommandForm):
    """`is_home`: the fridge of one patient; otherwise one of the site."""

    place = forms.ChoiceField(label=_("Which fridge"), choices=FRIDGES, widget=forms.RadioSelect)
    from_at = LocalTimeField(
        label=_("Since when"),
        help_text=_("The last moment at which it was seen cold; if nobody knows, its last record."),
    )
    text = words(label=_("What happened"))

    def __init__(self, *args, zone: str, is_home: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from_at"].zone = zone
        if is_home:
            self.fields["place"].choices = [(Bag.Place.HOME.value, Bag.Place.HOME.label)]
            self.fields["place"].initial = Bag.Place.HOME.value


class BeyondUseForm(CommandForm):
    room_hours = forms.IntegerField(
        label=_("At room temperature (hours)"), min_value=1, max_value=LONGEST_H, required=False
    )
    cold_hours = forms.IntegerField(
        label=_("At 2-8 °C (hours)"), min_value=1, max_value=LONGEST_H, required=False
    )
    source = words(
        label=_("Source"), help_text=_("Document, edition and section; who put it in force here.")
    )

    def values(self) -> dict:
        values = super().values()
        values.pop("version")
        return values


class ReviewForm(CommandForm):
    conclusion = words(
        label=_("Conclusion"),
        help_text=_("Which bags are used and why. One that is not used is discarded on its page."),
    )
