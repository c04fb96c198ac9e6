"""A plan that was wrong is taken back with a reason and made anew; it stays to be read."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from audit.queries import history_of
from commands.corrections import need_reason
from commands.refusals import check_version, refuse
from infusions.actions.runs import OVER_AT_THE_END
from infusions.models import Bag, Cycle
from notifications.actions.reminders import cancel_of_patient
from patients.models import Patient
from protocol.stops import HardStop
from teams.permissions import Permission, can, require

GONE = (Bag.State.DISCARDED, Bag.State.REJECTED)
TAKEN_BACK = "took_plan_back"


@transaction.atomic
def take_plan_back(
    *, cycle: Cycle, by, correction_reason: str, at: datetime, version: int | None = None
) -> Cycle:
    """Weight, indication, label set or start were wrong. Before the signature by whoever plans;
    after it by the prescriber who could sign, while no bag is kept and nothing has run."""
    require(by, Permission.PLAN_CYCLE)
    Patient.objects.select_for_update().get(pk=cycle.patient_id)
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("patient").get(pk=cycle.pk)
    check_version(cycle, version)
    need_reason(correction_reason)
    _check_early(cycle, by)
    before = {"state": cycle.state}
    cycle.state, cycle.ended_at = Cycle.State.DISCONTINUED, at
    cycle.end_reason = correction_reason.strip()[:200]
    cycle.version += 1
    cycle.save(update_fields=["state", "ended_at", "end_reason", "version"])
    record(
        verb=TAKEN_BACK,
        subject=cycle,
        by=by,
        patient=cycle.patient,
        at=at,
        before=before,
        after={"state": cycle.state},
        reason=correction_reason.strip(),
    )
    because = "the plan was taken back"
    cancel_of_patient(patient=cycle.patient, kinds=OVER_AT_THE_END, because=because, at=at)
    return cycle


def _check_early(cycle: Cycle, by) -> None:
    if cycle.state == Cycle.State.PLANNED:
        return
    if cycle.state != Cycle.State.ORDERED or cycle.started_at is not None:
        refuse("plan.has_run", _("This infusion was started. End it, or correct its ledger."))
    if not can(by, Permission.SIGN_ORDER):
        refuse(
            "plan.signed",
            _("The order is signed: only who may sign it takes the plan back now."),
        )
    if cycle.bags.exclude(state__in=GONE).exists():
        refuse("plan.has_bags", _("A bag was made for this order. Discard it first."))


def why_not_taken_back(cycle: Cycle, by) -> str:
    """Why this person cannot take this plan back now, in a sentence; empty when they can."""
    try:
        _check_early(cycle, by)
    except HardStop as refusal:
        return refusal.stops[0].message
    return ""


def taken_back(patient) -> list[dict]:
    """Plans of this patient that were taken back, newest first, with who and why."""
    cycles = patient.cycles.filter(state=Cycle.State.DISCONTINUED, started_at=None)
    found = []
    for cycle in cycles.order_by("-pk"):
        event = history_of(cycle).filter(verb=TAKEN_BACK).first()
        if event is not None:
            found.append({"cycle": cycle, "by": event.actor, "reason": event.reason})
    return found
