"""Fetching the pharmacy's own rows. Fetching is authorising: outside is 404."""

from django.http import Http404

from infusions.models import Hold, PharmacyReview
from infusions.queries import CYCLE_PARTS
from patients.queries import visible_to

PARTS = [f"cycle__{part}" for part in CYCLE_PARTS]


def get_hold_for(user, uuid) -> Hold:
    return _found(Hold, user, uuid, "placed_by")


def get_review_for(user, uuid) -> PharmacyReview:
    return _found(PharmacyReview, user, uuid, "closed_by")


def _found(model, user, uuid, *parts: str):
    rows = model.objects.filter(cycle__patient__in=visible_to(user))
    row = rows.select_related(*PARTS, *parts).filter(uuid=uuid).first()
    if row is None:
        raise Http404
    return row
