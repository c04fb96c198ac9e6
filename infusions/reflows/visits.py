"""Visits that the new plan leaves beside the attendance they were made for."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from infusions.models import Cycle
from protocol.reflow import Option

HANDS_ON = ("bag_change", "disconnect")


@dataclass(frozen=True)
class VisitLine:
    """An open visit whose window no attendance of the new plan falls into. `nearest` is the
    attendance closest to it, if any."""

    visit: object
    nearest: datetime | None
    path: str


def affected_visits(cycle: Cycle, option: Option) -> list[VisitLine]:
    times = [option.start, *(bag.ends_at for bag in option.bags)]
    rows = cycle.visits.filter(closed_at=None, corrected_by=None, purpose__in=HANDS_ON)
    rows = rows.select_related("nurse")
    return [
        VisitLine(visit, _nearest(visit, times), reverse("visits:visit", args=[visit.uuid]))
        for visit in rows.order_by("window_from", "pk")
        if not any(visit.window_from <= moment <= visit.window_to for moment in times)
    ]


def _nearest(visit, times: list[datetime]) -> datetime | None:
    return min(times, key=lambda moment: abs(moment - visit.window_from), default=None)
