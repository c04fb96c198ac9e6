"""Correcting a visit: a new entry points back; the nurse is asked again for another window."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import subject_of
from clock.now import now
from commands.corrections import correct, really_changed
from commands.refusals import refuse
from infusions.actions.coverage import recompute
from notifications.actions.reminders import cancel_for
from teams.permissions import Permission, require
from visits.actions import OPEN, S, ask, judge_nurse, judge_window, locked, nurse_or_scheduler, tell
from visits.models import HomeVisit

PLAN = {"purpose", "window_from", "window_to", "nurse"}
ASK_AGAIN = {"window_from", "window_to", "nurse"}
# The state that a step taken back returns to, and what that step had written.
BEFORE = {
    S.ACCEPTED: (S.PLANNED, ()),
    S.ON_THE_WAY: (S.ACCEPTED, ("set_out_at",)),
    S.ARRIVED: (S.ACCEPTED, ("set_out_at", "arrived_at")),
    S.DONE: (S.ARRIVED, ("closed_at",)),
    S.MISSED: (S.ACCEPTED, ("closed_at",)),
}


@transaction.atomic
def correct_visit(
    *,
    visit: HomeVisit,
    by,
    correction_reason: str,
    at: datetime | None = None,
    step_back: bool = False,
    version=None,
    **told,
) -> HomeVisit:
    """`told`: purpose, window_from, window_to, nurse, note, arrived_at; None is not told. With
    `step_back` the last step was recorded in error."""
    at = at or now()
    visit = locked(visit, by, version, tuple(S))
    nurse_or_scheduler(visit, by)
    changes = _taken_back(visit) if step_back else really_changed(visit, told)
    if PLAN & changes.keys():
        _judge_plan(visit, changes, by, at)
    if changes.get("arrived_at", at) > at:
        refuse("visit.arrived_later", _("This time lies in the future."), field="arrived_at")
    if visit.state in OPEN and ASK_AGAIN & changes.keys():
        changes |= {"state": S.PLANNED, "set_out_at": None}
    changes["version"] = visit.version + 1
    facts = {"by": by, "reason": correction_reason, "at": at, "patient": visit.patient}
    fresh = correct(row=visit, changes=changes, **facts)
    _ask_anew(visit, fresh, by=by, at=at)
    recompute(visit.cycle)
    return fresh


def _taken_back(visit: HomeVisit) -> dict:
    if visit.state not in BEFORE:
        refuse("visit.no_step", _("There is no step to take back. Schedule another visit."))
    state, written = BEFORE[visit.state]
    return {"state": state, "closed_because": "", **dict.fromkeys(written)}


def _judge_plan(visit: HomeVisit, changes: dict, by, at: datetime) -> None:
    """The window, the nurse and what it is for are the scheduler's; only of a visit to come."""
    require(by, Permission.SCHEDULE_VISIT)
    if visit.state not in (S.PLANNED, S.ACCEPTED):
        if ASK_AGAIN & changes.keys():
            refuse("visit.begun", _("The nurse is on the way or was there. Schedule another."))
        return
    told = {name: changes.get(name, getattr(visit, name)) for name in PLAN}
    judge_window(visit.cycle, told["window_from"], told["window_to"], at)
    judge_nurse(visit.cycle, told["nurse"], told["window_from"], told["window_to"], at, but=visit)


def _ask_anew(visit: HomeVisit, fresh: HomeVisit, *, by, at: datetime) -> None:
    """What was asked about the old entry is asked about the new one."""
    cancel_for(subject=subject_of(visit), because="the visit was corrected", at=at)
    if fresh.state == S.PLANNED:
        ask(fresh, "visit_to_accept", due_at=at, at=at)
    elif fresh.state in (S.ACCEPTED, S.ON_THE_WAY):
        ask(fresh, "visit_upcoming", due_at=fresh.window_from, at=at)
    people = {visit.nurse, fresh.nurse, visit.scheduled_by} - {by}
    for person in people:
        tell(fresh, person, at=at)
