"""Reads for pages. Whoever may not see the patient gets 404."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _

from checklists import gate
from checklists.models import Answer, Checklist
from patients.queries import visible_to
from protocol.stops import Stop

STATES = {"missing": "open", "expired": "expired", "wrong": "wrong", "later": "expired"}


@dataclass(frozen=True)
class Line:
    """One item as the page shows it: its answer, and what is wrong with it."""

    item: dict
    answer: Answer | None
    problem: Stop | None

    @property
    def state(self) -> str:
        return STATES[self.problem.code.split(".")[1]] if self.problem else "right"

    @property
    def key(self) -> str:
        return self.item["key"]


def get_checklist_for(user, uuid) -> Checklist:
    found = (
        Checklist.objects.filter(uuid=uuid, patient__in=visible_to(user))
        .select_related("template", "patient__care_team__site__organisation", "signature")
        .first()
    )
    if found is None:
        raise Http404
    return found


def lines_of(checklist: Checklist, at: datetime) -> list[Line]:
    answers = gate.current_answers(checklist)
    return [
        Line(
            item,
            answers.get(item["key"]),
            gate.problem(checklist, item, answers.get(item["key"]), at),
        )
        for item in checklist.template.items
    ]


def lists_of(subject: str, kind: str):
    """Newest first."""
    return (
        Checklist.objects.filter(subject=subject, template__kind=kind)
        .select_related("template", "opened_by", "signature")
        .order_by("-opened_at", "-id")
    )


def answers_with_history(checklist: Checklist):
    """Every answer ever given, oldest first, in words; corrected ones carry `corrected_by`."""
    questions = {item["key"]: item["text"] for item in checklist.template.items}
    yes_no = {"yes": _("Yes"), "no": _("No")}
    rows = checklist.answers.select_related("recorded_by", "corrected_by").order_by("recorded_at")
    for row in rows:
        row.item_words = questions.get(row.item, row.item)
        row.value_words = yes_no.get(row.value, row.value)
    return rows
