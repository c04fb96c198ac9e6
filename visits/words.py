"""What is true of a visit at a moment, in one place for the board, the lists and the chart.

The clock says that nothing was recorded in time; that a visit is not needed only a person says.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from display.formats import elapsed
from visits.models import HomeVisit

S = HomeVisit.State


@dataclass(frozen=True)
class VisitState:
    """`key`: the stored state, or missed and undecided, which the moment makes of it. `level` as
    for chips; empty: nobody has to do anything."""

    key: str
    level: str
    text: str


def state_of(visit: HomeVisit, at: datetime) -> VisitState:
    if visit.is_corrected:
        return VisitState(visit.state, "", visit.get_state_display())
    if visit.state in (S.PLANNED, S.ACCEPTED):
        return _to_come(visit, at)
    late = _late_by(visit, at)
    words = {"state": visit.get_state_display(), "time": elapsed(late) if late else ""}
    text = _("%(state)s, late by %(time)s") % words if late else words["state"]
    waits = visit.state in (S.ON_THE_WAY, S.ARRIVED) and at > visit.window_to
    return VisitState(visit.state, "warning" if waits else "", text)


def _to_come(visit: HomeVisit, at: datetime) -> VisitState:
    if at > visit.window_to:
        return VisitState("missed", "critical", _("Missed: not recorded as done"))
    if visit.outlives_infusion:
        return VisitState("undecided", "warning", _("The infusion ended: is it still needed?"))
    level = "warning" if visit.state == S.PLANNED else ""
    return VisitState(visit.state, level, visit.get_state_display())


def _late_by(visit: HomeVisit, at: datetime):
    """How long after its window the nurse came, or is still on the way; None: in time."""
    came_at = {S.ON_THE_WAY: at, S.ARRIVED: visit.arrived_at, S.DONE: visit.arrived_at}
    moment = came_at.get(S(visit.state))
    return moment - visit.window_to if moment and moment > visit.window_to else None
