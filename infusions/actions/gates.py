"""What must hold before drug flows from a bag. Every reason found is told at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from audit.actions import subject_of
from checklists import gate
from checklists.models import Checklist
from display.formats import local
from infusions import pump_state, queries, values
from infusions.cover.links import empty_at
from infusions.models import Bag, Cycle, DoseOrder, MedicationGiven, PumpProgram
from infusions.plans.words import moment_of
from protocol import premedication, stability
from protocol.premedication import PremedicationDue
from protocol.stops import HardStop, Stop
from protocol.units import plain

# The pump may still run on the bag's overfill; a person at the bedside needs minutes to change it.
EMPTY_FOR = timedelta(minutes=15)
SETTING_OF_PLACE = {"ward": "ward", "clinic": "clinic", "home": "home"}


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


def judge(
    cycle: Cycle, bag: Bag, *, at: datetime, elapsed: timedelta, event: str | None, gap=None
) -> Gates:
    """Raises HardStop with every gate that is shut. `event` names the premedication, if any."""
    stops: list[Stop] = []
    order = queries.signed_order_of(cycle)
    checklist = _checklist(bag, at, stops)
    program = _program(bag, at, stops)
    stops += filter(None, [_signed(order), _released(bag), _here(cycle, bag)])
    stops += filter(None, [stability.hangable(bag.discard_after, at), _dose(cycle, bag, elapsed)])
    if event:
        stops += filter(None, [premedication_stop(cycle, event, at, gap=gap)])
    if stops or order is None:
        raise HardStop(*stops)
    return Gates(order, checklist, program)


def _signed(order: DoseOrder | None) -> Stop | None:
    message = _("The doses of this cycle are not signed. The oncologist signs the order first.")
    return None if order else Stop("order.unsigned", message)


def _released(bag: Bag) -> Stop | None:
    if bag.state == Bag.State.RELEASED:
        return None
    message = _("This bag is not released (%(state)s). Use a released bag.")
    return Stop("bag.state", message % {"state": bag.get_state_display()}, field="bag_code")


def _here(cycle: Cycle, bag: Bag) -> Stop | None:
    if bag.place == cycle.responsible_setting:
        return None
    message = _("This bag was last scanned at: %(place)s. Scan it in at: %(here)s.")
    words = {"place": bag.get_place_display(), "here": cycle.get_responsible_setting_display()}
    return Stop("bag.not_here", message % words, field="bag_code")


def _dose(cycle: Cycle, bag: Bag, elapsed: timedelta) -> Stop | None:
    due = queries.dose_due_at(cycle, elapsed)
    if due is None or bag.dose_mcg_per_day == due.mcg_per_day:
        return None
    words = {
        "bag": plain(bag.dose_mcg_per_day),
        "due": plain(due.mcg_per_day),
        "hour": int(elapsed.total_seconds() // 3600),
    }
    if bag.dose_mcg_per_day > due.mcg_per_day:
        message = _("This bag gives %(bag)s mcg/day; at infusion hour %(hour)s the dose is still "
                    "%(due)s. Wait for the step, or hang the bag for that dose.")  # fmt: skip
        return Stop("bag.dose_too_early", message % words, due.source, field="bag_code")
    message = _("This bag gives %(bag)s mcg/day; the dose due at infusion hour %(hour)s is "
                "%(due)s. Hang the bag for the dose due now.")  # fmt: skip
    return Stop("bag.wrong_dose", message % words, due.source, field="bag_code")


def _checklist(bag: Bag, at: datetime, stops: list[Stop]):
    try:
        return gate.require(kind="pre_infusion", subject=subject_of(bag), at=at)
    except HardStop as refusal:
        stops.extend(refusal.stops)
        return None


def _program(bag: Bag, at: datetime, stops: list[Stop]) -> PumpProgram | None:
    try:
        return pump_state.verified_program(bag=bag, at=at)
    except HardStop as refusal:
        stops.extend(refusal.stops)
        return None


def premedication_due(cycle: Cycle, event: str, at: datetime, gap=None) -> PremedicationDue:
    return premedication.due(
        values.label_of(cycle),
        age_years=cycle.patient.age_years(at.date()),
        indication=cycle.indication,
        cycle_no=cycle.number,
        event=event,
        bsa_m2=cycle.bsa_m2,
        gap=gap,
    )


def premedication_stop(cycle: Cycle, event: str, at: datetime, gap=None, since=None) -> Stop | None:
    """What is missing or late about the premedication before this event, or None."""
    due = premedication_due(cycle, event, at, gap)
    if due.needed == "no":
        return None
    given = given_before(cycle, event, at, since)
    if due.needed == "ask":
        return _asked(cycle, due, given, event)
    if given and not is_what_is_due(given, due):
        message = _("What was recorded (%(given)s) is not what is due: %(due)s")
        words = {"given": str(given), "due": due.text}
        return Stop("premedication.other", message % words, due.source)
    window = cycle.patient.care_team.site.premedication_window_min
    stop = premedication.given_in_time(due, given.given_at if given else None, at, window)
    return Stop(stop.code, stop.message, stop.citation) if stop else None


def given_before(cycle: Cycle, event: str, at: datetime, since=None) -> MedicationGiven | None:
    rows = cycle.medications.filter(purpose="premedication", before=event, given_at__lte=at)
    rows = rows.filter(corrected_by=None, is_withdrawn=False)
    if since is not None:
        rows = rows.filter(given_at__gte=since)
    return rows.order_by("-given_at", "-pk").first()


def is_what_is_due(given: MedicationGiven, due: PremedicationDue) -> bool:
    """The drug and dose due, or one of the alternatives the label set names."""
    if given.drug.strip().lower() == due.drug.lower():
        return due.dose_mg is None or given.dose_mg == due.dose_mg
    words = f"{given.drug.strip().lower()} {plain(given.dose_mg)} mg"
    return any(words == one.lower() for one in due.alternatives)


def _asked(cycle: Cycle, due: PremedicationDue, given, event: str) -> Stop | None:
    answers = cycle.answers.filter(question=f"{event}_premedication")
    if event == "restart":
        answers = answers.filter(answered_at__gte=cycle.stopped_at)
    answer = answers.order_by("-answered_at", "-pk").first()
    if answer is None:
        return Stop("premedication.ask", due.text, due.source)
    if answer.premedicate and given is None:
        message = _("The prescriber wants premedication first. Give it and record it.")
        return Stop("premedication.missing", message)
    return None
