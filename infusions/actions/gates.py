"""What must hold before drug flows from a bag. Every reason found is told at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from audit.actions import subject_of
from checklists import gate
from checklists.models import Checklist
from commands.refusals import refuse
from display.formats import local
from infusions import pump_state, queries, readiness
from infusions.cover.bag_now import EMPTY_FOR
from infusions.cover.links import empty_at
from infusions.models import Bag, Cycle, DoseOrder, PumpProgram
from infusions.plans.words import moment_of
from protocol.stops import HardStop, Stop


@dataclass(frozen=True)
class Gates:
    """What a start or a bag change rests on."""

    order: DoseOrder
    checklist: Checklist
    program: PumpProgram


def find_bag(cycle: Cycle, code: str) -> Bag:
    """The scanned bag, locked. A bag of another patient is refused without saying whose."""
    bag = Bag.objects.select_for_update(of=("self",)).select_related("planned")
    bag = bag.filter(code__iexact=code.strip()).first()
    if bag is None:
        raise HardStop(
            Stop("bag.not_found", _("No bag has this code. Scan it again."), field="bag_code")
        )
    if bag.cycle_id != cycle.pk:
        message = _("This bag is not for this patient and cycle. Take it away; scan the right bag.")
        raise HardStop(Stop("bag.other_patient", message, field="bag_code"))
    return bag


def refuse_running_bag(cycle: Cycle, bag: Bag) -> None:
    """The code was scanned from the bag that hangs, not from the one that is to follow."""
    if bag.pk == cycle.current_bag_id:
        message = _("This is the bag that hangs now. Scan the new bag that you hold.")
        refuse("bag.running", message, field="bag_code")


def check_bag_not_empty(cycle: Cycle, at: datetime) -> None:
    """A pump behind an empty bag stands still. That is a stop, with its own clock and its own
    consequences, and no part of a bag change."""
    empty = empty_at(cycle)
    if at - empty <= EMPTY_FOR:
        return
    message = _("The bag before ran empty at %(when)s. Record the stop at that time first; then "
                "restart with the new bag.")  # fmt: skip
    when = moment_of(local(empty, cycle.patient.care_team.site.zone))
    raise HardStop(Stop("bag.ran_empty", message % {"when": when}, field="occurred_at"))


def judge(cycle: Cycle, bag: Bag, *, at: datetime, elapsed: timedelta, event: str | None) -> Gates:
    """Raises HardStop with every gate that is shut. `event` names the premedication, if any."""
    if stops := readiness.stops_of(cycle, bag, at=at, elapsed=elapsed, event=event):
        raise HardStop(*stops)
    return Gates(
        queries.signed_order_of(cycle),
        gate.require(kind=readiness.CHECKLIST, subject=subject_of(bag), at=at),
        pump_state.verified_program(bag=bag, at=at),
    )
