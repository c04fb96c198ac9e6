"""Asking a pharmacist to look at bags again. The bags stay usable under the signed order."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.refusals import refuse
from infusions import queries, values
from infusions.models import Bag, Cycle, PharmacyReview
from infusions.pharmacy.holds import WAITING
from notifications.actions.reminders import done_for, remind
from patients.models import Measurement
from patients.queries import newest_measurement
from protocol.units import plain
from teams.permissions import Permission, require


def review_weight(row: Measurement, at: datetime) -> PharmacyReview | None:
    """A newest weight on the other side of the limit between fixed dose and dose by body surface
    than the one the order was signed for. Inside the transaction of the measurement."""
    cycle = queries.open_cycle_of(row.patient)
    if row.kind != "weight" or cycle is None or queries.signed_order_of(cycle) is None:
        return None
    limit = values.label_of(cycle).course.fixed_dose_from_kg
    is_newest = newest_measurement(row.patient, "weight") == row
    if not is_newest or (row.value >= limit) == (cycle.weight_kg >= limit):
        return None
    message = _("%(new)s kg now, %(old)s kg when the order was signed. %(limit)s kg divides dosing "
                "by a fixed amount from dosing by body surface.")  # fmt: skip
    said = {"new": plain(row.value), "old": plain(cycle.weight_kg), "limit": plain(limit)}
    return _ask(cycle, PharmacyReview.Cause.WEIGHT, message % said, at=at)


def review_left(cycle: Cycle, left: Sequence[Bag], *, at: datetime) -> PharmacyReview | None:
    """Bags that wait and have no place in the plan that took the place of theirs. Call with the
    cycle locked."""
    waiting = [bag.code for bag in left if bag.state in WAITING]
    if not waiting:
        return None
    message = _("Made for the earlier plan: %(codes)s.") % {"codes": ", ".join(waiting)}
    return _ask(cycle, PharmacyReview.Cause.PLAN, message, at=at)


@transaction.atomic
def close_review(
    *, review, conclusion: str, by, at: datetime, version: int | None = None
) -> PharmacyReview:
    """A pharmacist says which bags are used."""
    require(by, Permission.CHECK_BAG)
    review = PharmacyReview.objects.select_for_update().get(pk=review.pk)
    if review.closed_at is not None:
        refuse("review.closed", _("This was looked at already."))
    if not conclusion.strip():
        refuse("review.no_conclusion", _("Say which bags are used."), field="conclusion")
    review.closed_by, review.closed_at, review.conclusion = by, at, conclusion.strip()
    review.save()
    done_for(subject=subject_of(review), kinds=["pharmacy_review"], by=by, at=at)
    _record("closed_pharmacy_review", review, by=by, at=at, reason=review.conclusion)
    return review


def _ask(cycle: Cycle, cause: str, text: str, *, at: datetime) -> PharmacyReview | None:
    if cycle.pharmacy_reviews.filter(cause=cause, text=text, closed_at=None).exists():
        return None
    review = PharmacyReview.objects.create(cycle=cycle, cause=cause, text=text, asked_at=at)
    remind(
        subject=subject_of(review),
        kind="pharmacy_review",
        patient=cycle.patient,
        due_at=at,
        path=reverse("infusions:pharmacy_review", args=[review.uuid]),
        at=at,
    )
    _record("asked_pharmacy_review", review, by="system:pharmacy", at=at, reason=text)
    return review


def _record(verb: str, review: PharmacyReview, *, by, at: datetime, reason: str) -> None:
    record(
        verb=verb,
        subject=review,
        by=by,
        patient=review.cycle.patient,
        at=at,
        after={"cause": review.cause},
        reason=reason,
    )
