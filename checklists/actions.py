"""Opening, answering, signing and correcting a list."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from checklists import gate
from checklists.definitions import possible_answers
from checklists.models import Answer, Checklist, Template
from clock.now import now
from commands import corrections
from commands.refusals import refuse
from protocol.stops import HardStop
from teams.actions.signatures import sign
from teams.models import Meaning
from teams.permissions import Permission, require

TOO_FAST = timedelta(seconds=5)
# Only a list answered at the bedside says how fast it was; one charted for the past does not.
AT_THE_BEDSIDE = timedelta(minutes=10)
STATEMENT = "I checked every item of this list myself, now and for this one only."


@transaction.atomic
def open_checklist(
    *, kind: str, subject: str, patient, by, at=None, about="", facts=None, next_path=""
) -> Checklist:
    """The open list of this kind for this subject, or a new one with nothing filled in."""
    require(by, Permission.ANSWER_CHECKLIST)
    template = Template.objects.filter(kind=kind).order_by("-version").first()
    if template is None:
        refuse(
            "checklist.not_published",
            _("No list of the kind %(kind)s is published. Ask the administrator to load the lists.")
            % {"kind": kind},
        )
    subject_and_kind = {"template": template, "subject": subject}
    found = Checklist.objects.filter(**subject_and_kind, signed_at=None).order_by("-id").first()
    if found is not None and found.facts == (facts or {}):
        return found
    at = at or now()
    checklist = Checklist.objects.create(
        **subject_and_kind,
        patient=patient,
        about=about[:200],
        facts=facts or {},
        next_path=next_path,
        opened_by=by,
        opened_at=at,
    )
    record(verb="opened_checklist", subject=checklist, by=by, patient=patient, at=at)
    return checklist


@transaction.atomic
def answer_items(*, checklist: Checklist, values: dict[str, str], by, at=None) -> list[Answer]:
    """Adds an answer for each item given; an earlier answer stays and no longer counts."""
    require(by, Permission.ANSWER_CHECKLIST)
    at = at or now()
    checklist = _locked_open(checklist)
    items = {item["key"]: item for item in checklist.template.items}
    given = {key: value.strip() for key, value in values.items()}
    _refuse_impossible(items, given, checklist.facts)
    rows = [_add(checklist, key, value, by=by, at=at) for key, value in given.items()]
    if rows:
        record(
            verb="answered_checklist",
            subject=checklist,
            by=by,
            patient=checklist.patient,
            at=at,
            after=given,
        )
    return rows


@transaction.atomic
def sign_checklist(*, checklist: Checklist, by, password: str, at=None) -> Checklist:
    """Signs a list whose every answer is there, right and fresh; else HardStop with the reasons."""
    require(by, Permission.ANSWER_CHECKLIST)
    at = at or now()
    checklist = _locked_open(checklist)
    if found := gate.problems(checklist, at):
        raise HardStop(*found)
    answers = gate.current_answers(checklist)
    checklist.signature = sign(
        by=by,
        password=password,
        meaning=Meaning.COMPLETED_CHECKLIST,
        statement=_(STATEMENT),
        subject=checklist,
        content={
            "list": str(checklist.template),
            "sha256": checklist.template.sha256,
            "about": checklist.subject,
            "answers": {key: answer.value for key, answer in answers.items()},
        },
        at=at,
    )
    checklist.signed_at, checklist.too_fast = at, _too_fast(checklist, answers, at)
    checklist.save(update_fields=["signature", "signed_at", "too_fast"])
    record(
        verb="signed_checklist",
        subject=checklist,
        by=by,
        patient=checklist.patient,
        at=at,
        after={"too_fast": checklist.too_fast},
    )
    return checklist


def correct_answer(*, answer: Answer, value: str, reason: str, by, at=None) -> Answer:
    """A new row points back; the gate judges the corrected value at the time of the first one."""
    require(by, Permission.ANSWER_CHECKLIST)
    items = {item["key"]: item for item in answer.checklist.template.items}
    facts = answer.checklist.facts
    _refuse_impossible(items, {answer.item: value.strip()}, facts, field="value")
    return corrections.correct(
        row=answer,
        changes={"value": value.strip()},
        by=by,
        reason=reason,
        at=at or now(),
        patient=answer.checklist.patient,
    )


def _locked_open(checklist: Checklist) -> Checklist:
    locked = Checklist.objects.select_for_update(of=("self",)).select_related("template", "patient")
    found = locked.get(pk=checklist.pk)
    if found.signed_at is not None:
        refuse(
            "checklist.signed",
            _("This list is signed. Correct an answer with a reason, or open a new list."),
        )
    return found


def _add(checklist, key: str, value: str, *, by, at: datetime) -> Answer:
    if checklist.answers.filter(item=key, recorded_at=at, corrects=None).exists():
        refuse("checklist.same_moment", _("This item was answered just now."), field=key)
    return Answer.objects.create(
        checklist=checklist, item=key, value=value, recorded_by=by, recorded_at=at
    )


def _refuse_impossible(items: dict, given: dict[str, str], facts: dict, field: str = "") -> None:
    for key, value in given.items():
        possible = possible_answers(items[key], facts) if key in items else None
        if possible is None or not value or (possible and value not in possible):
            refuse(
                "checklist.no_answer",
                _("That is not an answer to this item. Choose one of those shown."),
                field=field or key,
            )


def _too_fast(checklist: Checklist, answers: dict[str, Answer], at: datetime) -> bool:
    if abs(timezone.now() - checklist.created_at) > AT_THE_BEDSIDE or abs(now() - at) > TOO_FAST:
        return False
    last = max(answer.created_at for answer in answers.values())
    return last - checklist.created_at < TOO_FAST
