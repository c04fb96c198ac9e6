"""The steps at the bedside before a bag is hung, in the order a nurse does them: each to do, done,
or no longer valid. Judged by the same functions as the gates."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.actions import subject_of
from checklists.gate import counts_until
from checklists.standing import standing_of
from display.formats import clock24
from infusions import premedications, pump_state
from infusions.models import Bag, Cycle, PumpProgram
from infusions.premedications import RESTART, START, Standing
from infusions.readiness import CHECKLIST, premedications_before
from teams.permissions import Permission, can

P = Permission
DONE, TODO, WAITING, EXPIRED, PROBLEM = "done", "todo", "waiting", "expired", "problem"
LABELS = {
    "cycle_start": gettext_noop("Premedication"),
    "step": gettext_noop("Premedication before the dose step"),
    "restart": gettext_noop("Premedication before the restart"),
}
STATE_OF_STOP = {
    "premedication.other": PROBLEM,
    "premedication.too_late": WAITING,
    "premedication.too_early": EXPIRED,
    "premedication.after_event": PROBLEM,
}

# state of the cycle -> the page on which its next bag is hung
HANG = {
    Cycle.State.PLANNED: "start",
    Cycle.State.ORDERED: "start",
    Cycle.State.RUNNING: "change_bag",
    Cycle.State.INTERRUPTED: "resume",
}


def hang_url(cycle: Cycle) -> str:
    return reverse(f"infusions:{HANG[cycle.state]}", args=[cycle.uuid])


def steps_before(cycle: Cycle, planned, bag: Bag | None, user, at: datetime) -> list[dict]:
    """For `_steps.html`. `bag` is None while nobody has made it."""
    given = premedications_before(cycle, planned.dose_mcg_per_day, at)
    return [
        brought(cycle, bag, user, at),
        *(premedicated(cycle, one, user, at) for one in given),
        *pump_steps(cycle, bag, user, at),
        checklist(cycle, bag, user, at),
    ]


def step(label: str, state: str, text: str, url: str, *, user, permission, whose: str) -> dict:
    """A link for whoever may do it; for others the words say whose it is."""
    may = can(user, permission)
    said = [text, "" if may or state == DONE else whose]
    return {
        "label": label,
        "state": state,
        "text": " · ".join(part for part in said if part),
        "url": url if may else "",
    }


def by_whom(cycle: Cycle, who, moment: datetime, at: datetime) -> str:
    return f"{who}, {told(cycle, moment, at)}"


def told(cycle: Cycle, moment: datetime, at: datetime) -> str:
    return clock24(moment, cycle.patient.care_team.site.zone, at)


def brought(cycle: Cycle, bag: Bag | None, user, at: datetime) -> dict:
    whose = {"user": user, "permission": P.MOVE_BAG, "whose": _("Who carries it")}
    here = cycle.get_responsible_setting_display()
    label = _("Brought to: %(here)s") % {"here": here}
    if bag is None:
        return step(label, TODO, "", "", **whose)
    url = reverse("infusions:move_bag", args=[bag.uuid])
    if bag.place != cycle.responsible_setting:
        text = _("Last scanned at: %(place)s") % {"place": bag.get_place_display()}
        return step(label, TODO, text, url, **whose)
    rows = bag.moves.filter(corrected_by=None, is_withdrawn=False).select_related("recorded_by")
    move = rows.order_by("-moved_at", "-pk").first()
    text = by_whom(cycle, move.recorded_by, move.moved_at, at) if move else ""
    return step(label, DONE, text, url, **whose)


def premedicated(cycle: Cycle, standing: Standing, user, at: datetime) -> dict:
    label = _(LABELS[standing.event])
    asks = standing.stop is not None and standing.stop.code == "premedication.ask"
    page = "prescriber_answer" if asks else "medication"
    return step(
        label,
        _premedication_state(standing),
        premedication_words(cycle, standing, at),
        reverse(f"infusions:{page}", args=[cycle.uuid]),
        user=user,
        permission=P.DECIDE if asks else P.GIVE_MEDICATION,
        whose=_("The oncologist answers") if asks else _("Nurse"),
    )


def _premedication_state(standing: Standing) -> str:
    if standing.stop is None:
        return DONE
    return STATE_OF_STOP.get(standing.stop.code, TODO)


def premedication_words(cycle: Cycle, standing: Standing, at: datetime) -> str:
    """What was given and how long it counts, else what is due and when."""
    stop, due, given = standing.stop, standing.due, standing.given
    if stop is None and given is None:
        return due.text if due.needed == "no" else _("The prescriber decided: none")
    if stop is None:
        text = f"{premedications.given_words(given)}, "
        text += by_whom(cycle, given.recorded_by, given.given_at, at)
        return text + _counts_words(cycle, standing, at)
    if stop.code == "premedication.missing" and due.drug:
        return f"{premedications.dose_words(due)}, {when_due(cycle, standing, at)}"
    return stop.message


def _counts_words(cycle: Cycle, standing: Standing, at: datetime) -> str:
    """Until when it counts, and that the event is planned later than that."""
    if standing.counts_until is None:
        return ""
    text = _(" · counts until %(until)s") % {"until": told(cycle, standing.counts_until, at)}
    event_at = planned_time(cycle, standing.event)
    if event_at is not None and event_at > standing.counts_until:
        text += _(", before the planned %(planned)s") % {"planned": told(cycle, event_at, at)}
    return text


def when_due(cycle: Cycle, standing: Standing, at: datetime) -> str:
    """The window before the event, with its times while the planned event lies ahead."""
    words = premedications.window_words(cycle, standing.due)
    event_at = planned_time(cycle, standing.event)
    if event_at is None or event_at <= at:
        return words
    first, last = premedications.give_between(cycle, standing.due, event_at)
    times = {"planned": told(cycle, event_at, at), "last": told(cycle, last, at)}
    if first is None:
        return words + _(": by %(last)s for %(planned)s") % times
    times["first"] = told(cycle, first, at)
    return words + _(": from %(first)s to %(last)s for %(planned)s") % times


def planned_time(cycle: Cycle, event: str) -> datetime | None:
    """Of the start or the bag change; a restart is planned by nobody."""
    if event == RESTART:
        return None
    return cycle.planned_start if event == START else cycle.next_change_at


def pump_steps(cycle: Cycle, bag: Bag | None, user, at: datetime) -> list[dict]:
    program = pump_state.newest_program(bag) if bag else None
    stop = pump_state.problem_of(program, at)
    return [
        _programmed(cycle, bag, program, stop, user, at),
        _read_back(cycle, bag, program, stop, user, at),
    ]


def _programmed(cycle: Cycle, bag, program: PumpProgram | None, stop, user, at: datetime) -> dict:
    code, state, text = stop.code if stop else "", TODO, ""
    if program is not None:
        state, text = DONE, by_whom(cycle, program.entered_by, program.entered_at, at)
    if code in ("pump.disagree", "pump.read_expired", "pump.read_later"):
        state = PROBLEM if code == "pump.disagree" else EXPIRED
        text = stop.message
    return step(
        _("Pump programmed"),
        state,
        text,
        reverse("infusions:program_pump", args=[bag.uuid]) if bag else "",
        user=user,
        permission=P.PROGRAM_PUMP,
        whose=_("Nurse"),
    )


def _read_back(cycle: Cycle, bag, program: PumpProgram | None, stop, user, at: datetime) -> dict:
    waits = stop is not None and stop.code == "pump.not_read"
    is_mine = waits and program.entered_by_id == user.pk
    state, text, url = TODO, "", ""
    if stop is None:
        until = told(cycle, program.read_at + pump_state.VALID_FOR, at)
        text = by_whom(cycle, program.read_by, program.read_at, at)
        state, text = DONE, text + _(" · counts until %(until)s") % {"until": until}
    elif waits:
        who = {"who": program.entered_by}
        text = _("Somebody other than you") if is_mine else _("Not by %(who)s") % who
    if waits and not is_mine:
        url = reverse("infusions:read_pump_back", args=[program.uuid])
    elif bag is not None and can(user, P.PROGRAM_PUMP):
        url = reverse("infusions:program_pump", args=[bag.uuid])
    return step(
        _("Pump read back by another person"),
        state,
        text,
        url,
        user=user,
        permission=P.READ_PUMP_BACK,
        whose=_("Second nurse or pharmacist"),
    )


def checklist(cycle: Cycle, bag: Bag | None, user, at: datetime) -> dict:
    state, text, url = TODO, "", ""
    if bag is not None:
        url = reverse("infusions:pre_infusion", args=[bag.uuid])
        state, text = _checklist_words(cycle, bag, at)
    return step(
        _("Pre-infusion checklist"),
        state,
        text,
        url,
        user=user,
        permission=P.ANSWER_CHECKLIST,
        whose=_("Nurse"),
    )


def _checklist_words(cycle: Cycle, bag: Bag, at: datetime) -> tuple[str, str]:
    found = standing_of(kind=CHECKLIST, subject=subject_of(bag), at=at)
    if found is None or found.checklist is None:
        return TODO, ""
    if found.is_done:
        signed = found.checklist
        text = by_whom(cycle, signed.signature.printed_name, signed.signed_at, at)
        until = counts_until(signed)
        if until is not None:
            text += _(" · counts until %(until)s") % {"until": told(cycle, until, at)}
        return DONE, text
    if any(item.state == "wrong" for item in found.items):
        return PROBLEM, _("An answer is not as it must be.")
    if found.checklist.signed_at is not None:
        return EXPIRED, _("Answers older than 60 minutes: answer again.")
    words = {"done": found.answered, "total": found.total}
    return TODO, _("%(done)s of %(total)s answered, not signed") % words
