"""Alerts that are open, with the figure they are about: for the board, the chart and lists."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from monitoring.findings import KINDS, TITLES, age_at, found_in
from monitoring.models import VitalSigns
from notifications.models import Reminder

OPEN = ("waiting", "raised", "acknowledged")
LOOK_BACK = timedelta(hours=24)  # a reading may be charted that long after it was taken


@dataclass(frozen=True)
class Alert:
    """One kind of finding of one patient that is not closed; `text` has its newest figure."""

    kind: str
    text: str
    since: datetime
    taken_by: object

    @property
    def is_waiting(self) -> bool:
        return self.taken_by is None


def open_reminders(patient) -> list[Reminder]:
    rows = Reminder.objects.filter(patient=patient, kind__in=KINDS, state__in=OPEN)
    return list(rows.select_related("acknowledged_by").order_by("due_at", "pk"))


def alerts_of(cycle) -> list[Alert]:
    return alerts_by_patient([cycle.patient_id]).get(cycle.patient_id, [])


def alerts_by_patient(patients: list[int]) -> dict[int, list[Alert]]:
    """Those that wait first; two queries for any number of patients."""
    rows = Reminder.objects.filter(patient__in=patients, kind__in=KINDS, state__in=OPEN)
    reminders = list(rows.select_related("acknowledged_by").order_by("due_at", "pk"))
    texts = _newest_texts(reminders)
    found: dict[int, dict[str, Alert]] = {}
    for one in sorted(reminders, key=lambda row: row.acknowledged_by_id is not None):
        text = texts.get((one.patient_id, one.kind), _(TITLES[one.kind]).rstrip(":"))
        alert = Alert(one.kind, text, one.due_at, one.acknowledged_by)
        found.setdefault(one.patient_id, {}).setdefault(one.kind, alert)
    return {patient: list(kinds.values()) for patient, kinds in found.items()}


def _newest_texts(reminders: list[Reminder]) -> dict[tuple[int, str], str]:
    """(patient, kind) -> the words of the newest reading with such a finding."""
    patients = {one.patient_id for one in reminders}
    since = min((one.due_at for one in reminders), default=None)
    rows = VitalSigns.objects.none()
    if since is not None:
        rows = VitalSigns.objects.filter(
            cycle__patient__in=patients, corrected_by=None, measured_at__gte=since - LOOK_BACK
        )
    found = {}
    for row in rows.select_related("cycle__patient").order_by("measured_at", "pk"):
        for one in found_in(row, age_at(row)):
            found[(row.cycle.patient_id, one.kind)] = one.text
    return found
