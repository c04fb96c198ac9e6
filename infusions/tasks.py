"""Once an hour every started run is replayed and compared with its columns, cover included.

A difference is told to the ward as a task until the next check finds none: what the board shows
of this infusion may be wrong."""

import logging
from copy import copy

from celery import shared_task
from django.db import transaction
from django.urls import reverse

from audit.actions import record, subject_of
from clock.now import now
from infusions import values
from infusions.actions.coverage import cover_columns, fill_covers
from infusions.actions.refresh import columns_of
from infusions.models import Cycle
from notifications.actions.reminders import cancel_for, open_reminders, remind
from protocol.stops import HardStop

log = logging.getLogger(__name__)
KIND = "state_differs"


@shared_task(name="infusions.tasks.verify_states")
def verify_states() -> int:
    """How many cycles differ from their ledger; each difference is logged, recorded and told."""
    fill_covers()
    started = Cycle.objects.exclude(started_at=None).select_related("patient")
    return sum(not _agrees(cycle) for cycle in started.iterator())


def _agrees(cycle: Cycle) -> bool:
    try:
        expected = recomputed(cycle)
    except HardStop as stop:
        return _alarm(cycle, {"ledger": str(stop)})
    wrong = {
        name: {"row": getattr(cycle, name), "ledger": value}
        for name, value in expected.items()
        if getattr(cycle, name) != value
    }
    return _alarm(cycle, wrong) if wrong else _all_well(cycle)


def recomputed(cycle: Cycle) -> dict:
    """Every derived column from the ledger and the rows alone. HardStop: the ledger is untrue."""
    columns = columns_of(cycle, values.current_events(cycle))
    again = copy(cycle)
    for name, value in columns.items():
        setattr(again, name, value)
    return columns | cover_columns(again)


def _alarm(cycle: Cycle, wrong: dict) -> bool:
    log.error("The state of cycle %s differs from its ledger: %s", cycle.uuid, sorted(wrong))
    with transaction.atomic():
        record(
            verb="state_differs",
            subject=cycle,
            by="system:verify_states",
            patient=cycle.patient,
            at=now(),
            after=wrong,
            outcome="alarm",
        )
        _tell(cycle)
    return False


def _tell(cycle: Cycle) -> None:
    """One open task, however many checks find the difference."""
    subject, at = subject_of(cycle), now()
    if open_reminders(subject, KIND).exists():
        return
    path = reverse("dashboards:chart", args=[cycle.patient.uuid])
    facts = {"patient": cycle.patient, "due_at": at, "path": path, "at": at}
    remind(subject=subject, kind=KIND, **facts)


def _all_well(cycle: Cycle) -> bool:
    if open_reminders(subject_of(cycle), KIND).exists():
        cancel_for(
            subject=subject_of(cycle), kinds=[KIND], because="the next check agrees", at=now()
        )
    return True
