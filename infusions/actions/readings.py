"""What every reading of a bag has in common: who was there, how long it took, what is kept."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from commands.refusals import refuse
from infusions.check_turns import Subject
from infusions.models import Bag, BagCheck, NearMiss
from infusions.readings import Drawn, OnLabel, as_kept

READING_TAKES = timedelta(seconds=5)


def was_too_fast(opened_at: datetime | None) -> bool:
    return opened_at is None or timezone.now() - opened_at < READING_TAKES


def check_method(method: str, note: str) -> None:
    """A check from afar names its evidence."""
    if method != BagCheck.Method.IN_PERSON and not note.strip():
        words = _("Say which photo you looked at, or who held the camera during the call.")
        refuse("check.no_evidence", words, field="method_note")


def keep_reading(
    subject: Subject,
    read: Drawn | OnLabel,
    *,
    differs: list,
    stage: str,
    part: str,
    by,
    at: datetime,
    opened_at: datetime | None,
    method: str = BagCheck.Method.IN_PERSON,
    method_note: str = "",
    more: dict | None = None,
) -> BagCheck:
    """One reading, always kept. What was found to differ becomes near misses; a reading that was
    too fast is none."""
    too_fast = was_too_fast(opened_at)
    check = BagCheck.objects.create(
        **row_of(subject),
        stage=stage,
        part=part,
        method=method,
        method_note="" if method == BagCheck.Method.IN_PERSON else method_note.strip(),
        checked_by=by,
        checked_at=at,
        read=as_kept(read) | (more or {}),
        agreed=not too_fast and not differs,
        opened_at=opened_at,
        too_fast=too_fast,
    )
    if not too_fast and part == BagCheck.Part.CHECKER:
        for kind in differs:
            note_near_miss(subject, kind=kind, stage=stage, at=at)
    return check


def note_near_miss(subject: Subject, *, kind: str, stage: str, at: datetime) -> NearMiss:
    """Adds one row to the near-miss log. Call inside a transaction."""
    of = {"cycle": subject.cycle, **row_of(subject)}
    return NearMiss.objects.create(**of, kind=kind, stage=stage, occurred_at=at)


def row_of(subject: Subject) -> dict:
    """The column that names what was read."""
    return {"bag" if isinstance(subject, Bag) else "session": subject}


def record_of(verb: str, subject: Subject, *, by, at: datetime, after: dict, reason="") -> None:
    """Never with what was read: whoever is to read the bag may read the record."""
    patient = subject.cycle.patient
    record(verb=verb, subject=subject, by=by, patient=patient, at=at, after=after, reason=reason)
