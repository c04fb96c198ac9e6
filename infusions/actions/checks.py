"""Check 1: another person reads blind what went into a bag, and releases it."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import subject_of
from commands.refusals import check_version, refuse
from display.formats import local
from infusions import values
from infusions.actions.bag_review import call_prescriber
from infusions.actions.bag_rules import is_drawn_as_told
from infusions.actions.bags import lock_bag
from infusions.actions.coverage import recompute
from infusions.actions.dispute_begins import open_dispute_about
from infusions.actions.quarantine_ends import refuse_while_set_apart
from infusions.actions.readings import check_method, keep_reading, record_of
from infusions.actions.releases import release
from infusions.actions.second_person import ask_maker
from infusions.check_turns import (
    TO_CHECK,
    is_to_check,
    open_differences,
    waits_for_maker,
    wrote_part_of,
)
from infusions.models import Bag, BagCheck
from infusions.plans.words import moment_of
from infusions.readings import Drawn, differences, drawn_of, lots_from
from notifications.actions.reminders import cancel_for, done_for
from protocol import stability
from teams.actions.signatures import prove
from teams.permissions import Permission, require

Part, Stage = BagCheck.Part, BagCheck.Stage
__all__ = ["TO_CHECK", "check_bag", "read_again", "wrote_part_of"]
ENOUGH = 2  # readings that differ before a third person decides


@transaction.atomic
def check_bag(
    *,
    bag,
    by,
    password: str,
    lots: str,
    drawn_ml: Decimal,
    stabiliser_ml: Decimal,
    statement: str,
    at: datetime,
    method: str = BagCheck.Method.IN_PERSON,
    method_note: str = "",
    opened_at: datetime | None = None,
    version: int | None = None,
) -> BagCheck:
    """One blind reading of lots (as scanned or typed) and both volumes in mL, always kept. It
    agrees: released and signed. It does not: both read again; the second time a third pharmacist
    decides. `opened_at` is real time. Raises HardStop, and Stale for an old page."""
    require(by, Permission.CHECK_BAG)
    bag = lock_bag(bag.pk, None)
    _check_may_check(bag, by, at)
    check_version(bag, version)
    check_method(method, method_note)
    read = Drawn(lots_from(lots), drawn_ml, stabiliser_ml)
    prove(user=by, password=password)
    check = keep_reading(
        bag,
        read,
        differs=differences(drawn_of(bag), read),
        stage=Stage.DRAWN,
        part=Part.CHECKER,
        by=by,
        at=at,
        opened_at=opened_at,
        method=method,
        method_note=method_note,
    )
    if check.agreed:
        release(bag, check, by=by, password=password, statement=statement, at=at)
    else:
        _keep_apart(bag, check, by=by, at=at)
    recompute(bag.cycle)
    return check


@transaction.atomic
def read_again(
    *,
    bag,
    by,
    lots: str,
    drawn_ml: Decimal,
    stabiliser_ml: Decimal,
    at: datetime,
    opened_at: datetime | None = None,
    version: int | None = None,
) -> BagCheck:
    """The maker's part after a first difference. What they read now is what they logged, or they
    correct the log before the second person reads again."""
    require(by, Permission.COMPOUND)
    bag = lock_bag(bag.pk, version)
    if bag.compounded_by_id != by.pk or not waits_for_maker(bag):
        refuse("bag.not_to_read_again", _("Nobody waits for you to read this bag again."))
    read = Drawn(lots_from(lots), drawn_ml, stabiliser_ml)
    check = keep_reading(
        bag,
        read,
        differs=differences(drawn_of(bag), read),
        stage=Stage.DRAWN,
        part=Part.MAKER,
        by=by,
        at=at,
        opened_at=opened_at,
    )
    record_of("read_bag_again", bag, by=by, at=at, after={"agrees": check.agreed})
    if check.agreed:
        done_for(subject=subject_of(bag), kinds=["bag_to_read_again"], by=by, at=at)
    return check


def _check_may_check(bag: Bag, by, at: datetime) -> None:
    if bag.compounded_by_id == by.pk:
        refuse("bag.own_check", _("You made this bag. Another pharmacist checks it."))
    if wrote_part_of(bag, by):
        refuse("bag.own_correction", _("You corrected what was logged. Another person checks it."))
    if not is_to_check(bag):
        refuse("bag.not_to_check", not_to_check(bag))
    if waits_for_maker(bag):
        refuse("bag.maker_first", _("The maker reads the bag again first, then you do."))
    refuse_while_set_apart(bag)
    if at < bag.prepared_at:
        refuse("bag.checked_before_made", _("The bag was not made yet at this time."))
    if not is_drawn_as_told(bag.drawn_ml, values.recipe_of_bag(bag).reconstituted_ml):
        refuse(
            "bag.not_as_ordered",
            _("By its log this bag does not hold what was ordered. Discard it and make another."),
        )
    stop = stability.hangable(bag.discard_after, at)
    if stop is not None and not bag.lacks_second_check:
        refuse(stop.code, stop.message, citation=stop.citation)


def not_to_check(bag: Bag) -> str:
    """Who was first, where somebody was."""
    if bag.checked_by_id is None:
        state = bag.get_state_display().lower()
        return _("This bag is %(state)s; there is nothing to check.") % {"state": state}
    at = moment_of(local(bag.checked_at, bag.cycle.patient.care_team.site.zone))
    words = _("%(who)s checked and released this bag, %(at)s. It is not checked a second time.")
    return words % {"who": bag.checked_by, "at": at}


def _keep_apart(bag: Bag, check: BagCheck, *, by, at: datetime) -> None:
    """A reading that was too fast does not count; after the first that differs both read again;
    the second is for a third person to decide."""
    outcome = "too_fast" if check.too_fast else "differs"
    bag.version += 1
    bag.save()
    if not check.too_fast and len(open_differences(bag, Stage.DRAWN)) >= ENOUGH:
        outcome = "disputed"
        cancel_for(subject=subject_of(bag), kinds=["bag_to_check"], because="disputed", at=at)
        open_dispute_about(bag, Stage.DRAWN, at=at)
        if bag.state == Bag.State.HUNG:
            call_prescriber(bag, at=at)
    elif not check.too_fast:
        ask_maker(bag, at=at)
    record_of("checked_bag", bag, by=by, at=at, after={"outcome": outcome, "state": bag.state})
