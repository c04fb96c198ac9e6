"""From custody scans to where a bag was: what nobody scanned is unknown until it is proven."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from .instants import utc
from .stability import FOREVER, Place, Stay

ON_THE_WAY = "in_transit"


@dataclass(frozen=True)
class Scan:
    """From this moment on a bag was at a place and kept like this."""

    place: str
    kept: Place
    at: datetime


@dataclass(frozen=True)
class Proof:
    """How a bag was kept between two moments, as a logger or a courier shows and a pharmacist
    signed."""

    kept: Place
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True)
class Gap:
    """A stretch of which nobody knows how the bag was kept; `to_at` None: it still goes on."""

    from_at: datetime
    to_at: datetime | None


def stays_from(scans: Sequence[Scan], proofs: Sequence[Proof] = ()) -> tuple[Stay, ...]:
    """Where the bag was, in order. A fridge is left unscanned when the next scan is at another
    place: from the last scan in that fridge on it is unknown. Only what is unknown is proven;
    a scan is never overruled."""
    known = _with_gaps(sorted(scans, key=lambda scan: utc(scan.at, field="at")))
    spans = [piece for span in _spans(known) for piece in _proven(span, proofs)]
    return tuple(Stay(place, begin) for place, begin, _end in spans)


def worst_case(stays: Sequence[Stay]) -> tuple[Stay, ...]:
    """What has to be counted: a fridge after an unknown stretch keeps nothing, for a bag that was
    out may not go back into it."""
    found, lost = [], False
    for stay in stays:
        lost = stay.place == "unknown" or (lost and stay.place == "cold")
        found.append(Stay("unknown", stay.from_at) if lost else stay)
    return tuple(found)


def gaps_of(stays: Sequence[Stay]) -> tuple[Gap, ...]:
    """The stretches that wait for evidence."""
    found: list[Gap] = []
    ends = [stay.from_at for stay in stays[1:]] + [None]
    for stay, end in zip(stays, ends, strict=True):
        if stay.place != "unknown":
            continue
        goes_on = found and found[-1].to_at == stay.from_at
        begin = found.pop().from_at if goes_on else stay.from_at
        found.append(Gap(begin, end))
    return tuple(found)


def _with_gaps(scans: Sequence[Scan]) -> list[Stay]:
    following = [*scans[1:], None]
    return [
        Stay("unknown" if _left_unscanned(scan, after) else scan.kept, utc(scan.at))
        for scan, after in zip(scans, following, strict=True)
    ]


def _left_unscanned(scan: Scan, after: Scan | None) -> bool:
    if after is None or scan.kept != "cold" or scan.place == after.place:
        return False
    if utc(after.at) == utc(scan.at):
        return False
    return ON_THE_WAY not in (scan.place, after.place)


Span = tuple[Place, datetime, datetime]


def _spans(stays: Sequence[Stay]) -> Iterator[Span]:
    ends = [stay.from_at for stay in stays[1:]] + [FOREVER]
    for stay, end in zip(stays, ends, strict=True):
        yield stay.place, stay.from_at, end


def _proven(span: Span, proofs: Sequence[Proof]) -> list[Span]:
    """The pieces of an unknown span; the earlier proof counts where two overlap."""
    place, begin, end = span
    if place != "unknown":
        return [span]
    pieces: list[Span] = []
    for proof in sorted(proofs, key=lambda one: utc(one.from_at)):
        from_at, to_at = max(utc(proof.from_at), begin), min(utc(proof.to_at), end)
        if from_at >= to_at:
            continue
        if begin < from_at:
            pieces.append(("unknown", begin, from_at))
        pieces.append((proof.kept, from_at, to_at))
        begin = to_at
    return [*pieces, ("unknown", begin, end)] if begin < end else pieces
