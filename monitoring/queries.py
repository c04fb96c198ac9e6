"""What was observed and what is due. A row counts when nothing corrects it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.http import Http404

from infusions.models import Cycle
from monitoring.findings import NEURO, NEURO_FIELDS, Found, age_at, found_in, found_in_check
from monitoring.models import NeuroCheck, VitalSigns, Watch
from patients.queries import visible_to

FINDINGS = NEURO_FIELDS
OVER = (Cycle.State.ENDED, Cycle.State.DISCONTINUED)
PARTS = ("cycle__patient__care_team__site__organisation", "recorded_by")


@dataclass(frozen=True)
class Due:
    kind: str
    label: str
    due_at: datetime
    late_at: datetime
    is_late: bool


def due_observations(cycle: Cycle, at: datetime) -> list[Due]:
    return due_by_cycle([cycle], at)[cycle.pk]


def due_by_cycle(cycles, at: datetime) -> dict[int, list[Due]]:
    """The next observation of each open watch, soonest first; three queries for any number."""
    found: dict[int, list[Due]] = {cycle.pk: [] for cycle in cycles}
    going_on = [cycle.pk for cycle in cycles if cycle.state not in OVER]
    last = {
        Watch.Kind.VITALS: newest(VitalSigns, "measured_at", going_on),
        Watch.Kind.NEURO: newest(NeuroCheck, "checked_at", going_on),
    }
    for watch in Watch.objects.filter(cycle__in=going_on, ended_at=None):
        found[watch.cycle_id].append(due_of(watch, last[watch.kind].get(watch.cycle_id), at))
    return {pk: sorted(rows, key=lambda due: due.due_at) for pk, rows in found.items()}


def newest(model, moment: str, cycles: list[int]) -> dict[int, datetime]:
    rows = model.objects.filter(cycle__in=cycles, corrected_by=None).order_by()
    return dict(rows.values_list("cycle").annotate(Max(moment)))


def due_of(watch: Watch, last: datetime | None, at: datetime) -> Due:
    due_at = watch.from_at
    if last is not None and last >= watch.from_at:
        due_at = last + timedelta(minutes=watch.every_minutes)
    late_at = due_at + timedelta(minutes=watch.grace_minutes)
    return Due(watch.kind, watch.get_kind_display(), due_at, late_at, at > late_at)


def watches_of(cycle: Cycle):
    return cycle.watches.filter(ended_at=None).select_related("set_by").order_by("kind")


def vitals_of(cycle: Cycle, since: datetime | None = None):
    """Current rows, oldest first."""
    rows = cycle.vitals.filter(corrected_by=None).order_by("measured_at", "id")
    return rows if since is None else rows.filter(measured_at__gte=since)


def neuro_of(cycle: Cycle, since: datetime | None = None):
    rows = cycle.neuro_checks.filter(corrected_by=None).order_by("checked_at", "id")
    return rows if since is None else rows.filter(checked_at__gte=since)


def last_vitals(cycle: Cycle) -> VitalSigns | None:
    return vitals_of(cycle).last()


def last_neuro(cycle: Cycle) -> NeuroCheck | None:
    return neuro_of(cycle).last()


def every_vitals(cycle: Cycle, since: datetime):
    """Corrected rows too, newest first."""
    rows = cycle.vitals.filter(measured_at__gte=since).order_by("-measured_at", "-id")
    return rows.select_related("recorded_by", "corrected_by", "corrects")


def every_neuro(cycle: Cycle, since: datetime):
    rows = cycle.neuro_checks.filter(checked_at__gte=since).order_by("-checked_at", "-id")
    return rows.select_related("recorded_by", "corrected_by", "corrects")


def found_of(row) -> list[Found]:
    """What in this observation somebody must hear of."""
    if isinstance(row, NeuroCheck):
        return found_in_check(row)
    return found_in(row, age_at(row))


def kinds_in(row) -> list[str]:
    return list(dict.fromkeys(one.kind for one in found_of(row)))


def newest_with(cycle: Cycle, kind: str, since: datetime):
    """The newest current observation since then that has a finding of this kind, or None."""
    rows = neuro_of(cycle, since) if kind == NEURO else vitals_of(cycle, since)
    return next((row for row in reversed(rows) if kind in kinds_in(row)), None)


def is_changed(check: NeuroCheck) -> bool:
    return bool(found_in_check(check))


def findings_since(cycle: Cycle, since: datetime) -> list[tuple[datetime, Found]]:
    """(when, what) of each current observation since then, newest first."""
    rows = [(row.measured_at, row) for row in vitals_of(cycle, since)]
    rows += [(row.checked_at, row) for row in neuro_of(cycle, since)]
    rows.sort(key=lambda pair: pair[0], reverse=True)
    return [(moment, one) for moment, row in rows for one in found_of(row)]


def get_row_for(user, model, uuid):
    """A current observation of a patient this person may see; 404 otherwise."""
    rows = model.objects.filter(cycle__patient__in=visible_to(user), corrected_by=None)
    found = rows.select_related(*PARTS).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found
