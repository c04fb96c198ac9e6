"""Where the record had got to, written outside the database.

Seals cut off at the end, with all their events, leave a shorter chain that is whole in itself:
only a note kept elsewhere can tell. Each note is one line, found again in any log:

    audit-anchor {"digest": "…64 hex…", "seal": 41, "sealed_at": "2027-01-04T15:00:00.000000+00:00"}
"""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from audit import digests
from audit.models import Seal

log = logging.getLogger("audit.anchor")
LINE = re.compile(r"audit-anchor (\{.*\})")
AT_ONCE = 500


class NoAnchors(Exception):
    """Nothing to compare with; the text says why."""


@dataclass(frozen=True)
class Anchor:
    seal: int
    digest: str
    sealed_at: str  # ISO 8601, UTC, real time


def anchor_of(seal: Seal) -> Anchor:
    return Anchor(seal=seal.pk, digest=seal.digest, sealed_at=digests.moment(seal.sealed_at))


def line_of(anchor: Anchor) -> str:
    return f"audit-anchor {json.dumps(asdict(anchor), sort_keys=True)}"


def keep(anchor: Anchor) -> None:
    """To AUDIT_ANCHOR_FILE, or to the log, which a deployment keeps on another machine."""
    if not settings.AUDIT_ANCHOR_FILE:
        log.info(line_of(anchor))
        return
    with Path(settings.AUDIT_ANCHOR_FILE).open("a", encoding="utf-8") as file:
        file.write(line_of(anchor) + "\n")


def read(file: Path) -> list[Anchor]:
    """The anchors in a file or a log, in the order written; other lines are passed over."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
        found = [Anchor(**json.loads(said)) for said in LINE.findall(text)]
    except (OSError, ValueError, TypeError) as error:
        raise NoAnchors(f"{file} could not be read: {error}") from error
    if not found:
        raise NoAnchors(f"{file} holds no anchor.")
    return found


def lost(anchors: list[Anchor]) -> Iterator[Anchor]:
    """Those whose seal is not in the record, or not with this digest."""
    for start in range(0, len(anchors), AT_ONCE):
        some = anchors[start : start + AT_ONCE]
        pks = [anchor.seal for anchor in some]
        here = dict(Seal.objects.filter(pk__in=pks).values_list("pk", "digest"))
        yield from (anchor for anchor in some if here.get(anchor.seal) != anchor.digest)
