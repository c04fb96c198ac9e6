"""What must hold before an interrupted infusion goes on."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from checklists import gate
from checklists.models import Checklist
from commands.refusals import refuse
from infusions import premedications, values
from infusions.models import Bag, Cycle, InfusionEvent
from infusions.pharmacy.holds import treatment_stops
from infusions.questions import answers_of_stop
from infusions.readiness import dose_fits
from infusions.run_lists import RESTART, current_stop, restart_list
from protocol import interruptions, stability
from protocol.interruptions import Consequences
from protocol.stops import HardStop, Stop
from protocol.timeline import RunState

TEN = Decimal(10)


def consequences(cycle: Cycle, run: RunState, at: datetime) -> Consequences:
    """What follows from the gap if the infusion goes on at `at`."""
    stop = current_stop(cycle)
    return interruptions.classify(
        values.label_of(cycle),
        gap=at - run.stopped_at,
        cause=stop.cause if stop else "",
        indication=cycle.indication,
        cycle_no=cycle.number,
        age_years=cycle.patient.age_years(at.date()),
        bsa_m2=cycle.bsa_m2,
        delivered=run.delivered,
    )


def judge_gap(
    cycle: Cycle, run: RunState, at: datetime, supervised_at: str, *, same_bag: bool
) -> Consequences:
    """Raises HardStop with everything the length and the cause of the gap ask for, and, when the
    bag that hung goes on, the list before a restart. A new bag has the longer list of its own."""
    found = consequences(cycle, run, at)
    stop = current_stop(cycle)
    stops: list[Stop] = treatment_stops(cycle)
    if found.supervised and not supervised_at.strip():
        message = _("The gap was 4 hours or more: say where the restart is supervised.")
        stops.append(Stop("restart.supervised", message, found.supervision_text))
    if found.four_hours_reached:
        given = premedications.standing_of(
            cycle, premedications.RESTART, at, gap=found.gap, since=run.stopped_at
        )
        stops += [given.stop] if given.stop else []
    if found.same_cycle == "no" or (
        found.same_cycle == "ask" and not _may_go_on(stop, "same_cycle")
    ):
        stops += [s for s in found.stops if s.code in SAME_CYCLE]
    if stop and stop.cause == "adverse_reaction" and not _may_go_on(stop, "adverse_reaction"):
        message = _("The infusion was stopped for a side effect. It goes on only when the "
                    "prescriber has signed that it may, and at which dose.")  # fmt: skip
        stops.append(Stop("restart.adverse_reaction", message))
    stops += _list_stops(cycle, at) if same_bag else []
    if stops:
        raise HardStop(*stops)
    return found


def _list_stops(cycle: Cycle, at: datetime) -> tuple[Stop, ...]:
    try:
        checked_list(cycle, at)
    except HardStop as refusal:  # its items are fields of the list, not of this page
        return tuple(replace(stop, field="") for stop in refusal.stops)
    return ()


def checked_list(cycle: Cycle, at: datetime) -> Checklist:
    """The signed list of this stop and bag, its answers not older than they may be."""
    return gate.require(kind=RESTART, subject=restart_list(cycle).subject, at=at)


SAME_CYCLE = ("interruption.new_cycle", "interruption.same_cycle_ask")


def _may_go_on(stop: InfusionEvent | None, question: str) -> bool:
    """Whether the prescriber's newest answer for this stop allows it."""
    answers = answers_of_stop(stop, question)
    return bool(answers) and answers[0].goes_on is True


def judge_rate(bag: Bag, read: Decimal) -> None:
    """The rate read from the pump is the rate on the bag; the right one is not told."""
    if read == bag.rate_ml_per_h:
        return
    if read in (bag.rate_ml_per_h * TEN, bag.rate_ml_per_h / TEN):
        refuse(
            "pump.ten_fold",
            _(
                "This rate is ten times off the bag: a ten-fold error. Do not start the pump. "
                "Read the bag label and program the pump again."
            ),  # fmt: skip
            field="rate_ml_per_h",
        )
    refuse(
        "pump.other_rate",
        _("This is not the rate of the bag. Do not start the pump. Read the bag label again."),
        field="rate_ml_per_h",
    )


def judge_same_bag(cycle: Cycle, bag: Bag, run: RunState, at: datetime) -> None:
    """The bag that hung before: not expired, not empty, still the dose that is due."""
    stops = [s for s in [stability.hangable(bag.discard_after, at)] if s]
    if run.bag_infused.get(bag.code, timedelta(0)) >= timedelta(hours=bag.bag_hours):
        stops.append(Stop("bag.empty", _("This bag has run its whole time. Hang the next bag.")))
    if not dose_fits(cycle, bag, run.delivered):
        stops.append(Stop("bag.wrong_dose", _("Another dose is due now. Hang the next bag.")))
    if stops:
        raise HardStop(*stops)
