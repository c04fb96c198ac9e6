from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record, snapshot
from clock.now import now
from commands import corrections
from commands.refusals import refuse
from infusions.models import Cycle
from monitoring.actions.alerts import tell_corrected, tell_findings
from monitoring.actions.watches import plan_late_reminders
from monitoring.models import VitalSigns
from teams.permissions import Permission, require

FIGURES = (
    "temperature_c",
    "heart_rate_per_min",
    "systolic_mmhg",
    "diastolic_mmhg",
    "spo2_percent",
    "respiratory_rate_per_min",
)
CLOCKS_DIFFER = timedelta(minutes=2)


@transaction.atomic
def record_vitals(
    *, cycle: Cycle, measured_at: datetime, by, at: datetime | None = None, **values
) -> VitalSigns:
    """At least one figure. What meets a definition, or is marked as unexpected, is told at once."""
    require(by, Permission.OBSERVE)
    at = at or now()
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    refuse_unusable(values, measured_at, at)
    row = VitalSigns.objects.create(
        cycle=cycle, measured_at=measured_at, recorded_by=by, recorded_at=at, **values
    )
    record(
        verb="recorded_vitals",
        subject=row,
        by=by,
        patient=cycle.patient,
        at=at,
        after=snapshot(row),
    )
    plan_late_reminders(row.cycle, by=by, at=at)
    tell_findings(row, seen_at=measured_at, by=by, at=at)
    return row


@transaction.atomic
def correct_vitals(*, vitals: VitalSigns, by, reason: str, at=None, **values) -> VitalSigns:
    """A new row points back at the old one, which stays visible."""
    require(by, Permission.OBSERVE)
    at = at or now()
    Cycle.objects.select_for_update().get(pk=vitals.cycle_id)
    known = {name: getattr(vitals, name) for name in (*FIGURES, "outside_expected")}
    refuse_unusable(known | values, values.get("measured_at", vitals.measured_at), at)
    row = corrections.correct(
        row=vitals, changes=values, by=by, reason=reason, at=at, patient=vitals.cycle.patient
    )
    plan_late_reminders(row.cycle, by=by, at=at)
    tell_corrected(vitals, row, seen_at=row.measured_at, by=by, at=at)
    return row


def refuse_unusable(values: dict, measured_at: datetime, at: datetime) -> None:
    if all(values.get(name) is None for name in FIGURES):
        refuse("vitals.empty", _("Enter at least one figure."), field="temperature_c")
    refuse_future(measured_at, at, field="measured_at")
    upper, lower = values.get("systolic_mmhg"), values.get("diastolic_mmhg")
    if upper is not None and lower is not None and lower >= upper:
        refuse(
            "vitals.pressures_swapped",
            _("The lower pressure must be below the upper one. Check which is which."),
            field="diastolic_mmhg",
        )
    if any(values.get(name) is None for name in values.get("outside_expected", ())):
        refuse(
            "vitals.marked_nothing",
            _("A figure is marked as not expected, but none was entered. Enter it or take it off."),
            field="outside_expected",
        )


def refuse_future(moment: datetime, at: datetime, *, field: str) -> None:
    if moment > at + CLOCKS_DIFFER:
        refuse("observation.future", _("This time has not come yet. Check it."), field=field)
