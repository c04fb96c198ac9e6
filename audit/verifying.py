"""Reading the whole record again and comparing it with its seals."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit import anchors, digests
from audit.models import Event, Seal, SealedEvent


@dataclass(frozen=True)
class Fault:
    kind: str  # modified, missing, fork or truncated
    seal: int
    event: int | None
    words: str


@dataclass(frozen=True)
class Verdict:
    events: int
    seals: int
    unsealed: int
    fault: Fault | None


def verify(known: Sequence[anchors.Anchor] = ()) -> Verdict:
    """The first fault, in order of the seals. Events of the last minute may wait for a seal.

    Seals cut off at the end are seen only through `known`, the anchors kept elsewhere."""
    return Verdict(
        events=Event.objects.count(),
        seals=Seal.objects.count(),
        unsealed=Event.objects.filter(sealed=None).count(),
        fault=first_fault() or fault_by_anchors(known),
    )


def first_fault() -> Fault | None:
    previous = digests.FIRST
    for seal in Seal.objects.order_by("pk").iterator():
        entries = list(seal.entries.order_by("event_id"))
        fault = fault_in_chain(seal, previous) or fault_in(seal, entries)
        if fault:
            return fault
        previous = seal.digest
    return None


def fault_by_anchors(known: Sequence[anchors.Anchor]) -> Fault | None:
    """The chain is whole in itself; does it still reach what was noted outside the database?"""
    anchor = next(anchors.lost(known), None)
    if anchor is None:
        return None
    newest = Seal.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if anchor.seal > newest:
        words = f"The record ends at seal {newest}; seal {anchor.seal} of {anchor.sealed_at}"
        return Fault("truncated", anchor.seal, None, f"{words} was cut off.")
    words = f"Seal {anchor.seal} is not the one that was noted at {anchor.sealed_at}."
    return Fault("modified", anchor.seal, None, words)


def fault_in_chain(seal: Seal, previous: str) -> Fault | None:
    if seal.previous == previous:
        return None
    if Seal.objects.filter(digest=seal.previous, pk__lt=seal.pk).exists() or (
        seal.previous == digests.FIRST
    ):
        return Fault("fork", seal.pk, None, f"Seal {seal.pk} continues an earlier seal again.")
    return Fault("missing", seal.pk, None, f"A seal before seal {seal.pk} is missing.")


def fault_in(seal: Seal, entries: list[SealedEvent]) -> Fault | None:
    events = Event.objects.in_bulk([entry.event_id for entry in entries])
    for entry in entries:
        event = events.get(entry.event_id)
        if event is None:
            words = f"Event {entry.event_id} of seal {seal.pk} is missing."
            return Fault("missing", seal.pk, entry.event_id, words)
        if digests.of_event(event) != entry.digest:
            words = f"Event {event.pk} ({event.verb}) was changed after seal {seal.pk}."
            return Fault("modified", seal.pk, event.pk, words)
    return fault_of_seal(seal, entries)


def fault_of_seal(seal: Seal, entries: list[SealedEvent]) -> Fault | None:
    if len(entries) < seal.count:
        gone = seal.count - len(entries)
        words = f"Seal {seal.pk} covers {seal.count} events; {gone} of them cannot be found."
        return Fault("missing", seal.pk, None, words)
    found = digests.of_seal(
        previous=seal.previous,
        sealed_at=seal.sealed_at,
        entries=[(entry.event_id, entry.digest) for entry in entries],
    )
    if found != seal.digest or len(entries) != seal.count:
        words = f"Seal {seal.pk} was changed, or made with another key."
        return Fault("modified", seal.pk, None, words)
    return None
