"""Writing the record. `record` is called inside the transaction of the change it describes."""

from datetime import datetime
from json import dumps, loads
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.forms.models import model_to_dict

from audit.context import current_request_id
from audit.models import Event
from clock.now import now


def subject_of(row) -> str:
    """The stable text name of a row, e.g. `infusions.cycle:6f1c…`."""
    return f"{row._meta.label_lower}:{getattr(row, 'uuid', row.pk)}"


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """JSON-ready copy: Decimals and times become text, so a diff reads the same for ever."""
    return loads(dumps(values, cls=DjangoJSONEncoder, default=str))


def snapshot(row) -> dict[str, Any]:
    return plain(model_to_dict(row))


def record(
    *,
    verb: str,
    subject: Any,
    by: Any,
    patient: Any = None,
    at: datetime | None = None,
    before: dict | None = None,
    after: dict | None = None,
    reason: str = "",
    outcome: str = "done",
) -> Event:
    """Appends one event. `by` is a user, or text such as `system:reminders`.

    Raises if no transaction is open: a change and its record stand or fall together."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("audit.record must run inside the transaction of the change.")
    known = hasattr(by, "pk")
    return Event.objects.create(
        at=at or now(),
        actor_id=str(by.pk or "") if known else "",
        actor=str(by),
        verb=verb,
        subject=subject if isinstance(subject, str) else subject_of(subject),
        patient_ref=str(patient.uuid) if patient is not None else "",
        organisation_ref=str(getattr(by, "organisation_id", "") or ""),
        before=plain(before or {}),
        after=plain(after or {}),
        reason=reason,
        outcome=outcome,
        request_id=current_request_id.get(),
    )


def record_look(*, patient, by, what: str = "chart") -> Event:
    """A chart was read. If this cannot be written the page must not be shown."""
    with transaction.atomic():
        return record(
            verb="looked_at",
            subject=patient,
            by=by,
            patient=patient,
            after={"page": what},
            outcome="seen",
        )


def record_looks(*, patients, by, what: str) -> None:
    """Several charts were read at once: one event each, one query for all."""
    with transaction.atomic():
        Event.objects.bulk_create(
            Event(
                at=now(),
                actor_id=str(by.pk),
                actor=str(by),
                verb="looked_at",
                subject=subject_of(patient),
                patient_ref=str(patient.uuid),
                organisation_ref=str(by.organisation_id or ""),
                after={"page": what},
                outcome="seen",
                request_id=current_request_id.get(),
            )
            for patient in patients
        )


def record_refusal(*, verb: str, subject: Any, by: Any, patient: Any, stops) -> Event:
    """A refused command. Written in its own transaction, after the refused one rolled back."""
    with transaction.atomic():
        return record(
            verb=verb,
            subject=subject,
            by=by,
            patient=patient,
            after={"stops": [{"code": s.code, "message": s.message} for s in stops]},
            reason=stops[0].code,
            outcome="refused",
        )
