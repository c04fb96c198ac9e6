"""Whose turn it is to read a bag, from the readings that were made of it. Reads only.

What is read is a bag, or the work in the hood before the drug goes into the bag: `Subject`."""

from infusions.models import Bag, BagCheck, Dispute, MakeSession
from infusions.pharmacy.make_steps import hands_of, steps_done
from protocol import making
from teams.permissions import Permission, can

Subject = Bag | MakeSession
Part, Stage = BagCheck.Part, BagCheck.Stage
TO_CHECK = (Bag.State.MADE, Bag.State.QUARANTINED)
IN_USE = (Bag.State.RELEASED, Bag.State.HUNG)


def is_to_check(bag: Bag) -> bool:
    """Waiting for its check; also a bag in use that was released on a single check."""
    return bag.state in TO_CHECK or (bag.lacks_second_check and bag.state in IN_USE)


def is_at_the_check(session: MakeSession) -> bool:
    """Drawn, and not yet read by a second person."""
    done = steps_done(session)
    is_open = session.state == MakeSession.State.OPEN
    return is_open and making.DRAW in done and making.CHECK_DRAWN not in done


def open_differences(subject: Subject, stage: str) -> list[BagCheck]:
    """Readings of the second person that did not agree and are not settled, oldest first. A label
    that was printed again starts anew."""
    rows = list(subject.checks.filter(stage=stage).order_by("pk"))
    settled = max([row.pk for row in rows if settles(row)], default=0)
    found = [row for row in rows if row.pk > settled and counts_against(row)]
    if stage == Stage.LABEL:
        n = subject.labels.count()
        found = [row for row in found if row.read.get("label") == n]
    return found


def settles(row: BagCheck) -> bool:
    by_third = row.part == Part.THIRD and not row.too_fast
    return by_third or (row.part == Part.CHECKER and row.agreed)


def counts_against(row: BagCheck) -> bool:
    return row.part == Part.CHECKER and not row.agreed and not row.too_fast


def waits_for_maker(subject: Subject) -> bool:
    """After the first difference both read again, the maker first."""
    differing = open_differences(subject, Stage.DRAWN)
    if not differing:
        return False
    if isinstance(subject, MakeSession):  # the maker draws, or reads what is drawn, once more
        return differing[-1].read.get("step") == drawn_row(subject)
    again = subject.checks.filter(part=Part.MAKER, agreed=True, pk__gt=differing[-1].pk)
    return not again.exists()


def drawn_row(session: MakeSession) -> int | None:
    """Which row says what is in the syringe."""
    row = steps_done(session).get(making.DRAW)
    return row.pk if row else None


def open_dispute(subject: Subject) -> Dispute | None:
    return subject.disputes.filter(decided_at=None).first()


def sides_of(subject: Subject, dispute: Dispute) -> list[BagCheck]:
    """The second person's readings that the dispute is about."""
    rows = subject.checks.filter(stage=dispute.stage, part=Part.CHECKER)
    rows = rows.filter(agreed=False, too_fast=False, checked_at__lte=dispute.opened_at)
    return list(rows.select_related("checked_by").order_by("pk"))[-2:]


def third_reading(subject: Subject, dispute: Dispute, user=None) -> BagCheck | None:
    """The reading of a third person in this dispute; with a user, of that one."""
    since = sides_of(subject, dispute)[-1].pk
    rows = subject.checks.filter(stage=dispute.stage, part=Part.THIRD, too_fast=False)
    rows = rows.filter(pk__gt=since).select_related("checked_by")
    return (rows.filter(checked_by=user) if user else rows).order_by("pk").first()


def wrote_part_of(bag: Bag, by) -> bool:
    """Whether this person wrote a log entry or a correction that the check is to confirm, or did a
    step of making it."""
    mine = {"recorded_by": by}
    if bag.work.filter(**mine).exists() or bag.vial_lots.filter(**mine).exists():
        return True
    session = MakeSession.objects.filter(bag=bag).first()
    return session is not None and by.pk in hands_of(session)


def made(subject: Subject, user) -> bool:
    if isinstance(subject, MakeSession):
        return user.pk in hands_of(subject)
    return subject.compounded_by_id == user.pk or wrote_part_of(subject, user)


def may_be_third(subject: Subject, dispute: Dispute, user) -> bool:
    """A pharmacist who neither made the bag nor read it in this dispute."""
    readers = {row.checked_by_id for row in sides_of(subject, dispute)}
    may = can(user, Permission.CHECK_BAG)
    return may and not made(subject, user) and user.pk not in readers


def may_read_label(bag: Bag, user) -> bool:
    """Another person than the maker. Where a pharmacist released alone there is no second one: the
    nurse or the prescriber reads the label then."""
    alone = bag.single_checked and (
        can(user, Permission.RUN_INFUSION) or can(user, Permission.SIGN_ORDER)
    )
    return bag.compounded_by_id != user.pk and (can(user, Permission.CHECK_BAG) or alone)


def shows_work(bag: Bag, user) -> bool:
    """Until the check is over, whoever may do it does not see what was logged."""
    if not can(user, Permission.CHECK_BAG) or bag.compounded_by_id == user.pk:
        return True
    if bag.state == Bag.State.DISPUTED:
        return shows_dispute(bag, user)
    return not is_to_check(bag)


def shows_dispute(subject: Subject, user) -> bool:
    """Both sets are shown to maker and checker, and to a third person who has read the bag."""
    dispute = open_dispute(subject)
    if dispute is None:
        return True
    if not may_be_third(subject, dispute, user):
        return True
    return third_reading(subject, dispute, user) is not None
