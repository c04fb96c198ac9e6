"""What must not be made or hung, and why: holds, open decisions and quarantined bags.

`may_still_make` is the one answer for whoever stands at the hood, before and while a bag is made.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from display.formats import local
from infusions import queries
from infusions.models import (
    Bag,
    Cycle,
    Hold,
    InfusionEvent,
    PlannedBag,
    PrescriberAnswer,
    Quarantine,
)
from infusions.plans.words import moment_of
from protocol.stops import Stop
from protocol.units import plain

SIDE_EFFECT = "adverse_reaction"
WAITING = (Bag.State.MADE, Bag.State.RELEASED, Bag.State.QUARANTINED)


def may_still_make(cycle: Cycle, planned: PlannedBag, session=None) -> tuple[Stop, ...]:
    """Every reason why this bag of the plan may not be made now; empty: go on.

    `cycle` as it is now, not as the page was opened. `session`: the open work at the hood, or None
    before it begins; with it the words say that the work stops."""
    if cycle.state not in Cycle.OPEN:
        return (_stop("make.cycle_over", _("This infusion is over. Nothing is made for it.")),)
    found = [*held_stops(cycle), _plan_stop(cycle, planned), _dose_stop(cycle, planned)]
    stops = tuple(stop for stop in found if stop)
    if stops and session is not None:
        words = _("STOP. Put the work down; what was drawn is not injected.")
        return (_stop("make.stop", words), *stops)
    return stops


def held_stops(cycle: Cycle) -> list[Stop]:
    """Open holds, and a side effect that waits for the prescriber."""
    decision = decision_stop(cycle)
    return stops_of_holds(cycle) + ([decision] if decision else [])


def open_holds(cycle: Cycle) -> list[Hold]:
    """In the order they were placed. A list read before (`cycle.open_holds`) is not read again."""
    held = cycle.__dict__.get("open_holds")
    if held is not None:
        return held
    rows = cycle.holds.filter(released_at=None).select_related("placed_by")
    return list(rows.order_by("placed_at", "pk"))


def waiting_bags(cycle: Cycle) -> list[Bag]:
    """Made and not hung, by number."""
    rows = cycle.bags.filter(state__in=WAITING).select_related("planned__plan")
    return list(rows.order_by("planned__n", "pk"))


def stops_of_holds(cycle: Cycle, *kinds: str) -> list[Stop]:
    """One refusal for each open hold, of these kinds or of all."""
    holds = [hold for hold in open_holds(cycle) if not kinds or hold.kind in kinds]
    return [_stop("hold.open", hold_words(hold, cycle)) for hold in holds]


def treatment_stops(cycle: Cycle) -> list[Stop]:
    """What keeps every bag from being hung; the pharmacy's own hold does not."""
    return stops_of_holds(cycle, Hold.Kind.TREATMENT)


def hold_words(hold: Hold, cycle: Cycle) -> str:
    message = _("%(kind)s since %(when)s by %(who)s: %(reason)s")
    return message % {
        "kind": hold.get_kind_display(),
        "when": moment_of(local(hold.placed_at, cycle.patient.care_team.site.zone)),
        "who": hold.placed_by,
        "reason": hold.reason,
    }


def decision_stop(cycle: Cycle) -> Stop | None:
    """No bag is made while nobody has said whether the treatment goes on after a side effect."""
    if not decision_is_open(cycle):
        return None
    message = _("The infusion was stopped for a side effect and the prescriber has not said that "
                "it goes on. Nothing is made before that.")  # fmt: skip
    return _stop("hold.decision_open", message)


def decision_is_open(cycle: Cycle) -> bool:
    """Read before (`cycle.decision_is_open`) or now."""
    held = cycle.__dict__.get("decision_is_open")
    return held if held is not None else cycle.pk in open_decisions([cycle])


def open_decisions(cycles: Iterable[Cycle]) -> set[int]:
    """Those of many cycles, with two queries: stopped for a side effect, and no newest answer of
    the prescriber that it goes on. An answer given before the entry of the stop was corrected
    counts too."""
    stopped = [cycle.pk for cycle in cycles if cycle.state == Cycle.State.INTERRUPTED]
    if not stopped:
        return set()
    kind = InfusionEvent.Kind.INTERRUPTED
    stops = InfusionEvent.objects.filter(cycle__in=stopped, kind=kind).order_by("occurred_at")
    entries = {stop.pk: stop for stop in stops}
    corrected = {stop.corrects_id for stop in stops}
    newest = {stop.cycle_id: stop for stop in stops if stop.pk not in corrected}
    asked = {pk: stop for pk, stop in newest.items() if stop.cause == SIDE_EFFECT}
    answers = PrescriberAnswer.objects.filter(stop_event__cycle__in=asked, question=SIDE_EFFECT)
    answered = {one.stop_event_id: one.goes_on for one in answers.order_by("answered_at", "pk")}
    return {pk for pk, stop in asked.items() if not _goes_on(stop, entries, answered)}


def _goes_on(stop, entries: dict, answered: dict) -> bool:
    while stop is not None:
        if stop.pk in answered:
            return answered[stop.pk] is True
        stop = entries.get(stop.corrects_id)
    return False


def _plan_stop(cycle: Cycle, planned: PlannedBag) -> Stop | None:
    plan = queries.plan_of(cycle)
    if plan is not None and plan.pk == planned.plan_id:
        return None
    return _stop("make.other_plan", _("Another plan is in force. Open the board and begin anew."))


def _dose_stop(cycle: Cycle, planned: PlannedBag) -> Stop | None:
    due = queries.dose_due_at(cycle, timedelta(minutes=planned.minute))
    if due is None or due.mcg_per_day == planned.dose_mcg_per_day:
        return None
    message = _("The signed dose for this bag is %(due)s mcg/day now, not %(was)s. The plan has to "
                "follow first.")  # fmt: skip
    words = {"due": plain(due.mcg_per_day), "was": plain(planned.dose_mcg_per_day)}
    return _stop("make.other_dose", message % words)


def open_quarantines(bag: Bag) -> list[Quarantine]:
    """Read before (`bag.open_quarantines`) or now, oldest first."""
    held = bag.__dict__.get("open_quarantines")
    if held is not None:
        return held
    rows = bag.quarantines.filter(ended_at=None).select_related("hold", "placed_by")
    return list(rows.order_by("placed_at", "pk"))


def cause_words(row: Quarantine) -> str:
    """ "Dose on hold: confused, ICE 2"."""
    cause = row.hold.get_kind_display() if row.hold_id else row.get_cause_display()
    return f"{cause}: {row.because}" if row.because else str(cause)


def causes_of(bag: Bag) -> str:
    """Why a bag is set apart, every open cause; empty for any other bag."""
    return "; ".join(cause_words(row) for row in open_quarantines(bag))


def quarantine_stop(bag: Bag) -> Stop | None:
    """The refusal at the bedside: says the cause."""
    if bag.state != Bag.State.QUARANTINED:
        return None
    message = _("Do not hang this bag: it is quarantined. %(why)s. Keep it apart and call the "
                "pharmacy.")  # fmt: skip
    words = {"why": (causes_of(bag) or _("It has to be checked again")).rstrip(".")}
    return Stop("bag.quarantined", message % words, field="bag_code")


def standing_causes(bag: Bag) -> list[Stop]:
    """Causes that are not over: with one of them nobody checks the bag out of quarantine."""
    found = [_standing(row, bag) for row in open_quarantines(bag)]
    return [stop for stop in found if stop]


def _standing(row: Quarantine, bag: Bag) -> Stop | None:
    if row.cause == Quarantine.Cause.HOLD and row.hold.released_at is None:
        return _stop("bag.hold_open", hold_words(row.hold, bag.cycle))
    if row.cause == Quarantine.Cause.RECALL:
        return _stop("bag.recalled", _("A lot in this bag was recalled. Discard the bag."))
    if row.cause == Quarantine.Cause.DOSE_CHANGE and not has_signed_dose(bag):
        message = _("This bag does not hold the dose that is signed now. Discard it.")
        return _stop("bag.other_dose", message)
    return None


def has_signed_dose(bag: Bag) -> bool:
    """Whether the signed order still asks for this bag's dose at its place in the cycle."""
    due = queries.dose_due_at(bag.cycle, timedelta(minutes=bag.planned.minute))
    return due is not None and due.mcg_per_day == bag.dose_mcg_per_day


def _stop(code: str, message: str) -> Stop:
    return Stop(code, message)
