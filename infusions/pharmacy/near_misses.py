"""The near-miss log: how many of what kind, month by month. It counts events, never people."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from infusions.check_turns import open_differences
from infusions.models import BagCheck, NearMiss
from patients.queries import visible_to

MONTHS = 12
Kind, Stage = NearMiss.Kind, NearMiss.Stage


@dataclass(frozen=True)
class Row:
    """One kind at one step: a count for every month, newest first."""

    stage: str
    kind: str
    counts: list[int]
    total: int


def near_misses_for(user, at: datetime, zone: str) -> dict:
    """Rows, months (first days, newest first) and how many are not told yet: while a bag is still
    read again, what differed would tell its reader."""
    found = list(_visible(user))
    hidden = _still_read(found)
    told = [one for one in found if one.pk not in hidden]
    months = months_before(at.astimezone(ZoneInfo(zone)).date())
    counts = Counter((one.stage, one.kind, _month(one, zone)) for one in told)
    kinds = sorted({(one.stage, one.kind) for one in told}, key=_order)
    return {
        "months": months,
        "rows": [_row(stage, kind, months, counts) for stage, kind in kinds],
        "hidden": len(hidden),
        "total": len(told),
        "newest": sorted(told, key=lambda one: one.pk, reverse=True)[:20],
    }


def _visible(user):
    rows = NearMiss.objects.filter(cycle__patient__in=visible_to(user))
    return rows.select_related("bag", "session", "cycle").order_by("pk")


def _still_read(found: list[NearMiss]) -> set[int]:
    """Those of a bag that is not settled: read again, or before a third person."""
    hidden, subjects = set(), {}
    for one in found:
        subject = one.bag or one.session
        if subject is None or one.stage == Stage.MAKE:
            continue
        key = (type(subject), subject.pk, one.stage)
        if key not in subjects:
            subjects[key] = _is_open(subject, one.stage)
        if subjects[key]:
            hidden.add(one.pk)
    return hidden


def _is_open(subject, stage: str) -> bool:
    """A bag that is thrown away is settled too."""
    if subject.state in ("discarded", "rejected", "given_up", "finished"):
        return False
    waits = subject.disputes.filter(decided_at=None).exists()
    return waits or bool(open_differences(subject, BagCheck.Stage(stage)))


def months_before(today: date) -> list[date]:
    first = today.replace(day=1)
    found = []
    for _each in range(MONTHS):
        found.append(first)
        first = (first.replace(month=first.month - 1) if first.month > 1
                 else first.replace(year=first.year - 1, month=12))  # fmt: skip
    return found


def _month(one: NearMiss, zone: str) -> date:
    return one.occurred_at.astimezone(ZoneInfo(zone)).date().replace(day=1)


def _order(pair: tuple[str, str]) -> tuple[int, int]:
    return Stage.values.index(pair[0]), Kind.values.index(pair[1])


def _row(stage: str, kind: str, months: list[date], counts: Counter) -> Row:
    each = [counts[stage, kind, month] for month in months]
    return Row(Stage(stage).label, Kind(kind).label, each, sum(each))
