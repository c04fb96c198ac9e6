"""Stops. A stop is always saved: what could not be used of it is kept as typed and flagged."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.refusals import refuse
from infusions import queries
from infusions.actions.ledger import AHEAD, judge_sequence, lateness, lock, write
from infusions.models import Cycle, InfusionEvent, StopReport
from notifications.actions.outbox import nudge
from notifications.actions.reminders import done_for, remind
from protocol.stops import HardStop
from teams.permissions import Permission, require


@transaction.atomic
def interrupt_infusion(
    *,
    cycle,
    by,
    at: datetime,
    occurred_at: datetime | None = None,
    claimed_text: str = "",
    cause: str = "other",
    note: str = "",
    version: int | None = None,
    flags=(),
) -> InfusionEvent | StopReport:
    """Saves the stop, whatever the page said; when nothing runs it becomes a report."""
    require(by, Permission.STOP_INFUSION)
    cycle = lock(cycle, None)
    flags = {*flags, *(["page_was_stale"] if version not in (None, cycle.version) else [])}
    stopped_at, claimed_text, flags = _usable(cycle, occurred_at, claimed_text, flags, at)
    facts = {"claimed_text": claimed_text[:200], "note": note, "flags": sorted(flags)}
    if stopped_at is None:
        return _report(cycle.patient, cycle, by=by, at=at, stopped_at=occurred_at or at, **facts)
    event = write(
        cycle,
        verb="interrupted_infusion",
        kind="interrupted",
        by=by,
        at=at,
        occurred_at=stopped_at,
        cause=cause,
        bag=None,
        **facts,
    )
    _confirm_open_reports(cycle, event, by=by, at=at)
    return event


def _usable(cycle: Cycle, told: datetime | None, text: str, flags: set, at: datetime):
    """The told time if the stop can have happened then, else server time, else None."""
    if told is not None and told <= at + AHEAD and _possible(cycle, told):
        return told, text, flags
    if told is not None:
        text = text or told.isoformat()
    flags = {*flags, "time_unusable" if text else "time_missing"}
    return (at if _possible(cycle, at) else None), text, flags


def _possible(cycle: Cycle, at: datetime) -> bool:
    try:
        judge_sequence(cycle, "interrupted", at)
    except HardStop:
        return False
    return True


@transaction.atomic
def report_stop(
    *,
    patient,
    by,
    at: datetime,
    told_at: datetime | None = None,
    claimed_text: str = "",
    note: str = "",
    flags=(),
) -> StopReport:
    """Somebody says the pump stopped: accepted at once, and the responsible nurse is called."""
    require(by, Permission.REPORT_STOP)
    flags = set(flags)
    if told_at is None or told_at > at + AHEAD:
        flags.add("time_unusable" if told_at or claimed_text else "time_missing")
        claimed_text = claimed_text or (told_at.isoformat() if told_at else "")
        told_at = at
    cycle = queries.open_cycle_of(patient)
    facts = {"claimed_text": claimed_text[:200], "note": note, "flags": sorted(flags)}
    return _report(patient, cycle, by=by, at=at, stopped_at=told_at, **facts)


def _report(patient, cycle, *, by, at, stopped_at, **facts) -> StopReport:
    facts["flags"] = sorted({*facts["flags"], *lateness(stopped_at, at)})
    report = StopReport.objects.create(
        patient=patient,
        cycle=cycle,
        stopped_at=min(stopped_at, at),
        recorded_by=by,
        recorded_at=at,
        **facts,
    )
    record(
        verb="reported_stop",
        subject=report,
        by=by,
        patient=patient,
        at=at,
        after={"stopped_at": report.stopped_at, **facts},
    )
    remind(
        subject=subject_of(report),
        kind="stop_reported",
        patient=patient,
        due_at=at,
        path=reverse("infusions:close_report", args=[report.uuid]),
        at=at,
    )
    nudge()
    return report


@transaction.atomic
def close_report(
    *, report, by, confirmed: bool, at: datetime, cause: str = "other", note: str = ""
) -> StopReport:
    """A clinician says what it was: a stop since the told time, or the pump was running."""
    require(by, Permission.STOP_INFUSION)
    cycle = lock(report.cycle, None) if report.cycle_id else None
    report = StopReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.state != StopReport.State.OPEN:
        refuse("report.closed", _("This report was answered already. Open the patient's page."))
    if not confirmed and not note.strip():
        refuse("report.no_reason", _("Say how you know that the pump was running."), field="note")
    event = _stop_of(report, cycle, by, at, cause, note) if confirmed and cycle else None
    _answer(report, event, confirmed=confirmed, by=by, at=at, note=note)
    return report


def _stop_of(report: StopReport, cycle: Cycle, by, at, cause: str, note: str):
    """The stop at the told time; none when the infusion is recorded as stopped already."""
    if cycle.state != Cycle.State.RUNNING:
        return None
    moment = report.stopped_at if _possible(cycle, report.stopped_at) else at
    flags = [] if moment == report.stopped_at else ["time_unusable"]
    return write(
        cycle,
        verb="interrupted_infusion",
        kind="interrupted",
        by=by,
        at=at,
        occurred_at=moment,
        cause=cause,
        note=note,
        claimed_text=report.claimed_text,
        flags=["from_report", *flags],
        bag=None,
    )


def _answer(report: StopReport, event, *, confirmed: bool, by, at: datetime, note: str) -> None:
    report.state = StopReport.State.CONFIRMED if confirmed else StopReport.State.CLOSED
    report.closed_by, report.closed_at, report.event = by, at, event
    report.save(update_fields=["state", "closed_by", "closed_at", "event"])
    record(
        verb="answered_stop_report",
        subject=report,
        by=by,
        patient=report.patient,
        at=at,
        before={"state": "open"},
        after={"state": report.state},
        reason=note,
    )
    done_for(subject=subject_of(report), by=by, at=at)


def _confirm_open_reports(cycle: Cycle, event: InfusionEvent, *, by, at: datetime) -> None:
    """A stop recorded by a clinician answers the reports that were waiting for one."""
    waiting = StopReport.objects.select_for_update(of=("self",)).filter(cycle=cycle, state="open")
    for n, report in enumerate(waiting.order_by("pk")):
        _answer(report, event if n == 0 else None, confirmed=True, by=by, at=at, note="")
