"""What a reading that agreed brings about: the bag is released, or its label accepted."""

from datetime import datetime

from audit.actions import subject_of
from infusions import values
from infusions.actions.coverage import recompute
from infusions.actions.quarantine_ends import end_quarantines
from infusions.actions.readings import record_of
from infusions.actions.second_person import ask_for_second_check, ask_to_read_label
from infusions.check_turns import IN_USE, Part, Stage
from infusions.models import Bag, BagCheck, EmergencyRelease, MakeSession, Quarantine
from infusions.pharmacy.make_steps import hands_of
from infusions.pharmacy.recalls import recalled_stop
from infusions.readings import is_scanned
from notifications.actions.reminders import done_for
from protocol.stops import HardStop
from teams.actions.signatures import sign
from teams.models import Meaning, Signature, User
from teams.permissions import Permission, can


def release(bag: Bag, check: BagCheck, *, by, password, statement, at: datetime) -> None:
    """After a reading that agreed. A bag that was released on a single check keeps its state."""
    content = {**signed_content(bag), "read": check.read, "method": check.method}
    facts = {"by": by, "password": password, "statement": statement, "at": at}
    sign_check(check, bag, content, **facts)
    if bag.lacks_second_check and bag.state in IN_USE:
        bag.checked_by, bag.checked_at = by, at
        _save(bag)
        done_for(subject=subject_of(bag), kinds=["bag_to_check"], by=by, at=at)
        record_of("checked_bag_afterwards", bag, by=by, at=at, after={"code": bag.code})
        return
    end_quarantines(bag, Quarantine.Outcome.CHECKED, by=by, at=at)
    bag.checked_by, bag.checked_at = by, at
    _set_released(bag, by=by, at=at)


def release_made(session: MakeSession, *, by, at: datetime) -> None:
    """What was read before the drug went in counts for the bag that was made of it. Someone who
    read and then took a hand in the work is no second person any more: the bag waits then."""
    bag = session.bag
    bag.cycle = session.cycle
    for rows in (session.checks, session.disputes):
        rows.update(bag=bag)
    alone = EmergencyRelease.objects.filter(session=session).first()
    if alone is not None and alone.confirmed_at is not None:
        alone.bag = bag
        alone.save(update_fields=["bag"])
        release_alone(bag, alone, by=by, at=at)
        return
    agreed = session.checks.filter(
        stage=Stage.DRAWN, agreed=True, part__in=[Part.CHECKER, Part.THIRD]
    )
    check = agreed.select_related("checked_by").order_by("-pk").first()
    if check is not None and check.checked_by_id not in hands_of(session):
        bag.checked_by, bag.checked_at = check.checked_by, check.checked_at
        _set_released(bag, by=check.checked_by, at=at)


def release_alone(bag: Bag, alone: EmergencyRelease, *, by, at: datetime) -> None:
    """Marked until somebody has read it."""
    pair = {is_prescriber(one): one for one in (alone.asked_by, alone.confirmed_by)}
    bag.single_checked = True
    bag.single_prescriber, bag.single_pharmacist = pair[True], pair[False]
    _set_released(bag, by=by, at=at, verb="released_alone")
    ask_for_second_check(bag, at=at)


def is_prescriber(user: User) -> bool:
    return can(user, Permission.SIGN_ORDER)


def _set_released(bag: Bag, *, by, at: datetime, verb: str = "released_bag") -> None:
    if stop := recalled_stop(bag):
        raise HardStop(stop)
    bag.state, bag.released_at = Bag.State.RELEASED, at
    bag.label_checked_how, bag.label_checked_by, bag.label_checked_at = "", None, None
    _save(bag)
    record_of(verb, bag, by=by, at=at, after={"state": bag.state, "code": bag.code})
    done_for(subject=subject_of(bag), kinds=["bag_to_check"], by=by, at=at)
    ask_to_read_label(bag, at=at)
    recompute(bag.cycle)


def accept_label(bag: Bag, check: BagCheck, *, by, password, statement, at: datetime) -> None:
    content = {"bag": bag.code, "read": check.read, "method": check.method}
    sign_check(check, bag, content, by=by, password=password, statement=statement, at=at)
    how = Bag.LabelRead
    bag.label_checked_how = how.SCANNED if is_scanned(check.read["code"]) else how.TYPED
    bag.label_checked_by, bag.label_checked_at = by, at
    _save(bag)
    record_of("read_label", bag, by=by, at=at, after={"how": bag.label_checked_how})
    done_for(subject=subject_of(bag), kinds=["label_to_check"], by=by, at=at)


def sign_check(
    check: BagCheck, subject, content: dict, *, by, password, statement, at
) -> Signature:
    """The signature under a reading, kept with it."""
    check.signature = sign(
        by=by,
        password=password,
        meaning=Meaning.VERIFIED_COMPOUNDING,
        statement=statement,
        subject=subject,
        content=content,
        at=at,
    )
    check.save(update_fields=["signature"])
    return check.signature


def signed_content(bag: Bag) -> dict:
    """What the release stands for."""
    return {
        "bag": bag.code,
        "recipe_row": bag.recipe_row,
        "label": values.label_of_bag(bag).id,
        "dose_mcg_per_day": bag.dose_mcg_per_day,
        "rate_ml_per_h": bag.rate_ml_per_h,
        "lots": sorted(row.lot for row in bag.vial_lots.filter(corrected_by=None)),
        "stabiliser_lot": bag.stabiliser_lot,
        "stabiliser_ml": bag.stabiliser_ml,
        "drawn_ml": bag.drawn_ml,
        "made_ml": bag.made_ml,
        "discard_after": bag.discard_after,
    }


def _save(bag: Bag) -> None:
    bag.version += 1
    bag.save()
