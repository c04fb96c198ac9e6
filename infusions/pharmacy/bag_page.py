"""What the page of a bag reads: its vials, how it was made and what happened to it."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import subject_of
from audit.models import Event
from display.formats import when
from infusions import queries
from infusions.models import Bag, Cycle, MakeSession

GONE = (Bag.State.DISCARDED, Bag.State.REJECTED, Bag.State.QUARANTINED)


def planned_bag(cycle: Cycle, n: int):
    """Bag n of the plan that counts, or None."""
    plan = queries.plan_of(cycle)
    return plan.bags.filter(n=n).first() if plan else None


def made_bag(planned) -> Bag | None:
    """The bag that was made for this place in the plan and is not lost."""
    return planned.made.exclude(state__in=GONE).order_by("-pk").first()


def vials_of(bag: Bag) -> list[dict]:
    """Vials that count, each with the entry it corrects."""
    rows = bag.vial_lots.filter(corrected_by=None).select_related("corrects", "recorded_by")
    return [{"vial": row, "original": row.corrects} for row in rows.order_by("pk")]


def how_made(bag: Bag) -> dict:
    """Step by step (with its session) or logged afterwards (with the reason); `how` None: of a
    time when nobody said."""
    work = bag.work.filter(corrected_by=None).first()
    return {"work": work, "make": MakeSession.objects.filter(bag=bag).first()}


def work_before(bag: Bag) -> list:
    """What was logged at the hood and corrected since, newest first."""
    rows = bag.work.exclude(corrected_by=None).select_related("corrected_by__recorded_by")
    return list(rows.order_by("-pk"))


def history_of(bag: Bag, *, may_correct: bool = False) -> list[dict]:
    """What happened to the bag, newest first."""
    found = [_entry(bag.prepared_at, "flask-conical", _("Made"), "", bag.compounded_by)]
    for check in bag.checks.select_related("checked_by").order_by("pk"):
        found.append(_check_entry(check))
    zone = bag.cycle.patient.care_team.site.zone
    moves = bag.moves.filter(corrected_by=None).select_related("recorded_by", "corrects")
    found += [_move_entry(move, zone, may_correct) for move in moves.order_by("pk")]
    for event in Event.objects.filter(subject=subject_of(bag), verb__in=SET_APART):
        title = SET_APART[event.verb]()
        words = event.reason or bag.discarded_because
        icon = ICONS.get(event.verb, "signature")
        found.append(_entry(event.at, icon, title, words, event.actor))
    return sorted(found, key=lambda entry: entry["at"], reverse=True)


SET_APART = {
    "discarded_bag": lambda: _("Discarded"),
    "quarantined_bag": lambda: _("Quarantined"),
    "proved_custody": lambda: _("How it was kept was signed for"),
    "decided_dispute": lambda: _("A third person decided"),
    "asked_emergency_release": lambda: _("Asked to release on a single check"),
    "released_alone": lambda: _("Released on a single check"),
}


ICONS = {
    "discarded_bag": "trash-2",
    "quarantined_bag": "octagon-alert",
    "proved_custody": "signature",
}


def _move_entry(move, zone: str, may_correct: bool) -> dict:
    title = _("Scan taken back") if move.is_withdrawn else _("Scanned")
    entry = _entry(move.moved_at, "package", title, _where(move), move.recorded_by)
    if move.corrects is not None:
        entry |= {
            "text": "" if move.is_withdrawn else _where(move),
            "original": f"{_where(move.corrects)}, {_time(move.corrects.moved_at, zone)}",
            "corrected_by": move.recorded_by,
            "corrected_at": move.recorded_at,
            "reason": move.correction_reason,
        }
    if may_correct and not move.is_withdrawn:
        url = reverse("infusions:correct_move", args=[move.uuid])
        entry |= {"url": url, "url_label": _("Correct")}
    return entry


def _time(at: datetime, zone: str) -> str:
    return when(at, zone, at)


def _where(move) -> str:
    return f"{move.get_place_display()}, {move.get_storage_display()}"


def _check_entry(check) -> dict:
    """That it was read and whether it agreed; never what."""
    title, level = _title_of(check)
    how = "" if check.method == "in_person" else check.get_method_display()
    words = f"{how}: {check.method_note}" if check.method_note else how
    entry = _entry(check.checked_at, "shield-check", title, words, check.checked_by)
    return {**entry, "level": level}


def _title_of(check) -> tuple[str, str]:
    if check.too_fast:
        return _("Reading too fast, not counted"), "critical"
    if check.part == "third":
        return _("Read by a third person"), ""
    if check.part == "maker":
        return _("Read again by the maker"), ""
    if check.stage == "label":
        told = (_("Label read: it agrees"), "done")
        return told if check.agreed else (_("Label read otherwise"), "critical")
    told = (_("Checked: the readings agree"), "done")
    return told if check.agreed else (_("Readings differ"), "critical")


def _entry(at, icon: str, title: str, text: str, by) -> dict:
    return {"at": at, "icon": icon, "title": title, "text": text, "by": by}
