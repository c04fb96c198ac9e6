"""The second person's blind reading of a bag, and its release."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import plain, record, subject_of
from commands.refusals import refuse
from infusions import values
from infusions.actions.bag_rules import is_drawn_as_told
from infusions.actions.bags import ask_again, lock_bag
from infusions.actions.coverage import recompute
from infusions.actions.quarantine_ends import end_quarantines, refuse_while_set_apart
from infusions.models import Bag, BagCheck, MakeSession, Quarantine
from infusions.pharmacy.make_steps import hands_of
from notifications.actions.reminders import done_for
from protocol import stability
from teams.actions.signatures import prove, sign
from teams.models import Meaning
from teams.permissions import Permission, require

READING_TAKES = timedelta(seconds=5)
TO_CHECK = (Bag.State.MADE, Bag.State.QUARANTINED)


@transaction.atomic
def check_bag(
    *,
    bag,
    by,
    password: str,
    lots: str,
    drawn_ml: Decimal,
    rate_ml_per_h: Decimal,
    statement: str,
    at: datetime,
    opened_at: datetime | None = None,
    version: int | None = None,
) -> BagCheck:
    """One blind reading, always kept. It agrees: released and signed. It does not: both read
    again; the second time the bag is rejected. `opened_at` is real time."""
    require(by, Permission.CHECK_BAG)
    bag = lock_bag(bag.pk, version)
    _check_may_check(bag, by, at)
    prove(user=by, password=password)
    read = {"lots": lots, "drawn_ml": drawn_ml, "rate_ml_per_h": rate_ml_per_h}
    too_fast = opened_at is None or timezone.now() - opened_at < READING_TAKES
    agreed = not too_fast and agrees(bag, **read)
    check = BagCheck.objects.create(
        bag=bag,
        checked_by=by,
        checked_at=at,
        read=plain(read),
        agreed=agreed,
        opened_at=opened_at,
        too_fast=too_fast,
    )
    if agreed:
        _release(bag, check, by=by, password=password, statement=statement, at=at)
    else:
        _keep_apart(bag, check, by=by, at=at)
    recompute(bag.cycle)
    return check


def agrees(bag: Bag, *, lots: str, drawn_ml: Decimal, rate_ml_per_h: Decimal) -> bool:
    """Whether every reading is what was logged; nobody is told which one is not."""
    logged = {lot_key(row.lot) for row in bag.vial_lots.filter(corrected_by=None)}
    read = {lot_key(lot) for lot in re.split(r"[,;\n]+", lots) if lot_key(lot)}
    return read == logged and drawn_ml == bag.drawn_ml and rate_ml_per_h == bag.rate_ml_per_h


def lot_key(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def wrote_part_of(bag: Bag, by) -> bool:
    """Whether this person wrote a log entry or a correction that the check is to confirm."""
    mine = {"recorded_by": by}
    if bag.work.filter(**mine).exists() or bag.vial_lots.filter(**mine).exists():
        return True
    make = MakeSession.objects.filter(bag=bag).first()
    return make is not None and by.pk in hands_of(make)


def _check_may_check(bag: Bag, by, at: datetime) -> None:
    if bag.compounded_by_id == by.pk:
        refuse("bag.own_check", _("You made this bag. Another pharmacist checks it."))
    if wrote_part_of(bag, by):
        refuse("bag.own_correction", _("You corrected what was logged. Another person checks it."))
    if bag.state not in TO_CHECK:
        refuse(
            "bag.not_to_check",
            _("This bag is %(state)s; there is nothing to check.")
            % {"state": bag.get_state_display().lower()},
        )
    refuse_while_set_apart(bag)
    if at < bag.prepared_at:
        refuse("bag.checked_before_made", _("The bag was not made yet at this time."))
    if not is_drawn_as_told(bag.drawn_ml, values.recipe_of_bag(bag).reconstituted_ml):
        refuse(
            "bag.not_as_ordered",
            _("By its log this bag does not hold what was ordered. Discard it and make another."),
        )
    stop = stability.hangable(bag.discard_after, at)
    if stop is not None:
        refuse(stop.code, stop.message, citation=stop.citation)


def _release(bag: Bag, check: BagCheck, *, by, password, statement, at: datetime) -> None:
    bag.state, bag.checked_by = Bag.State.RELEASED, by
    bag.checked_at = bag.released_at = at
    bag.version += 1
    bag.save()
    check.signature = sign(
        by=by,
        password=password,
        meaning=Meaning.VERIFIED_COMPOUNDING,
        statement=statement,
        subject=bag,
        content={**signed_content(bag), "read": check.read},
        at=at,
    )
    check.save(update_fields=["signature"])
    _record("released_bag", bag, by=by, at=at, after={"state": bag.state, "code": bag.code})
    end_quarantines(bag, Quarantine.Outcome.CHECKED, by=by, at=at)
    done_for(subject=subject_of(bag), kinds=["bag_to_check"], by=by, at=at)


def signed_content(bag: Bag) -> dict:
    """What the release stands for."""
    return {
        "bag": bag.code,
        "recipe_row": bag.recipe_row,
        "label": values.label_of(bag.cycle).id,
        "dose_mcg_per_day": bag.dose_mcg_per_day,
        "rate_ml_per_h": bag.rate_ml_per_h,
        "lots": sorted(row.lot for row in bag.vial_lots.filter(corrected_by=None)),
        "stabiliser_lot": bag.stabiliser_lot,
        "drawn_ml": bag.drawn_ml,
        "made_ml": bag.made_ml,
        "discard_after": bag.discard_after,
    }


def _keep_apart(bag: Bag, check: BagCheck, *, by, at: datetime) -> None:
    """A reading that was too fast does not count; the second that differs rejects the bag."""
    outcome = "too_fast" if check.too_fast else "differs"
    bag.version += 1
    agreed = bag.checks.filter(agreed=True).order_by("-pk").first()
    since = bag.checks.filter(pk__gt=agreed.pk if agreed else 0)
    if since.filter(agreed=False, too_fast=False).count() >= 2:
        bag.state, outcome = Bag.State.REJECTED, "rejected"
        ask_again(bag, because=_("Rejected at the second check."), at=at)
    bag.save()
    _record("checked_bag", bag, by=by, at=at, after={"outcome": outcome, "state": bag.state})


def _record(verb: str, bag: Bag, *, by, at: datetime, after: dict) -> None:
    patient = bag.cycle.patient
    record(verb=verb, subject=bag, by=by, patient=patient, at=at, after=after)
