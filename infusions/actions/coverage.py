"""Covered until and the weakest link, written in the transaction of what changed them."""

from datetime import datetime

from django.db import transaction

from clock.now import now
from infusions.actions.waiting import note_change
from infusions.cover.links import cover_of
from infusions.models import Cycle
from infusions.queries import CYCLE_PARTS


def recompute(cycle: Cycle, at: datetime | None = None) -> Cycle:
    """Reads everything again under the lock of the cycle row and stores the cover.

    Also notes whether the plan still fits. The version stays: nobody's form is out of date
    because a bag was carried somewhere."""
    locked = (
        Cycle.objects.select_for_update(of=("self",)).select_related(*CYCLE_PARTS).get(pk=cycle.pk)
    )
    for name, value in cover_columns(locked).items():
        setattr(locked, name, value)
        setattr(cycle, name, value)  # a later save of the caller must not undo it
    locked.save(update_fields=["covered_until", "weakest_link"])
    note_change(locked, at=at or now())
    cycle.change_waiting = locked.change_waiting
    return cycle


def fill_covers() -> int:
    """For infusions that went on before anybody stored their cover: it is worked out now. How many
    there were."""
    open_cycles = Cycle.objects.exclude(started_at=None).filter(
        ended_at=None, weakest_link__isnull=True
    )
    found = list(open_cycles)
    for cycle in found:
        with transaction.atomic():
            recompute(cycle)
    return len(found)


def cover_columns(cycle: Cycle) -> dict:
    cover = cover_of(cycle)
    return {"covered_until": cover.until, "weakest_link": cover.weakest}
