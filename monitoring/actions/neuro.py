from datetime import datetime

from django.db import transaction

from audit.actions import record, snapshot
from clock.now import now
from commands import corrections
from infusions.models import Cycle
from monitoring.actions.alerts import tell_corrected, tell_findings
from monitoring.actions.vitals import refuse_future
from monitoring.actions.watches import plan_late_reminders
from monitoring.models import NeuroCheck
from teams.permissions import Permission, require


@transaction.atomic
def record_neuro(
    *, cycle: Cycle, checked_at: datetime, by, at: datetime | None = None, **findings
) -> NeuroCheck:
    """Five findings, all answered. A changed one is told at once."""
    require(by, Permission.OBSERVE)
    at = at or now()
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    refuse_future(checked_at, at, field="checked_at")
    row = NeuroCheck.objects.create(
        cycle=cycle, checked_at=checked_at, recorded_by=by, recorded_at=at, **findings
    )
    patient = cycle.patient
    after = snapshot(row)
    record(verb="recorded_neuro", subject=row, by=by, patient=patient, at=at, after=after)
    plan_late_reminders(row.cycle, by=by, at=at)
    tell_findings(row, seen_at=checked_at, by=by, at=at)
    return row


@transaction.atomic
def correct_neuro(*, check: NeuroCheck, by, reason: str, at=None, **findings) -> NeuroCheck:
    require(by, Permission.OBSERVE)
    at = at or now()
    Cycle.objects.select_for_update().get(pk=check.cycle_id)
    refuse_future(findings.get("checked_at", check.checked_at), at, field="checked_at")
    row = corrections.correct(
        row=check, changes=findings, by=by, reason=reason, at=at, patient=check.cycle.patient
    )
    plan_late_reminders(row.cycle, by=by, at=at)
    tell_corrected(check, row, seen_at=row.checked_at, by=by, at=at)
    return row
