"""What a seal is made of: keyed digests over canonical JSON. Real time, no database."""

import hashlib
import hmac
import json
from datetime import UTC

from django.conf import settings

FIRST = "0" * 64  # what the first seal names as the one before it


def keyed(content) -> str:
    """HMAC-SHA256 with AUDIT_KEY: who cannot read the key cannot forge a seal."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def moment(at) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def of_event(event) -> str:
    return keyed(
        {
            "id": event.pk,
            "recorded_at": moment(event.recorded_at),
            "at": moment(event.at),
            "actor_id": event.actor_id,
            "actor": event.actor,
            "verb": event.verb,
            "subject": event.subject,
            "patient_ref": event.patient_ref,
            "organisation_ref": event.organisation_ref,
            "outcome": event.outcome,
            "before": event.before,
            "after": event.after,
            "reason": event.reason,
            "request_id": event.request_id,
        }
    )


def of_seal(*, previous: str, sealed_at, entries: list[tuple[int, str]]) -> str:
    """`entries`: (event id, event digest), in order of id."""
    return keyed(
        {
            "previous": previous,
            "sealed_at": moment(sealed_at),
            "entries": [list(e) for e in entries],
        }
    )
