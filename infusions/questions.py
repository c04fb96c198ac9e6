"""What the prescriber is asked about a cycle and has not answered yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import subject_of
from infusions import queries
from infusions.models import Bag, Cycle, InfusionEvent, MedicationGiven, PrescriberAnswer
from infusions.premedications import RESTART, START, STEP, answer_to, due_before, given_words
from infusions.run_lists import current_stop
from notifications.models import Reminder
from protocol.interruptions import four_hour_mark

KIND = "prescriber_question"
OPEN = ("waiting", "raised", "acknowledged")
Question = PrescriberAnswer.Question


@dataclass(frozen=True)
class Asked:
    """A question of the label set or of the stop, open since `since`."""

    question: str
    since: datetime


@dataclass(frozen=True)
class Entry:
    """An entry whose meaning for the patient the prescriber has still to say."""

    subject: str
    words: str
    url: str


def asked_now(cycle: Cycle) -> Asked | None:
    """What the infusion waits for, or will wait for at its start or dose step."""
    if cycle.state == Cycle.State.INTERRUPTED:
        return _of_stop(cycle)
    if cycle.state == Cycle.State.ORDERED:
        return _of_premedication(cycle, START, cycle.planned_start, cycle.planned_start)
    step = queries.next_step_after(cycle, timedelta(seconds=cycle.delivered_s))
    if cycle.state == Cycle.State.RUNNING and step is not None:
        step_at = cycle.as_of + step - timedelta(seconds=cycle.delivered_s)
        return _of_premedication(cycle, STEP, step_at, cycle.started_at)
    return None


def _of_stop(cycle: Cycle) -> Asked | None:
    stop = current_stop(cycle)
    if stop is not None and stop.cause == "adverse_reaction":
        answers = answers_of_stop(stop, Question.ADVERSE_REACTION)
        return None if answers else Asked(Question.ADVERSE_REACTION, cycle.stopped_at)
    mark = four_hour_mark(cycle.stopped_at)
    return _of_premedication(cycle, RESTART, mark, mark)


def _of_premedication(cycle: Cycle, event: str, at: datetime, since: datetime) -> Asked | None:
    if due_before(cycle, event, at).needed != "ask" or answer_to(cycle, event) is not None:
        return None
    return Asked(f"{event}_premedication", since)


def answers_of_stop(stop: InfusionEvent | None, question: str) -> list[PrescriberAnswer]:
    """Newest first. An answer given before the entry of the stop was corrected counts too."""
    stops = []
    while stop is not None:
        stops.append(stop.pk)
        stop = stop.corrects
    rows = PrescriberAnswer.objects.filter(stop_event__in=stops, question=question)
    return list(rows.order_by("-answered_at", "-pk"))


def entries_of(cycle: Cycle) -> list[Entry]:
    """Open questions about single entries, oldest first."""
    rows = Reminder.objects.filter(patient=cycle.patient, kind=KIND, state__in=OPEN)
    rows = rows.exclude(subject=subject_of(cycle)).order_by("due_at", "pk")
    found = (_entry(cycle, subject) for subject in rows.values_list("subject", flat=True))
    return [entry for entry in found if entry is not None]


def _entry(cycle: Cycle, subject: str) -> Entry | None:
    """None: it belongs to another cycle of the patient."""
    kind, _colon, uuid = subject.partition(":")
    rows = {
        "infusions.bag": Bag,
        "infusions.infusionevent": InfusionEvent,
        "infusions.medicationgiven": MedicationGiven,
    }[kind].objects.filter(uuid=uuid, cycle=cycle)
    row = rows.first()
    return None if row is None else Entry(subject, *_about(row))


def _about(row) -> tuple[str, str]:
    if isinstance(row, Bag):
        words = _("Bag %(code)s: something about it turned out otherwise") % {"code": row.code}
        return words, reverse("infusions:bag", args=[row.uuid])
    if isinstance(row, MedicationGiven):
        words = _("Premedication was corrected: %(given)s") % {"given": given_words(row)}
        return words, reverse("infusions:medication", args=[row.cycle.uuid])
    return _("The line was flushed"), reverse("infusions:events", args=[row.cycle.uuid])
