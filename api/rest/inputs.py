"""What is sent to the API. The rules of figures are those of the pages."""

from django.core.exceptions import ValidationError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commands.fields import StrictDecimalField
from infusions.models import Bag


@extend_schema_field(OpenApiTypes.STR)
class MillilitresField(serializers.Field):
    """A plain decimal as text ("5.1"), read as a page reads it: no comma, sign or exponent."""

    def to_internal_value(self, value):
        if not isinstance(value, str):
            raise serializers.ValidationError('Send the figure as text, such as "5.1".')
        try:
            return StrictDecimalField(low="0", high="1000", unit="mL").clean(value)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error


class LotInput(serializers.Serializer):
    lot = serializers.CharField(max_length=40)
    expires_on = serializers.DateField()
    count = serializers.IntegerField(min_value=1, max_value=100)


class PreparationInput(serializers.Serializer):
    """A bag that was made, as the pharmacy's own system reports it."""

    cycle = serializers.UUIDField()
    planned_n = serializers.IntegerField(min_value=1, max_value=1000)
    lots = LotInput(many=True, allow_empty=False)
    stabiliser_lot = serializers.CharField(max_length=40)
    drawn_ml = MillilitresField()
    hood_confirmed = serializers.BooleanField()
    garbing_confirmed = serializers.BooleanField()
    prepared_at = serializers.DateTimeField()
    storage = serializers.ChoiceField(choices=Bag.Storage.choices)
    version = serializers.IntegerField(required=False, help_text="of the cycle, as it was read")


class MoveInput(serializers.Serializer):
    """A custody scan: where the bag is from now on."""

    code = serializers.CharField(max_length=40, help_text="as scanned from the bag")
    place = serializers.ChoiceField(choices=Bag.Place.choices)
    storage = serializers.ChoiceField(choices=Bag.Storage.choices)
    moved_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField(
        required=False,
        help_text="when it left the place before; without it, the time since the last scan in a "
        "fridge elsewhere counts as outside the fridge",
    )
    way_storage = serializers.ChoiceField(
        choices=Bag.Storage.choices, required=False, help_text="how it was kept on the way"
    )
    version = serializers.IntegerField(required=False, help_text="of the bag, as it was read")


class StopOutput(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    citation = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_blank=True)


class RefusedOutput(serializers.Serializer):
    """422: a rule turned the command down. Nothing was changed; the refusal is recorded."""

    stops = StopOutput(many=True)


class DetailOutput(serializers.Serializer):
    detail = serializers.CharField()
