"""Allergies and problems: added, and corrected with a reason. Nothing is taken away unseen."""

import re
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from audit.actions import record
from commands.corrections import correct
from commands.refusals import check_version, refuse
from patients.models import Allergy, AllergyStatus, Patient, Problem
from patients.queries import current
from teams.permissions import Permission, require

SEIZURE_WORDS = re.compile(r"seizure|epilep|convuls|krampf|convulsi|crise d", re.IGNORECASE)


def tells_of_seizures(text: str) -> bool:
    """By words, on purpose wide: a febrile seizure counts as history too."""
    return bool(SEIZURE_WORDS.search(text))


@transaction.atomic
def set_allergies(
    *, patient, by, at: datetime, status: str, lines=(), version: int | None = None
) -> Patient:
    """States the allergy status and adds lines, (substance, reaction) pairs."""
    require(by, Permission.MEASURE)
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    check_version(locked, version)
    write_allergies(patient=locked, by=by, at=at, status=status, lines=lines)
    return locked


def write_allergies(*, patient, by, at: datetime, status: str, lines=()) -> None:
    """Inside an open transaction, the patient locked or new."""
    known = {allergy.substance.lower() for allergy in current(patient.allergies)}
    fresh = [(what, how) for what, how in lines if what.lower() not in known]
    check_allergies(status=status, listed=bool(known or fresh))
    for substance, reaction in fresh:
        row = Allergy.objects.create(
            patient=patient,
            substance=substance,
            reaction=reaction,
            recorded_by=by,
            recorded_at=at,
        )
        after = {"substance": substance, "reaction": reaction}
        record(verb="noted_allergy", subject=row, by=by, at=at, patient=patient, after=after)
    if status != patient.allergy_status:
        before, patient.allergy_status = patient.allergy_status, status
        patient.version += 1
        patient.save(update_fields=["allergy_status", "version"])
        record(
            verb="stated_allergies",
            subject=patient,
            by=by,
            at=at,
            patient=patient,
            before={"allergy_status": before},
            after={"allergy_status": status},
        )


def check_allergies(*, status: str, listed: bool) -> None:
    if status == AllergyStatus.LISTED and not listed:
        refuse(
            "allergy.none_listed",
            _("Write at least one allergy, one a line, or choose another answer."),
            field="lines",
        )
    if status != AllergyStatus.LISTED and listed:
        refuse(
            "allergy.still_listed",
            _("Allergies are listed. Choose Listed, or correct those entries first."),
            field="status",
        )


@transaction.atomic
def add_problem(
    *,
    patient,
    by,
    at: datetime,
    text: str,
    onset: date | None = None,
    code: str = "",
    version: int | None = None,
) -> Problem:
    """One diagnosis or history item. `version` is accepted; adding overwrites nothing."""
    require(by, Permission.MEASURE)
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    return write_problem(patient=locked, by=by, at=at, text=text, onset=onset, code=code)


def write_problem(*, patient, by, at: datetime, text: str, onset=None, code: str = "") -> Problem:
    same = Q(text__iexact=text, onset=onset)
    if current(patient.problems).filter(same).exists():
        refuse("problem.twice", _("This is on the list already."), field="text")
    if patient.problems.filter(same, corrects=None).exists():
        refuse(
            "problem.was_corrected",
            _("This was on the list and was corrected. Say more, or correct that entry."),
            field="text",
        )
    if onset is not None and onset > at.date():
        refuse("problem.later", _("This date lies in the future."), field="onset")
    row = Problem.objects.create(
        patient=patient,
        text=text,
        code=code,
        onset=onset,
        is_seizure=tells_of_seizures(text),
        recorded_by=by,
        recorded_at=at,
    )
    after = {"text": text, "code": code, "onset": onset, "is_seizure": row.is_seizure}
    record(verb="noted_problem", subject=row, by=by, at=at, patient=patient, after=after)
    return row


@transaction.atomic
def correct_allergy(
    *,
    allergy,
    by,
    at: datetime,
    substance: str,
    reaction: str = "",
    is_withdrawn: bool = False,
    correction_reason: str,
) -> Allergy:
    """The last withdrawn allergy leaves the status unknown: nobody has said "none" yet."""
    require(by, Permission.MEASURE)
    patient = Patient.objects.select_for_update().get(pk=allergy.patient_id)
    changes = {"substance": substance, "reaction": reaction, "is_withdrawn": is_withdrawn}
    row = correct(
        row=allergy, changes=changes, by=by, reason=correction_reason, at=at, patient=patient
    )
    if not current(patient.allergies).exists():
        write_allergies(patient=patient, by=by, at=at, status=AllergyStatus.UNKNOWN)
    return row


@transaction.atomic
def correct_problem(
    *,
    problem,
    by,
    at: datetime,
    text: str,
    onset: date | None = None,
    is_withdrawn: bool = False,
    correction_reason: str,
) -> Problem:
    require(by, Permission.MEASURE)
    patient = Patient.objects.select_for_update().get(pk=problem.patient_id)
    changes = {
        "text": text,
        "onset": onset,
        "is_withdrawn": is_withdrawn,
        "is_seizure": tells_of_seizures(text),
    }
    return correct(
        row=problem, changes=changes, by=by, reason=correction_reason, at=at, patient=patient
    )
