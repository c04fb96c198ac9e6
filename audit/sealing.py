"""Each minute one digest over the new events, chained to the seal before it."""

from django.db import connection, transaction
from django.utils import timezone

from audit import digests
from audit.models import Event, Seal, SealedEvent

AT_ONCE = 5_000
ONE_SEALER = 7_150_926  # any number, the same in every process


def seal() -> Seal | None:
    """Seals what is not sealed yet; None when there is nothing. Late commits come next time.

    Two sealers at once wait for each other; if they do not, the unique `previous` refuses one."""
    with transaction.atomic():
        wait_for_other_sealers()
        events = list(Event.objects.filter(sealed=None).order_by("pk")[:AT_ONCE])
        if not events:
            return None
        last = Seal.objects.order_by("-pk").first()
        return write(events, previous=last.digest if last else digests.FIRST)


def write(events: list[Event], *, previous: str) -> Seal:
    sealed_at = timezone.now()
    entries = [(event.pk, digests.of_event(event)) for event in events]
    seal = Seal.objects.create(
        sealed_at=sealed_at,
        count=len(events),
        previous=previous,
        digest=digests.of_seal(previous=previous, sealed_at=sealed_at, entries=entries),
    )
    SealedEvent.objects.bulk_create(
        SealedEvent(event_id=pk, seal=seal, digest=digest) for pk, digest in entries
    )
    return seal


def wait_for_other_sealers() -> None:
    """SQLite needs nothing: its transactions are IMMEDIATE, one writer at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_SEALER])
