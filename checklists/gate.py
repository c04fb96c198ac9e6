"""Whether a list lets something go on. Lists are found by the text name of their subject."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from checklists.definitions import possible_answers
from checklists.models import Answer, Checklist
from commands.refusals import refuse
from commands.scanned import own_code
from protocol.stops import HardStop, Stop

# Times typed by people have whole minutes; the answers carry seconds.
SAME_MINUTE = timedelta(minutes=1)


def require(*, kind: str, subject: str, at: datetime) -> Checklist:
    """The newest signed list of this kind for this subject, or HardStop with every reason."""
    checklist = newest_signed(kind=kind, subject=subject)
    if checklist is None:
        refuse(
            "checklist.missing",
            _("The checklist was not answered and signed. Answer every item, then sign it."),
        )
    if found := problems(checklist, at):
        raise HardStop(*found)
    return checklist


def newest_signed(*, kind: str, subject: str) -> Checklist | None:
    return (
        Checklist.objects.filter(template__kind=kind, subject=subject, signed_at__isnull=False)
        .select_related("template")
        .order_by("-signed_at", "-id")
        .first()
    )


def problems(checklist: Checklist, at: datetime) -> tuple[Stop, ...]:
    """Every item that is missing, wrong, too old or answered later than `at`."""
    answers = current_answers(checklist)
    found = (problem(checklist, i, answers.get(i["key"]), at) for i in checklist.template.items)
    return tuple(stop for stop in found if stop)


def problem(checklist: Checklist, item: dict, answer: Answer | None, at: datetime) -> Stop | None:
    if answer is None:
        return _stop("missing", item, _("Not answered yet."))
    if not is_accepted(checklist, item, answer.value):
        return _stop("wrong", item, item["refusal"])
    answered_at = answer.first_recorded_at
    if answered_at > at + SAME_MINUTE:
        return _stop("later", item, _("This was answered afterwards. Check it before, each time."))
    minutes = item.get("valid_minutes")
    if minutes and at - answered_at > timedelta(minutes=minutes):
        words = _("This was answered more than %(minutes)s minutes ago. Check again and answer it.")
        return _stop("expired", item, words % {"minutes": minutes})
    return None


def counts_until(checklist: Checklist) -> datetime | None:
    """When the first of its answers gets too old; None when all of them last."""
    answers = current_answers(checklist)
    ends = [
        answers[item["key"]].first_recorded_at + timedelta(minutes=item["valid_minutes"])
        for item in checklist.template.items
        if item.get("valid_minutes") and item["key"] in answers
    ]
    return min(ends, default=None)


def is_accepted(checklist: Checklist, item: dict, value: str) -> bool:
    if item["answer"] == "scan":
        return same_code(value, str(checklist.facts.get(item["fact"], "")))
    return value in item["accepted"] and value in possible_answers(item, checklist.facts)


def same_code(typed: str, code: str) -> bool:
    """Scanners and people add spaces and small letters; nothing else may differ."""
    return bool(code) and own_code(typed) == own_code(code)


def current_answers(checklist: Checklist) -> dict[str, Answer]:
    """The newest answer to each item that nothing corrects, in one query. `first_recorded_at`
    is when it was first given: a correction does not make an old look at the pump a new one."""
    rows = list(
        checklist.answers.select_related("recorded_by", "corrects").order_by("recorded_at", "id")
    )
    by_id = {row.pk: row for row in rows}
    corrected = {row.corrects_id for row in rows if row.corrects_id}
    found = {}
    for row in rows:
        first = row
        while first.corrects_id:
            first = by_id[first.corrects_id]
        row.first_recorded_at = first.recorded_at
        best = found.get(row.item)
        newer = best is None or row.first_recorded_at >= best.first_recorded_at
        if row.pk not in corrected and newer:
            found[row.item] = row
    return found


def _stop(code: str, item: dict, words: str) -> Stop:
    return Stop(f"checklist.{code}", f"{item['text']}: {words}", field=item["key"])
