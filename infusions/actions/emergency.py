"""Letting a bag go without a second reading: prescriber and pharmacist, each by signature."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import plain, subject_of
from commands.refusals import refuse
from infusions import check_turns, values
from infusions.actions.bag_rules import is_drawn_as_told
from infusions.actions.disputes import lock_subject
from infusions.actions.making import write_step
from infusions.actions.quarantine_ends import refuse_while_set_apart
from infusions.actions.readings import record_of, row_of
from infusions.actions.releases import is_prescriber, release_alone, signed_content
from infusions.actions.second_person import ask_to_release_alone
from infusions.check_turns import Subject
from infusions.models import Bag, BagCheck, EmergencyRelease, MakeSession
from infusions.readings import as_kept, drawn_of
from notifications.actions.reminders import done_for
from protocol import making, stability
from teams.actions.signatures import sign
from teams.models import Meaning, Signature, User
from teams.permissions import Permission, require


@transaction.atomic
def ask_for_emergency_release(
    *,
    subject: Subject,
    by,
    reason: str,
    password: str,
    statement: str,
    at: datetime,
    version: int | None = None,
) -> EmergencyRelease:
    """The first of the two signatures. Nothing is released by it."""
    require(by, Permission.RELEASE_ALONE)
    subject = lock_subject(subject, version)
    if not reason.strip():
        refuse("emergency.no_reason", _("Say why nobody else can check it."), field="reason")
    _check(subject, at)
    if request_of(subject) is not None:
        refuse("emergency.asked", _("This was asked already. The other one confirms it."))
    asked = EmergencyRelease.objects.create(
        **row_of(subject),
        reason=reason.strip(),
        asked_by=by,
        asked_at=at,
        ask_signature=_sign(subject, by, password, statement, reason.strip(), at),
    )
    ask_to_release_alone(subject, at=at)
    record_of("asked_emergency_release", subject, by=by, at=at, after={}, reason=asked.reason)
    return asked


@transaction.atomic
def confirm_emergency_release(
    *, subject: Subject, by, password: str, statement: str, at: datetime, version: int | None = None
) -> Subject:
    """The second signature, by the other profession. The bag is released, or the drug may go in and
    the bag is released when it is made; it is marked until somebody has read it."""
    require(by, Permission.RELEASE_ALONE)
    subject = lock_subject(subject, version)
    asked = request_of(subject)
    if asked is None or asked.confirmed_at is not None:
        refuse("emergency.not_asked", _("Nobody asked for this release, or it is done."))
    _check_pair(asked.asked_by, by)
    _check(subject, at)
    asked.confirm_signature = _sign(subject, by, password, statement, asked.reason, at)
    asked.confirmed_by, asked.confirmed_at = by, at
    asked.save()
    if isinstance(subject, MakeSession):
        value = {"single_checked": True}
        write_step(subject, making.CHECK_DRAWN, value, scan="", by=by, at=at)
        record_of("let_in_alone", subject, by=by, at=at, after={}, reason=asked.reason)
    else:
        release_alone(subject, asked, by=by, at=at)
    done_for(subject=subject_of(subject), kinds=["release_to_confirm"], by=by, at=at)
    return subject


def request_of(subject: Subject) -> EmergencyRelease | None:
    return EmergencyRelease.objects.filter(**row_of(subject)).first()


def _check_pair(first: User, second: User) -> None:
    if first.pk == second.pk:
        refuse("emergency.same_person", _("You asked for this. The other one confirms it."))
    if is_prescriber(first) == is_prescriber(second):
        refuse(
            "emergency.same_profession",
            _("A prescriber and a pharmacist sign this together, not two of one."),
        )


def _check(subject: Subject, at: datetime) -> None:
    if check_turns.open_differences(subject, BagCheck.Stage.DRAWN):
        words = _("This was read differently. It is read again, or thrown away.")
        refuse("emergency.read_differently", words)
    if isinstance(subject, MakeSession):
        if not check_turns.is_at_the_check(subject):
            words = _("The work in the hood is not at its check. Nothing is to be let through.")
            refuse("emergency.state", words)
        return
    if subject.state != Bag.State.MADE:
        state = subject.get_state_display().lower()
        words = _("This bag is %(state)s. Only a bag that waits for its check is released so.")
        refuse("emergency.state", words % {"state": state})
    refuse_while_set_apart(subject)
    if not is_drawn_as_told(subject.drawn_ml, values.recipe_of_bag(subject).reconstituted_ml):
        words = _("By its log this bag does not hold what was ordered. Discard it.")
        refuse("bag.not_as_ordered", words)
    stop = stability.hangable(subject.discard_after, at)
    if stop is not None:
        refuse(stop.code, stop.message, citation=stop.citation)


def _sign(subject: Subject, by, password, statement, reason: str, at: datetime) -> Signature:
    return sign(
        by=by,
        password=password,
        meaning=Meaning.OVERRODE,
        statement=statement,
        subject=subject,
        content={**content_of(subject), "reason": reason},
        at=at,
    )


def content_of(subject: Subject) -> dict:
    if isinstance(subject, Bag):
        return signed_content(subject)
    return {"bag": subject.planned.n, "logged": plain(as_kept(drawn_of(subject)))}
