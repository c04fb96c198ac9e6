"""Who must know, and whether they said and showed it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record, snapshot
from commands.corrections import correct
from commands.refusals import refuse
from education.lessons import all_lessons
from education.models import Learner, TeachBack
from patients.models import Patient
from teams.permissions import Permission, require


@transaction.atomic
def add_learner(
    *, patient, by, at: datetime, name: str, relation: str, language: str = "en", version=None
) -> Learner:
    """Somebody at home who is to be taught. Needs no account."""
    require(by, Permission.TEACH)
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    check_name(locked, name)
    learner = Learner.objects.create(
        patient=locked,
        name=name,
        relation=relation,
        language=language,
        recorded_by=by,
        recorded_at=at,
    )
    record(
        verb="added_learner",
        subject=learner,
        by=by,
        at=at,
        patient=locked,
        after=snapshot(learner),
    )
    return learner


@transaction.atomic
def edit_learner(
    *,
    learner,
    by,
    at: datetime,
    name: str,
    relation: str,
    language: str,
    is_active: bool,
    version=None,
) -> Learner:
    """A wrong name is put right; somebody who no longer helps is set aside, not removed."""
    require(by, Permission.TEACH)
    locked = Learner.objects.select_for_update().select_related("patient").get(pk=learner.pk)
    if name != locked.name:
        check_name(locked.patient, name)
    before = snapshot(locked)
    locked.name, locked.relation = name, relation
    locked.language, locked.is_active = language, is_active
    locked.save()
    record(
        verb="edited_learner",
        subject=locked,
        by=by,
        at=at,
        patient=locked.patient,
        before=before,
        after=snapshot(locked),
    )
    return locked


def check_name(patient, name: str) -> None:
    if patient.learners.filter(name=name).exists():
        refuse(
            "learner.twice",
            _("This person is on the list already. Teach that one."),
            field="name",
        )


@transaction.atomic
def record_teach_back(
    *,
    learner,
    cycle,
    by,
    at: datetime,
    skill: str,
    outcome: str,
    taught_at: datetime,
    in_own_words: str = "",
    interpreter_used: bool = False,
    version=None,
) -> TeachBack:
    """One skill, one person, one assessor (`by`), one date; of the lesson version of today."""
    require(by, Permission.TEACH)
    lesson = all_lessons()[skill]
    if cycle.patient_id != learner.patient_id:
        refuse("teach_back.other_patient", _("This person belongs to another patient."))
    check_teach_back(
        learner=learner,
        outcome=outcome,
        taught_at=taught_at,
        at=at,
        in_own_words=in_own_words,
        interpreter_used=interpreter_used,
    )
    row = TeachBack.objects.create(
        learner=learner,
        cycle=cycle,
        skill=skill,
        lesson_version=lesson.version,
        outcome=outcome,
        in_own_words=in_own_words,
        interpreter_used=interpreter_used,
        taught_at=taught_at,
        recorded_by=by,
        recorded_at=at,
    )
    record(verb="taught", subject=row, by=by, at=at, patient=learner.patient, after=snapshot(row))
    return row


def check_teach_back(
    *, learner, outcome, taught_at, at, in_own_words: str, interpreter_used: bool
) -> None:
    if taught_at > at:
        refuse("teach_back.later", _("This time lies in the future."), field="taught_at")
    if outcome != TeachBack.Outcome.PASSED:
        return
    if not in_own_words.strip():
        refuse(
            "teach_back.no_words",
            _("Passed means said in their own words: write down what they said or showed."),
            field="in_own_words",
        )
    if not learner.language.lower().startswith("en") and not interpreter_used:
        refuse(
            "teach_back.interpreter",
            _(
                "The lesson exists in English only. Teach with an interpreter, or in their "
                "language yourself, and tick this; or record Repeat."
            ),
            field="interpreter_used",
        )


@transaction.atomic
def correct_teach_back(
    *,
    teach_back,
    by,
    at: datetime,
    outcome: str,
    taught_at: datetime,
    correction_reason: str,
    in_own_words: str = "",
    interpreter_used: bool = False,
) -> TeachBack:
    """A new row that points back; the first one stays visible."""
    require(by, Permission.TEACH)
    check_teach_back(
        learner=teach_back.learner,
        outcome=outcome,
        taught_at=taught_at,
        at=at,
        in_own_words=in_own_words,
        interpreter_used=interpreter_used,
    )
    changes = {
        "outcome": outcome,
        "taught_at": taught_at,
        "in_own_words": in_own_words,
        "interpreter_used": interpreter_used,
    }
    return correct(
        row=teach_back,
        changes=changes,
        by=by,
        reason=correction_reason,
        at=at,
        patient=teach_back.learner.patient,
    )
