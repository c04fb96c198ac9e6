"""What the prescriber decided, signed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.refusals import refuse
from infusions import questions
from infusions.actions.ledger import lock
from infusions.models import Cycle, PrescriberAnswer
from infusions.run_lists import current_stop
from notifications.actions.reminders import done_for
from teams.actions.signatures import sign
from teams.models import Meaning
from teams.permissions import Permission, require


@transaction.atomic
def answer_question(
    *,
    cycle,
    question: str,
    answer: str,
    by,
    password: str,
    at: datetime,
    about: str = "",
    premedicate: bool | None = None,
    goes_on: bool | None = None,
    version=None,
) -> PrescriberAnswer:
    """The prescriber decides where the label set does not say, or what an entry (`about`, its
    subject) means for the patient, and signs it."""
    require(by, Permission.DECIDE)
    cycle = lock(cycle, version)
    _check(cycle, question, about, premedicate, goes_on)
    asked = questions.asked_now(cycle)
    statement = _("I decide this for this patient: %(answer)s") % {"answer": answer}
    content = {
        "question": question,
        "about": about,
        "answer": answer,
        "premedicate": premedicate,
        "goes_on": goes_on,
    }
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
        about=about,
        stop_event=current_stop(cycle) if cycle.state == Cycle.State.INTERRUPTED else None,
        answer=answer,
        premedicate=premedicate,
        goes_on=goes_on,
        signature=signature,
        answered_at=at,
    )
    record(
        verb="answered_question", subject=row, by=by, patient=cycle.patient, at=at, after=content
    )
    if about or (asked is not None and asked.question == question):
        subject = about or subject_of(cycle)
        done_for(subject=subject, kinds=[questions.KIND], by=by, at=at)
    return row


def _check(cycle: Cycle, question: str, about: str, premedicate, goes_on) -> None:
    if question.endswith("premedication") and premedicate is None:
        refuse("answer.premedicate", _("Say whether premedication is given."), field="premedicate")
    if question in PrescriberAnswer.WHETHER_IT_GOES_ON and goes_on is None:
        refuse("answer.goes_on", _("Say whether the infusion may go on."), field="goes_on")
    if about and about not in {entry.subject for entry in questions.entries_of(cycle)}:
        refuse(
            "answer.answered",
            _("This question is answered already. Read the answers below."),
            field="question",
        )
