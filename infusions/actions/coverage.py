"""Covered until and the weakest link, written in the transaction of what changed them."""

from infusions.coverage import cover_of
from infusions.models import Cycle


def recompute(cycle: Cycle) -> Cycle:
    """Reads everything again under the lock of the cycle row and stores the cover.

    The version stays: nobody's form is out of date because a bag was carried somewhere."""
    locked = (
        Cycle.objects.select_for_update(of=("self",))
        .select_related("current_bag__planned", "responsible_nurse")
        .get(pk=cycle.pk)
    )
    for name, value in cover_columns(locked).items():
        setattr(locked, name, value)
        setattr(cycle, name, value)  # a later save of the caller must not undo it
    locked.save(update_fields=["covered_until", "weakest_link"])
    return cycle


def cover_columns(cycle: Cycle) -> dict:
    cover = cover_of(cycle)
    return {"covered_until": cover.until, "weakest_link": cover.weakest}
