"""What must hold before drug flows from a bag, gate by gate, in the order a nurse opens them. Reads
only: an action raises what is found here, the pages show it."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import subject_of
from checklists import gate
from infusions import premedications, pump_state, queries
from infusions.cover.bag_now import EMPTY_FOR
from infusions.models import Bag, Cycle, DoseOrder
from infusions.pharmacy.holds import quarantine_stop, treatment_stops
from infusions.pharmacy.recalls import recalled_stop
from infusions.premedications import RESTART, START, STEP
from protocol import stability
from protocol.stops import HardStop, Stop
from protocol.units import plain

CHECKLIST = "pre_infusion"


def stops_of(
    cycle: Cycle, bag: Bag, *, at: datetime, elapsed: timedelta, event: str | None
) -> list[Stop]:
    """Every gate that is shut for hanging this bag at `at`, after `elapsed` of infusion. `event`
    names the premedication, if any."""
    order = queries.signed_order_of(cycle)
    found = [*treatment_stops(cycle), _signed(order), _released(bag) or label_stop(bag)]
    found += [stability.hangable(bag.discard_after, at), _begun_in_time(bag, at)]
    found += [_dose(cycle, bag, elapsed), _here(cycle, bag)]
    if event:
        found.append(premedications.standing_of(cycle, event, at).stop)
    found.append(pump_state.problem_of(pump_state.newest_program(bag), at))
    return [stop for stop in found if stop] + list(checklist_stops(bag, at))


def checklist_stops(bag: Bag, at: datetime) -> tuple[Stop, ...]:
    try:
        gate.require(kind=CHECKLIST, subject=subject_of(bag), at=at)
    except HardStop as refusal:  # its items are fields of the list, not of the page of the start
        return tuple(replace(stop, field="") for stop in refusal.stops)
    return ()


def premedications_before(cycle: Cycle, dose_mcg_per_day, at: datetime):
    """How the premedication stands before a bag of this dose is hung now: none, one, or that of a
    restart and that of a dose step."""
    found = []
    if cycle.state == Cycle.State.INTERRUPTED:
        gap, since = at - cycle.stopped_at, cycle.stopped_at
        found.append(premedications.standing_of(cycle, RESTART, at, gap=gap, since=since))
    if cycle.started_at is None:
        found.append(premedications.standing_of(cycle, START, at))
    elif cycle.dose_mcg_per_day is not None and dose_mcg_per_day > cycle.dose_mcg_per_day:
        found.append(premedications.standing_of(cycle, STEP, at))
    return found


def facts_for(bag: Bag, at: datetime) -> dict:
    """What the answers of the pre-infusion checklist are compared with. Whether premedication is
    due says whether "does not apply" is an answer."""
    found = premedications_before(bag.cycle, bag.dose_mcg_per_day, at)
    return {"code": bag.code, "premedication_due": any(_is_due(one, bag.cycle) for one in found)}


def _is_due(standing: premedications.Standing, cycle: Cycle) -> bool:
    if standing.due.needed != "ask":
        return standing.due.needed == "yes"
    answer = premedications.answer_to(cycle, standing.event)
    return answer is not None and answer.premedicate is True


def _signed(order: DoseOrder | None) -> Stop | None:
    message = _("The doses of this cycle are not signed. The oncologist signs the order first.")
    return None if order else Stop("order.unsigned", message)


def _released(bag: Bag) -> Stop | None:
    if bag.state == Bag.State.RELEASED:
        return recalled_stop(bag)
    if quarantined := quarantine_stop(bag):
        return quarantined
    message = _("This bag is not released (%(state)s). Use a released bag.")
    return Stop("bag.state", message % {"state": bag.get_state_display()}, field="bag_code")


def _begun_in_time(bag: Bag, at: datetime) -> Stop | None:
    """The compounding clock: of a bag that hung already the infusion did begin in time."""
    return stability.begun_in_time(bag.begin_by, at) if bag.hung_at is None else None


def label_stop(bag: Bag) -> Stop | None:
    """Only a bag whose label another person has read leaves the pharmacy or is hung."""
    if bag.label_checked_how:
        return None
    if bag.state != Bag.State.RELEASED:
        message = _("This bag is not released (%(state)s). It stays in the pharmacy until then.")
        words = {"state": bag.get_state_display()}
        return Stop("bag.not_released", message % words, field="place")
    message = _("Nobody has read the label on this bag a second time. Read it first.")
    link = reverse("infusions:check_label", args=[bag.uuid])
    return Stop("bag.label_not_checked", message, field="bag_code", link=link)


def _here(cycle: Cycle, bag: Bag) -> Stop | None:
    if bag.place == cycle.responsible_setting:
        return None
    message = _("This bag was last scanned at: %(place)s. Scan it in at: %(here)s.")
    words = {"place": bag.get_place_display(), "here": cycle.get_responsible_setting_display()}
    return Stop("bag.not_here", message % words, field="bag_code")


def dose_fits(cycle: Cycle, bag: Bag, elapsed: timedelta) -> bool:
    """Whether the bag holds the dose due after `elapsed` of infusion.

    The last minutes before a step, no longer than a bag may be empty, are not waited for when
    nothing is left to give in them: the bag before was hung a little early and is used up. The
    ledger stands still then, and would never reach the step."""
    due = queries.dose_due_at(cycle, elapsed)
    if due is None or bag.dose_mcg_per_day == due.mcg_per_day:
        return True
    soon, hung = queries.dose_due_at(cycle, elapsed + EMPTY_FOR), cycle.current_bag
    if hung is None or soon.mcg_per_day != bag.dose_mcg_per_day:
        return False
    used_up = elapsed - timedelta(seconds=cycle.delivered_s) >= queries.bag_left(cycle)
    return used_up or hung.dose_mcg_per_day == bag.dose_mcg_per_day


def _dose(cycle: Cycle, bag: Bag, elapsed: timedelta) -> Stop | None:
    due = queries.dose_due_at(cycle, elapsed)
    if due is None or dose_fits(cycle, bag, elapsed):
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
