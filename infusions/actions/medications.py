"""What was given ahead of the infusion, and what the prescriber decided."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.corrections import correct
from commands.refusals import refuse
from infusions.actions.ledger import check_time, lock
from infusions.actions.restart import current_stop
from infusions.models import Cycle, MedicationGiven, PrescriberAnswer
from notifications.actions.reminders import done_for
from teams.actions.signatures import sign
from teams.models import Meaning
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


@transaction.atomic
def correct_medication(
    *, given: MedicationGiven, by, reason: str, at: datetime, cycle=None, version=None, **facts
) -> MedicationGiven:
    """Another drug, dose, route or time. The first entry stays, struck through."""
    require(by, Permission.GIVE_MEDICATION)
    cycle = lock(given.cycle, version)
    given = MedicationGiven.objects.get(pk=given.pk)
    told = {name: facts[name] for name in CORRECTABLE if facts.get(name) is not None}
    if told.get("given_at") == given.given_at.replace(second=0, microsecond=0):
        del told["given_at"]  # the form shows whole minutes: nobody changed it
    changes = {name: value for name, value in told.items() if value != getattr(given, name)}
    if not changes:
        refuse("correction.nothing", _("Nothing was changed. Give what is right."))
    check_time(changes.get("given_at", at), at)
    return correct(row=given, changes=changes, by=by, reason=reason, at=at, patient=cycle.patient)


@transaction.atomic
def answer_question(
    *,
    cycle,
    question: str,
    answer: str,
    by,
    password: str,
    at: datetime,
    premedicate: bool | None = None,
    version=None,
) -> PrescriberAnswer:
    """The prescriber decides where the label set does not say, and signs it."""
    require(by, Permission.DECIDE)
    cycle = lock(cycle, version)
    if question.endswith("premedication") and premedicate is None:
        refuse("answer.premedicate", _("Say whether premedication is given."), field="premedicate")
    statement = _("I decide this for this patient: %(answer)s") % {"answer": answer}
    content = {"question": question, "answer": answer, "premedicate": premedicate}
    signature = sign(
        by=by,
        password=password,
        meaning=Meaning.PRESCRIBED,
        statement=statement,
        subject=cycle,
        content=content,
        at=at,
    )
    row = PrescriberAnswer.objects.create(
        cycle=cycle,
        question=question,
        stop_event=current_stop(cycle) if cycle.state == Cycle.State.INTERRUPTED else None,
        answer=answer,
        premedicate=premedicate,
        signature=signature,
        answered_at=at,
    )
    record(
        verb="answered_question", subject=row, by=by, patient=cycle.patient, at=at, after=content
    )
    done_for(subject=subject_of(cycle), kinds=["prescriber_question"], by=by, at=at)
    return row
