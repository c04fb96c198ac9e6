"""What must hold before an interrupted infusion goes on."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from commands.refusals import refuse
from infusions import queries, values
from infusions.actions.gates import premedication_stop
from infusions.models import Bag, Cycle, InfusionEvent
from protocol import interruptions, stability
from protocol.interruptions import Consequences
from protocol.stops import HardStop, Stop
from protocol.timeline import RunState

TEN = Decimal(10)


def current_stop(cycle: Cycle) -> InfusionEvent | None:
    """The stop that the infusion is in now."""
    stops = cycle.events.filter(corrected_by=None, kind="interrupted")
    return stops.order_by("-occurred_at", "-seq").first()


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


def judge_gap(cycle: Cycle, run: RunState, at: datetime, supervised_at: str) -> Consequences:
    """Raises HardStop with everything the length and the cause of the gap ask for."""
    found = consequences(cycle, run, at)
    stop = current_stop(cycle)
    stops: list[Stop] = []
    if found.supervised and not supervised_at.strip():
        message = _("The gap was 4 hours or more: say where the restart is supervised.")
        stops.append(Stop("restart.supervised", message, found.supervision_text))
    if found.four_hours_reached:
        stop_now = premedication_stop(cycle, "restart", at, gap=found.gap, since=run.stopped_at)
        stops += [stop_now] if stop_now else []
    if found.same_cycle == "no" or (
        found.same_cycle == "ask" and not _answered(stop, "same_cycle")
    ):
        stops += [s for s in found.stops if s.code in SAME_CYCLE]
    if stop and stop.cause == "adverse_reaction" and not _answered(stop, "adverse_reaction"):
        message = _("The infusion was stopped for a side effect. The prescriber decides first "
                    "whether and at which dose it goes on.")  # fmt: skip
        stops.append(Stop("restart.adverse_reaction", message))
    if stops:
        raise HardStop(*stops)
    return found


SAME_CYCLE = ("interruption.new_cycle", "interruption.same_cycle_ask")


def _answered(stop: InfusionEvent | None, question: str) -> bool:
    """Whether the prescriber answered for this stop, also before its entry was corrected."""
    while stop is not None:
        if stop.answers.filter(question=question).exists():
            return True
        stop = stop.corrects
    return False


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
    due = queries.dose_due_at(cycle, run.delivered)
    if due is not None and due.mcg_per_day != bag.dose_mcg_per_day:
        stops.append(Stop("bag.wrong_dose", _("Another dose is due now. Hang the next bag.")))
    if stops:
        raise HardStop(*stops)
