"""Correcting an entry: a new row points back at the old one; the old one stays visible.

Every correctable model has two fields: `corrects` (one-to-one to itself) and `correction_reason`.
A row is current when nothing corrects it: `Model.objects.filter(corrected_by=None)`."""

from typing import Any
from uuid import uuid4

from django.db import transaction

from audit.actions import plain, record
from commands.refusals import refuse


@transaction.atomic
def correct(*, row, changes: dict[str, Any], by, reason: str, at, patient):
    """Copies `row` with `changes` and a reason; refuses an empty reason or a second correction."""
    if not reason.strip():
        refuse(
            "correction.no_reason", "Say why this entry is corrected.", field="correction_reason"
        )
    locked = type(row).objects.select_for_update().get(pk=row.pk)
    if type(row).objects.filter(corrects=locked).exists():
        refuse("correction.already", "This entry was corrected already. Correct the newer one.")
    fresh = type(row).objects.get(pk=row.pk)
    fresh.pk, fresh._state.adding = None, True
    if hasattr(fresh, "uuid"):
        fresh.uuid = uuid4()
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.corrects, fresh.correction_reason = locked, reason.strip()
    fresh.recorded_by, fresh.recorded_at = by, at
    fresh.save()
    record(
        verb="corrected",
        subject=fresh,
        by=by,
        at=at,
        patient=patient,
        reason=reason,
        before=plain({name: getattr(locked, name) for name in changes}),
        after=plain(changes),
    )
    return fresh
