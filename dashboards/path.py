"""The path of the next bag: what is done, what is next, and whose it is. Links only; the actions
themselves decide what is allowed."""

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import subject_of
from checklists.models import Checklist
from infusions.models import PumpProgram
from teams.permissions import Permission, can

P = Permission


def path_of_next_bag(cycle, user, planned, bag) -> list[dict]:
    """Steps for `_steps.html`: label, state, text, url. The first open one is current."""
    if planned is None:
        return []
    checklist = newest_checklist(bag)
    program = newest_program(bag)
    order = cycle.orders.order_by("-pk").first()
    steps = [
        step(
            _("Order signed"),
            order is not None and order.is_signed,
            user,
            P.SIGN_ORDER,
            reverse("infusions:order", args=[cycle.uuid]),
            _("Oncologist"),
        ),
        step(
            _("Bag %(n)s made") % {"n": planned.n},
            bag is not None,
            user,
            P.COMPOUND,
            reverse("infusions:compound", args=[cycle.uuid, planned.n]),
            _("Pharmacy"),
        ),
        *bag_steps(bag, user, cycle, checklist, program),
        *premedication_steps(cycle, planned, user),
        step(
            _("Start the infusion") if cycle.state == "ordered" else _("Change the bag"),
            False,
            user,
            P.RUN_INFUSION,
            reverse(
                "infusions:start" if cycle.state == "ordered" else "infusions:change_bag",
                args=[cycle.uuid],
            ),
            _("Nurse"),
        ),
    ]
    for item in steps:
        if item["state"] == "todo":
            item["state"] = "current"
            break
    return steps


def bag_steps(bag, user, cycle, checklist, program) -> list[dict]:
    def url(name, *args):
        return reverse(f"infusions:{name}", args=args) if bag else ""

    uuid = bag.uuid if bag else None
    here = cycle.responsible_setting
    read_url = (
        url("read_pump_back", program.uuid)
        if program and program.entered_by_id != user.pk
        else url("program_pump", uuid)
    )
    return [
        step(
            _("Checked by a second pharmacist"),
            bag is not None and bag.state == "released",
            user,
            P.CHECK_BAG,
            url("check_bag", uuid),
            _("Pharmacist"),
        ),
        step(
            _("Brought here"),
            bag is not None and bag.place == here,
            user,
            P.MOVE_BAG,
            url("move_bag", uuid),
            _("Who carries it"),
        ),
        step(
            _("Pre-infusion checklist"),
            checklist is not None and checklist.signed_at is not None,
            user,
            P.ANSWER_CHECKLIST,
            url("pre_infusion", uuid),
            _("Nurse"),
        ),
        step(
            _("Pump programmed"),
            program is not None,
            user,
            P.PROGRAM_PUMP,
            url("program_pump", uuid),
            _("Nurse"),
        ),
        step(
            _("Pump read back by another person"),
            program is not None and program.agreed,
            user,
            P.READ_PUMP_BACK,
            read_url,
            _("Second nurse or pharmacist"),
        ),
    ]


def premedication_steps(cycle, planned, user) -> list[dict]:
    """Before the start and before a dose step; whether the label set wants it is asked there."""
    event = "cycle_start" if cycle.state == "ordered" else "step"
    if event == "step" and cycle.dose_mcg_per_day == planned.dose_mcg_per_day:
        return []
    given = cycle.medications.filter(before=event, corrected_by=None, is_withdrawn=False).exists()
    url = reverse("infusions:medication", args=[cycle.uuid])
    return [step(_("Premedication"), given, user, P.GIVE_MEDICATION, url, _("Nurse"))]


def step(label, done, user, permission, url, whose) -> dict:
    return {
        "label": label,
        "state": "done" if done else "todo",
        "text": "" if done else whose,
        "url": url if not done and can(user, permission) else "",
    }


def newest_checklist(bag) -> Checklist | None:
    if bag is None:
        return None
    return Checklist.objects.filter(subject=subject_of(bag)).order_by("-pk").first()


def newest_program(bag) -> PumpProgram | None:
    if bag is None:
        return None
    return bag.programs.order_by("-pk").first()
