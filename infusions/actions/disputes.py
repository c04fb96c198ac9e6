"""A bag that was read differently twice: a third pharmacist reads it blind, then decides."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import subject_of
from commands.refusals import refuse
from infusions import check_turns
from infusions.actions.bags import ask_again, lock_bag
from infusions.actions.coverage import recompute
from infusions.actions.drawn_check import pass_check
from infusions.actions.making import lock_session, throw_away
from infusions.actions.readings import keep_reading, record_of
from infusions.actions.releases import accept_label, release
from infusions.actions.second_person import ask_for_second_check, ask_to_read_label
from infusions.check_turns import Subject
from infusions.models import Bag, BagCheck, Dispute, MakeSession
from infusions.readings import (
    Drawn,
    OnLabel,
    differences,
    drawn_of,
    label_differences,
    label_of_print,
    lots_from,
)
from notifications.actions.reminders import done_for
from teams.actions.signatures import sign
from teams.models import Meaning
from teams.permissions import Permission, require

Decision, Stage = Dispute.Decision, BagCheck.Stage


@transaction.atomic
def read_drawn_as_third(
    *,
    subject: Subject,
    by,
    lots: str,
    drawn_ml: Decimal,
    stabiliser_ml: Decimal,
    at: datetime,
    opened_at: datetime | None = None,
    version: int | None = None,
) -> BagCheck:
    """The third person's own reading, before both sets are shown to them. Once for a dispute."""
    subject, dispute = _locked(subject, Stage.DRAWN, by, version)
    read = Drawn(lots_from(lots), drawn_ml, stabiliser_ml)
    differs = differences(drawn_of(subject), read)
    return _keep(subject, dispute, read, differs, by=by, at=at, opened_at=opened_at)


@transaction.atomic
def read_label_as_third(
    *,
    subject: Bag,
    by,
    code: str,
    rate_ml_per_h: Decimal,
    volume_ml: Decimal,
    duration_h: Decimal,
    at: datetime,
    opened_at: datetime | None = None,
    version: int | None = None,
) -> BagCheck:
    """As `read_drawn_as_third`, of the label on the bag."""
    bag, dispute = _locked(subject, Stage.LABEL, by, version)
    read = OnLabel(code, rate_ml_per_h, volume_ml, duration_h)
    printed = bag.labels.order_by("-n").first()
    differs = label_differences(label_of_print(printed), read)
    return _keep(bag, dispute, read, differs, by=by, at=at, opened_at=opened_at)


def _locked(subject: Subject, stage: str, by, version: int | None) -> tuple[Subject, Dispute]:
    require(by, Permission.CHECK_BAG)
    subject = lock_subject(subject, version)
    dispute = _need_dispute(subject)
    if dispute.stage != stage or not check_turns.may_be_third(subject, dispute, by):
        refuse("dispute.not_third", _("A pharmacist who neither made nor read this bag decides."))
    if check_turns.third_reading(subject, dispute):
        refuse("dispute.read_already", _("A third person has read this bag already."))
    return subject, dispute


def lock_subject(subject: Subject, version: int | None) -> Subject:
    lock = lock_session if isinstance(subject, MakeSession) else lock_bag
    return lock(subject.pk, version)


def _need_dispute(subject: Subject) -> Dispute:
    dispute = check_turns.open_dispute(subject)
    waits = (Bag.State.DISPUTED, Bag.State.HUNG, MakeSession.State.OPEN)
    if dispute is None or subject.state not in waits:
        refuse("dispute.none", _("Nothing is to be decided about this bag any more."))
    return dispute


def _keep(subject, dispute: Dispute, read, differs, *, by, at, opened_at) -> BagCheck:
    check = keep_reading(
        subject,
        read,
        differs=differs,
        stage=dispute.stage,
        part=BagCheck.Part.THIRD,
        by=by,
        at=at,
        opened_at=opened_at,
    )
    after = {"stage": dispute.stage}
    record_of("read_bag_as_third", subject, by=by, at=at, after=after)
    return check


@transaction.atomic
def decide_dispute(
    *,
    subject: Subject,
    by,
    decision: str,
    reason: str,
    password: str,
    statement: str,
    at: datetime,
    version: int | None = None,
) -> Dispute:
    """As their own blind reading allows: it agrees with what was logged, and the work goes on, the
    bag is released or its label accepted on it; or what was logged is wrong, and it is corrected
    (or printed again) and read anew; or the bag is rejected."""
    require(by, Permission.CHECK_BAG)
    subject = lock_subject(subject, version)
    dispute = _need_dispute(subject)
    third = check_turns.third_reading(subject, dispute, by)
    _check_decision(third, decision, reason)
    dispute.signature = sign(
        by=by,
        password=password,
        meaning=Meaning.VERIFIED_COMPOUNDING,
        statement=statement,
        subject=subject,
        content={"decision": decision, "reason": reason.strip(), "read": third.read},
        at=at,
    )
    dispute.decision, dispute.reason = decision, reason.strip()
    dispute.decided_by, dispute.decided_at = by, at
    dispute.save()
    facts = {"by": by, "password": password, "statement": statement, "at": at}
    carry_out = _carry_out_in_hood if isinstance(subject, MakeSession) else _carry_out
    carry_out(subject, dispute, third, facts)
    done_for(subject=subject_of(subject), kinds=["bag_disputed"], by=by, at=at)
    after = {"decision": decision, "state": subject.state}
    record_of("decided_dispute", subject, by=by, at=at, after=after, reason=dispute.reason)
    recompute(subject.cycle)
    return dispute


def _check_decision(third: BagCheck | None, decision: str, reason: str) -> None:
    if third is None:
        refuse("dispute.read_first", _("Read the bag yourself first, then decide."))
    if not reason.strip():
        refuse("dispute.no_reason", _("Say why you decide so."), field="reason")
    if decision == Decision.AS_LOGGED and not third.agreed:
        words = _("Your own reading differs from what was logged. Have it corrected, or reject.")
        refuse("dispute.other_reading", words, field="decision")
    if decision == Decision.AS_READ and third.agreed:
        words = _("Your own reading agrees with what was logged. Accept it, or reject the bag.")
        refuse("dispute.same_reading", words, field="decision")


def _carry_out(bag: Bag, dispute: Dispute, third: BagCheck, facts: dict) -> None:
    at, was_hung = facts["at"], bag.state == Bag.State.HUNG
    rejected = dispute.decision == Decision.REJECT
    if not was_hung:
        bag.state = Bag.State.REJECTED if rejected else dispute.from_state
    if dispute.decision == Decision.AS_LOGGED:
        accept = release if dispute.stage == Stage.DRAWN else accept_label
        accept(bag, third, **facts)
        return
    bag.version += 1
    bag.save()
    if rejected and not was_hung:
        ask_again(bag, because=_("Rejected at the check."), at=at)
    elif not rejected and dispute.stage == Stage.DRAWN:
        ask_for_second_check(bag, at=at)
    elif not rejected:
        ask_to_read_label(bag, at=at)


def _carry_out_in_hood(session: MakeSession, dispute: Dispute, third: BagCheck, facts) -> None:
    """What was logged is wrong: the maker draws once more, and it is read anew."""
    if dispute.decision == Decision.AS_LOGGED:
        pass_check(session, third, **facts)
    elif dispute.decision == Decision.REJECT:
        throw_away(session, reason=dispute.reason, by=facts["by"], at=facts["at"])
