"""Once an hour every started run is replayed and compared with its columns, cover included."""

import logging
from copy import copy

from celery import shared_task
from django.db import transaction

from audit.actions import record
from clock.now import now
from infusions import values
from infusions.actions.coverage import cover_columns
from infusions.actions.refresh import columns_of
from infusions.models import Cycle
from protocol.stops import HardStop

log = logging.getLogger(__name__)


@shared_task(name="infusions.tasks.verify_states")
def verify_states() -> int:
    """How many cycles differ from their ledger; each difference is logged and recorded."""
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
    return True if not wrong else _alarm(cycle, wrong)


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
    return False
