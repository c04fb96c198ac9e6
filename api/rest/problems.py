"""Refusals as JSON: the same stops as on the pages."""

from rest_framework.response import Response
from rest_framework.views import exception_handler

from commands.refusals import Stale
from protocol.stops import HardStop


def problem_response(error, context):
    """422 with the stops, 409 when the row changed meanwhile, else what the framework answers."""
    if isinstance(error, HardStop):
        stops = [
            {"code": s.code, "message": str(s.message), "citation": s.citation, "field": s.field}
            for s in error.stops
        ]
        return Response({"stops": stops}, status=422)
    if isinstance(error, Stale):
        return Response({"detail": error.message}, status=409)
    return exception_handler(error, context)
