"""Why a bag may not be hung yet, grouped by where it is put right, each with its link."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from display.refusals import Refusal
from infusions.pump_state import newest_program
from teams.permissions import Permission, can

P = Permission
FEW = 3  # more answers than these that are too old are counted, not listed


@dataclass
class Group:
    """`lines` say what is wrong; `url` is empty for whoever may not put it right: `whose` says who
    may."""

    title: str
    url: str = ""
    action: str = ""
    whose: str = ""
    lines: list[Refusal] = field(default_factory=list)


def grouped(cycle, bag, found: list[Refusal], user) -> list[Group]:
    """In the order in which they were found. `bag`: the one that is to hang; may be None."""
    groups: dict[str, Group] = {}
    for one in found:
        key = key_of(one.code)
        if key not in groups:
            groups[key] = group_of(key, cycle, bag, user)
        groups[key].lines.append(one)
    for group in groups.values():
        group.lines = shortened(group.lines)
    return list(groups.values())


KEYS = {
    "order.unsigned": "order",
    "bag.not_here": "place",
    "bag.state": "bag",
    "bag.expired": "bag",
    "bag.begin_by": "bag",
    "bag.quarantined": "bag",
    "bag.not_released": "bag",
    "bag.label_not_checked": "bag",
    "bag.wrong_dose": "bag",
    "bag.dose_too_early": "bag",
    "bag.empty": "bag",
    "bag.ran_empty": "stop",
    "pump.not_read": "read_back",
    "premedication.ask": "answer",
    "premedication.too_early": "premedication",
    "restart.adverse_reaction": "answer",
    "restart.supervised": "",
    "interruption.new_cycle": "answer",
    "interruption.same_cycle_ask": "answer",
    "pump.ten_fold": "",
    "pump.other_rate": "",
}
FAMILIES = {"premedication": "premedication", "pump": "program", "checklist": "checklist"}


def key_of(code: str) -> str:
    """Of a stop; "" for what is put right on the page itself."""
    return KEYS.get(code, FAMILIES.get(code.split(".")[0], ""))


def group_of(key: str, cycle, bag, user) -> Group:
    if not key:
        return Group(_("On this page"))
    title, action, page, permission, whose = _where(key)
    url = _url(page, cycle, bag, user) if can(user, permission) else ""
    return Group(title, url, action if url else "", "" if url else whose)


def _where(key: str) -> tuple:
    """Title, words of the link, page, permission, and whose it is."""
    nurse, second = _("Nurse"), _("Second nurse or pharmacist")
    return {
        "order": (_("Order"), _("Sign the order"), "order", P.SIGN_ORDER, _("Oncologist")),
        "bag": (_("The bag"), _("Open the bag"), "bag", P.SEE_CHART, ""),
        "place": (_("The bag"), _("Scan it in"), "move_bag", P.MOVE_BAG, nurse),
        "stop": (_("Stop"), _("Record the stop"), "interrupt", P.STOP_INFUSION, nurse),
        "premedication": (
            _("Premedication"),
            _("Record what was given"),
            "medication",
            P.GIVE_MEDICATION,
            nurse,
        ),
        "answer": (
            _("Prescriber"),
            _("Answer as prescriber"),
            "prescriber_answer",
            P.DECIDE,
            _("The oncologist answers"),
        ),
        "program": (_("Pump"), _("Program the pump"), "program_pump", P.PROGRAM_PUMP, nurse),
        "read_back": (_("Pump"), _("Read the pump back"), "read_back", P.READ_PUMP_BACK, second),
        "checklist": (
            _("Checklist"),
            _("Answer the checklist"),
            "checklist",
            P.ANSWER_CHECKLIST,
            nurse,
        ),
    }[key]


OF_BAG = ("bag", "move_bag", "program_pump")


def _url(page: str, cycle, bag, user) -> str:
    if page == "checklist":
        page, bag = _list_of(cycle, bag)
        return reverse(f"infusions:{page}", args=[bag.uuid if bag else cycle.uuid])
    if page == "read_back":
        return _read_back_url(bag, user)
    if page in OF_BAG:
        return reverse(f"infusions:{page}", args=[bag.uuid]) if bag else ""
    return reverse(f"infusions:{page}", args=[cycle.uuid])


def _list_of(cycle, bag):
    """Of the bag that is to hang; of the stop when the bag that hung goes on."""
    hung = bag is None or bag.pk == cycle.current_bag_id
    return ("restart_list", None) if hung else ("pre_infusion", bag)


def _read_back_url(bag, user) -> str:
    """Nobody reads back what they entered themselves: they see whom it waits for."""
    program = newest_program(bag) if bag else None
    if program is None:
        return ""
    if program.entered_by_id == user.pk:
        return reverse("infusions:program_pump", args=[bag.uuid]) if bag else ""
    return reverse("infusions:read_pump_back", args=[program.uuid])


def shortened(lines: list[Refusal]) -> list[Refusal]:
    """Many answers that are too old are one line."""
    old = [one for one in lines if one.code == "checklist.expired"]
    if len(old) <= FEW:
        return lines
    words = ngettext(
        "%(n)s answer is older than 60 minutes. Answer it again.",
        "%(n)s answers are older than 60 minutes. Answer them again.",
        len(old),
    ) % {"n": len(old)}
    rest = [one for one in lines if one.code != "checklist.expired"]
    return [*rest, Refusal(words, "checklist.expired")]
