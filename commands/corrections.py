"""Correcting an entry: a new row points back at the old one; the old one stays visible.

Every correctable model has two fields: `corrects` (one-to-one to itself) and `correction_reason`.
A row is current when nothing corrects it: `Model.objects.filter(corrected_by=None)`."""

from collections.abc import Collection
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import plain, record
from commands.refusals import refuse


@transaction.atomic
def correct(
    *,
    row,
    changes: dict[str, Any],
    by,
    reason: str,
    at,
    patient,
    unsaid: Collection[str] = (),
):
    """Copies `row` with `changes` and a reason; refuses an empty reason or a second correction.

    `unsaid`: names whose figures the record does not tell, because somebody is still to read them
    blind; both rows keep them."""
    need_reason(reason)
    locked = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    if type(row).objects.filter(corrects=locked).exists():
        refuse("correction.already", _("This entry was corrected already. Correct the newer one."))
    fresh = type(row).objects.get(pk=row.pk)
    fresh.pk, fresh._state.adding = None, True
    if hasattr(fresh, "uuid"):
        fresh.uuid = uuid4()
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.corrects, fresh.correction_reason = locked, reason.strip()
    fresh.recorded_by, fresh.recorded_at = by, at
    fresh.save()
    said = {name: value for name, value in changes.items() if name not in unsaid}
    record(
        verb="corrected",
        subject=fresh,
        by=by,
        at=at,
        patient=patient,
        reason=reason,
        before=plain({name: getattr(locked, name) for name in said}),
        after=plain(said | ({"not_told": sorted(unsaid)} if unsaid else {})),
    )
    return fresh


def need_reason(reason: str, *, field: str = "correction_reason") -> None:
    if not reason.strip():
        refuse("correction.no_reason", _("Say why this entry is corrected."), field=field)


def really_changed(row, told: dict[str, Any]) -> dict[str, Any]:
    """What of `told` differs from the row; None was not told. Refuses when nothing differs.

    A form shows whole minutes: the minute of a moment on the row is no change of it."""
    changes = {
        name: value
        for name, value in told.items()
        if value is not None and not is_same(value, getattr(row, name))
    }
    if not changes:
        refuse("correction.nothing", _("Nothing was changed. Give what is right."))
    return changes


def is_same(told, known) -> bool:
    if hasattr(known, "replace") and hasattr(known, "second"):
        return told in (known, known.replace(second=0, microsecond=0))
    return told == known
