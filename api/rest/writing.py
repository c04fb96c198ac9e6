"""The two commands of the API. Same actions, same refusals as the pages; each sent at most once."""

import json
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import APIView

from api.rest import inputs
from api.rest.reading import Bags
from api.rest.serializers import BagSerializer
from audit.actions import record_refusal
from clock.now import now
from commands.once import digest_of, once
from infusions.actions.bags import compound_bag, move_bag
from infusions.queries import get_bag_for, get_cycle_for
from protocol.stops import HardStop
from teams.permissions import Permission

KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    required=True,
    description="A new UUID for each command. Sent again, it gets the first answer again.",
)
ANSWERS = {
    201: BagSerializer,
    400: OpenApiTypes.OBJECT,
    403: inputs.DetailOutput,
    404: inputs.DetailOutput,
    409: inputs.DetailOutput,
    422: inputs.RefusedOutput,
}


class BagsAndPreparation(Bags):
    """GET lists bags; POST logs that one was made. It still has to be checked by a pharmacist."""

    write_permission = Permission.COMPOUND

    @extend_schema(request=inputs.PreparationInput, responses=ANSWERS, parameters=[KEY])
    def create(self, request):
        typed = read(inputs.PreparationInput, request)
        cycle = get_cycle_for(request.user, typed.pop("cycle"))
        lots = [(one["lot"], one["expires_on"], one["count"]) for one in typed.pop("lots")]
        return command(
            request,
            verb="compounded_bag",
            subject=cycle,
            patient=cycle.patient,
            act=lambda: compound_bag(cycle=cycle, lots=lots, by=request.user, at=now(), **typed),
        )


class BagMoves(APIView):
    """A custody scan of one bag."""

    permission = Permission.MOVE_BAG

    @extend_schema(request=inputs.MoveInput, responses=ANSWERS, parameters=[KEY])
    def post(self, request, uuid):
        bag = get_bag_for(request.user, uuid)
        typed = read(inputs.MoveInput, request)
        return command(
            request,
            verb="moved_bag",
            subject=bag,
            patient=bag.cycle.patient,
            act=lambda: move_bag(bag=bag, by=request.user, at=now(), **typed),
        )


def read(kind, request) -> dict:
    given = kind(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def key_of(request) -> UUID:
    try:
        return UUID(request.headers.get("Idempotency-Key", ""))
    except ValueError as error:
        message = "Send a header Idempotency-Key with a new UUID for each command."
        raise ValidationError({"Idempotency-Key": message}) from error


def command(request, *, verb: str, subject, patient, act) -> Response:
    """`act` -> Bag, at most once a key. A refusal is recorded, then answered with 422."""
    key = key_of(request)
    try:
        done = once(
            principal=request.user.pk,
            key=key,
            route=request.path,
            body=digest_of(request.data),
            effect=lambda: (201, as_json(act().pk, request)),
        )
    except HardStop as refusal:
        record_refusal(
            verb=verb, subject=subject, by=request.user, patient=patient, stops=refusal.stops
        )
        raise
    return Response(json.loads(done.answer), status=done.status)


def as_json(pk: int, request) -> str:
    """The bag as it is stored, so that Decimals read as they will read later."""
    row = BagSerializer.Meta.model.objects.select_related(*Bags.related).get(pk=pk)
    return json.dumps(BagSerializer(row, context={"request": request}).data, cls=JSONEncoder)
