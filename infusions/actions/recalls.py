"""A recalled lot: signed once, and every bag with it is dealt with in the same transaction."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.refusals import refuse
from infusions.actions.bag_review import call_prescriber
from infusions.actions.quarantines import quarantine_for
from infusions.models import Bag, Product, Quarantine, Recall
from infusions.pharmacy.recalls import bags_with, last_given, recalls_of, tidy
from notifications.actions.outbox import nudge
from notifications.actions.reminders import remind
from teams.actions.signatures import sign
from teams.models import Meaning
from teams.permissions import Permission, require


@transaction.atomic
def sign_recall(
    *,
    lot: str,
    product: Product | None,
    reason: str,
    by,
    password: str,
    statement: str,
    at: datetime,
) -> Recall:
    """Nothing with the lot is hung or made any more: waiting bags are quarantined, the prescriber
    is asked about patients who have or had one, the pharmacy is told. `product` None: every
    article with this lot number."""
    require(by, Permission.SIGN_RECALL)
    lot, reason = tidy(lot), reason.strip()
    if not lot:
        refuse("recall.no_lot", _("Scan or type the lot."), field="lot")
    if not reason:
        refuse("recall.no_reason", _("Say why it is recalled, and who says so."), field="reason")
    row = _written(lot, product, reason, by=by, password=password, statement=statement, at=at)
    bags = bags_with(by.organisation_id, lot, product)
    because = _("Lot %(lot)s recalled: %(why)s") % {"lot": lot, "why": reason}
    cause = Quarantine.Cause.RECALL
    apart = quarantine_for(bags=bags, cause=cause, because=because, by=by, at=at)
    asked = last_given(bags)
    for bag in asked:
        call_prescriber(bag, at=at)
    _tell_pharmacy([*apart, *(bag for bag in asked if bag.state == Bag.State.HUNG)], at)
    after = {
        "lot": lot,
        "product": str(product or ""),
        "bags": [bag.code for bag in bags],
        "quarantined": [bag.code for bag in apart],
        "asked_about": [bag.code for bag in asked],
    }
    record(verb="recalled_lot", subject=row, by=by, at=at, after=after, reason=reason)
    return row


def _written(lot: str, product, reason: str, *, by, password, statement, at) -> Recall:
    content = {"lot": lot, "product": product.gtin if product else "", "reason": reason}
    signature = sign(
        by=by,
        password=password,
        meaning=Meaning.RECALLED_LOT,
        statement=statement,
        subject=by.organisation,
        content=content,
        at=at,
    )
    facts = {"organisation": by.organisation, "lot": lot, "product": product, "reason": reason}
    try:
        with transaction.atomic():
            return Recall.objects.create(by=by, at=at, signature=signature, **facts)
    except IntegrityError:
        refuse("recall.known", _("This lot is recalled already. See the list."), field="lot")
        raise


def _tell_pharmacy(bags: list[Bag], at: datetime) -> None:
    for bag in bags:
        remind(
            subject=subject_of(bag),
            kind="lot_recalled",
            patient=bag.cycle.patient,
            due_at=at,
            path=reverse("infusions:bag", args=[bag.uuid]),
            at=at,
        )
    nudge()


def apply_recalls(bag: Bag, *, by, at: datetime) -> None:
    """After what is in a bag was corrected. Call with the bag locked."""
    for row in recalls_of(bag):
        because = _("Lot %(lot)s recalled: %(why)s") % {"lot": row.lot, "why": row.reason}
        cause = Quarantine.Cause.RECALL
        apart = quarantine_for(bags=[bag], cause=cause, because=because, by=by, at=at)
        if bag.state == Bag.State.HUNG:
            call_prescriber(bag, at=at)
        _tell_pharmacy(apart or [bag], at)
