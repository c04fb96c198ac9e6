"""Writing one event into the ledger: lock, judge the sequence, save, refresh, announce."""

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils.translation import gettext as _

from audit.actions import record
from commands.refusals import check_version, refuse
from infusions import queries, values
from infusions.actions.announce import announce
from infusions.actions.refresh import refresh
from infusions.models import Cycle, InfusionEvent
from patients.models import Patient
from protocol.timeline import RunEvent, RunState, replay

AHEAD = timedelta(minutes=2)
LATE = timedelta(minutes=30)
STATE_COLUMNS = ("state", "current_bag_id", "delivered_s", "dose_mcg_per_day", "stopped_at")


def lock(cycle: Cycle, version: int | None) -> Cycle:
    """Patient, then cycle: the same order everywhere, so that two people never wait in a ring."""
    Patient.objects.select_for_update().get(pk=cycle.patient_id)
    locked = (
        Cycle.objects.select_for_update(of=("self",))
        .select_related(*queries.CYCLE_PARTS)
        .get(pk=cycle.pk)
    )
    check_version(locked, version)
    return locked


def check_time(occurred_at: datetime, at: datetime) -> None:
    if occurred_at > at + AHEAD:
        refuse(
            "time.future",
            _("This time lies in the future. Give the time it happened."),
            field="occurred_at",
        )


def lateness(occurred_at: datetime, at: datetime) -> list[str]:
    return ["late_entry"] if at - occurred_at > LATE else []


def run_before(cycle: Cycle, occurred_at: datetime) -> RunState:
    """The run just before an event at this time."""
    return replay(values.events_of(cycle), occurred_at)


def judge_sequence(cycle: Cycle, kind: str, occurred_at: datetime, dose=None) -> None:
    """Raises HardStop when an event of this kind cannot have happened then."""
    seq = next_seq(cycle)
    event = RunEvent(kind=kind, at=occurred_at, dose_mcg_per_day=dose, seq=seq)
    events = [*values.events_of(cycle), event]
    replay(events, max(one.at for one in events))


def next_seq(cycle: Cycle) -> int:
    return (cycle.events.aggregate(last=Max("seq"))["last"] or 0) + 1


def write(cycle: Cycle, *, verb: str, kind: str, by, at: datetime, occurred_at: datetime, **facts):
    """Saves the event, what follows from it, its record and its reminders."""
    event = InfusionEvent.objects.create(
        cycle=cycle,
        seq=next_seq(cycle),
        kind=kind,
        occurred_at=occurred_at,
        recorded_at=at,
        recorded_by=by,
        flags=sorted({*facts.pop("flags", ()), *lateness(occurred_at, at)}),
        **facts,
    )
    settle(cycle, event, verb=verb, by=by, at=at)
    return event


def settle(cycle: Cycle, event, *, verb: str, by, at: datetime, reason: str = "") -> None:
    before = {name: getattr(cycle, name) for name in STATE_COLUMNS}
    cycle.version += 1
    refresh(cycle)
    after = {name: getattr(cycle, name) for name in STATE_COLUMNS}
    after |= {"event": str(event.uuid), "occurred_at": event.occurred_at, "flags": event.flags}
    record(
        verb=verb,
        subject=cycle,
        by=by,
        patient=cycle.patient,
        at=at,
        before=before,
        after=after,
        reason=reason,
    )
    announce(cycle, by=by, at=at)
