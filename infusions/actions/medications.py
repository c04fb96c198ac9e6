"""What was given ahead of the infusion."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.corrections import correct, really_changed
from commands.refusals import refuse
from infusions.actions.announce import announce
from infusions.actions.ledger import check_time, lock
from infusions.models import Cycle, MedicationGiven
from notifications.actions.reminders import done_for, remind
from teams.permissions import Permission, require


@transaction.atomic
def give_medication(
    *,
    cycle,
    purpose: str,
    drug: str,
    dose_mg: Decimal,
    given_at: datetime,
    by,
    at: datetime,
    before: str = "",
    route: str = "",
    version=None,
) -> MedicationGiven:
    """Records premedication, an antipyretic or a steroid, at the time it was given."""
    require(by, Permission.GIVE_MEDICATION)
    cycle = lock(cycle, version)
    _check(cycle, purpose, before)
    check_time(given_at, at)
    given = MedicationGiven.objects.create(
        cycle=cycle,
        purpose=purpose,
        before=before if purpose == "premedication" else "",
        drug=drug.strip(),
        dose_mg=dose_mg,
        route=route,
        given_at=given_at,
        recorded_by=by,
        recorded_at=at,
    )
    after = {"drug": drug, "dose_mg": dose_mg, "given_at": given_at, "before": before}
    record(verb="gave_medication", subject=given, by=by, patient=cycle.patient, at=at, after=after)
    if before == "step":
        done_for(subject=subject_of(cycle), kinds=["premedication"], by=by, at=at)
    return given


def _check(cycle: Cycle, purpose: str, before: str) -> None:
    if cycle.state not in Cycle.OPEN:
        refuse("cycle.closed", _("This cycle has ended. Record it in the patient's other notes."))
    if purpose == "premedication" and not before:
        refuse("premedication.before", _("Say what it was given before."), field="before")


CORRECTABLE = ("drug", "dose_mg", "route", "given_at")
RESTS_ON_IT = {
    "cycle_start": ("started",),
    "step": ("bag_changed", "resumed"),
    "restart": ("resumed",),
}


@transaction.atomic
def correct_medication(
    *,
    given: MedicationGiven,
    by,
    reason: str,
    at: datetime,
    is_withdrawn: bool = False,
    cycle=None,
    version=None,
    **facts,
) -> MedicationGiven:
    """Another drug, dose, route or time, or it was never given. The first entry stays, struck
    through; the reminder of premedication comes back when it is missing now."""
    require(by, Permission.GIVE_MEDICATION)
    cycle = lock(given.cycle, version)
    given = MedicationGiven.objects.get(pk=given.pk)
    if given.is_withdrawn:
        refuse("correction.voided", _("This entry was already taken back. Record it again."))
    told = {name: facts.get(name) for name in CORRECTABLE}
    changes = {"is_withdrawn": True} if is_withdrawn else really_changed(given, told)
    check_time(changes.get("given_at", at), at)
    fresh = correct(row=given, changes=changes, by=by, reason=reason, at=at, patient=cycle.patient)
    if given.purpose == MedicationGiven.Purpose.PREMEDICATION:
        _follow_premedication(cycle, given, by=by, at=at)
    return fresh


def _follow_premedication(cycle: Cycle, given: MedicationGiven, *, by, at: datetime) -> None:
    """What rested on the first entry already is the prescriber's to judge."""
    announce(cycle, by=by, at=at)
    kinds = RESTS_ON_IT[given.before]
    later = cycle.events.filter(kind__in=kinds, corrected_by=None, occurred_at__gte=given.given_at)
    if later.exists():
        remind(
            subject=subject_of(given),
            kind="prescriber_question",
            patient=cycle.patient,
            due_at=at,
            path=reverse("infusions:prescriber_answer", args=[cycle.uuid]),
            at=at,
        )
