"""Until when an infusion is secured as things stand, and what would break first.

Covered until is the earliest `until` in one list of links. Each link reads rows and the columns of
the cycle and never the clock, so what is stored stays true until the next event. Rooms above this
one add their links when they load (see visits/apps.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from infusions import queries
from infusions.models import Bag, Cycle, PlannedBag
from protocol.coverage import Link, covered_until

STOPPED = "stopped"
WAITING = (Bag.State.MADE, Bag.State.RELEASED, Bag.State.QUARANTINED)


@dataclass(frozen=True)
class Cover:
    """`until` is None while nothing runs; `weakest` is ready for the column of the cycle."""

    until: datetime | None
    weakest: dict | None


def cover_of(cycle: Cycle) -> Cover:
    """The cover of a cycle from its columns and rows. At the same moment the earlier link in the
    list is named: what somebody can still arrange before what only happens."""
    if cycle.state == Cycle.State.INTERRUPTED:
        return Cover(None, _stored(Link(STOPPED, STOPPED, cycle.stopped_at, *nurse_of(cycle))))
    if cycle.state != Cycle.State.RUNNING or cycle.current_bag is None:
        return Cover(None, None)
    cover = covered_until(links_of(cycle))
    return Cover(cover.until, _stored(cover.weakest))


def links_of(cycle: Cycle) -> list[Link]:
    """Every link of a running cycle that ends at some time, in the order of the list."""
    return [link for find in LINKS if (link := find(cycle)) is not None]


def _stored(link: Link) -> dict:
    """For the column of the cycle; the moment is in the column beside it."""
    return {"kind": link.kind, "reason": link.reason, "owner": link.owner, "name": link.name}


def change_needed_at(cycle: Cycle) -> datetime | None:
    """When the next bag has to hang; None when the running bag lasts to the end of the cycle."""
    return cycle.next_change_at


def next_bag(cycle: Cycle) -> Link | None:
    """The next bag, unless a usable one is where it will be hung."""
    needed_at = change_needed_at(cycle)
    if needed_at is None:
        return None
    coming = next_planned(cycle)
    if coming is None:
        return Link("next_bag", "not_planned", needed_at, "pharmacist")
    found = [_fault(cycle, bag, needed_at) for bag in _candidates(cycle, coming)]
    if any(fault is None for fault in found):
        return None
    reason, owner, name = min(found, key=_how_far, default=("not_made", "pharmacy", ""))
    return Link("next_bag", reason, needed_at, owner, name)


def next_planned(cycle: Cycle) -> PlannedBag | None:
    """The first bag of the plan in force after the running one."""
    plan = queries.plan_of(cycle)
    if plan is None:
        return None
    return plan.bags.filter(n__gt=cycle.current_bag.planned.n).order_by("n").first()


def _candidates(cycle: Cycle, coming: PlannedBag) -> list[Bag]:
    """Bags that may hang next: the gates ask for the dose due, not for a place in the plan."""
    dose = Decimal(coming.dose_mcg_per_day)
    return list(cycle.bags.filter(state__in=WAITING, dose_mcg_per_day=dose).order_by("pk"))


FAULTS = ("not_here", "not_checked", "expires", "quarantined", "not_made")


def _fault(cycle: Cycle, bag: Bag, needed_at: datetime) -> tuple[str, str, str] | None:
    """(reason, owner, name) of what keeps a bag from being hung at that time, or None."""
    if bag.discard_after <= needed_at:
        return "expires", "pharmacy", ""
    if bag.state == Bag.State.QUARANTINED:
        return "quarantined", "pharmacist", ""
    if bag.state != Bag.State.RELEASED or not bag.label_checked_how:
        return "not_checked", "pharmacist", ""
    if bag.place == cycle.responsible_setting:
        return None
    in_pharmacy = bag.place == Bag.Place.PHARMACY
    return ("not_here", "pharmacy", "") if in_pharmacy else ("not_here", *nurse_of(cycle))


def _how_far(fault: tuple[str, str, str]) -> int:
    return FAULTS.index(fault[0])


def next_person(cycle: Cycle) -> Link | None:
    """In the clinic a nurse has to be named; on the ward the team is the person (`ward_team`).
    At home an accepted visit counts: that link comes from visits."""
    if cycle.responsible_setting != "clinic" or cycle.responsible_nurse_id is not None:
        return None
    return Link("next_person", "nobody_named", attendance_needed_at(cycle), "case_manager")


def attendance_needed_at(cycle: Cycle) -> datetime:
    """When the next competent person has to be there: the next change, else the disconnect."""
    return change_needed_at(cycle) or cycle.expected_end_at


def ward_team(cycle: Cycle) -> Link | None:
    """On the ward the team on duty is the next competent person. Who that will be is not recorded,
    so nobody is named, and it never ends the cover before the cycle does."""
    if cycle.responsible_setting in ("clinic", "home"):
        return None
    return Link("next_person", "ward_team", cycle.expected_end_at, "infusion_nurse")


def dose_step(cycle: Cycle) -> Link | None:
    """A bag that outlasts the step does not cover what comes after it: that is another dose."""
    delivered = timedelta(seconds=cycle.delivered_s)
    step = queries.next_step_after(cycle, delivered)
    if step is None or cycle.as_of + step - delivered >= empty_at(cycle):
        return None
    due = queries.dose_due_at(cycle, step)
    if due is None or due.mcg_per_day == cycle.current_bag.dose_mcg_per_day:
        return None
    return Link("dose_step", "other_dose", cycle.as_of + step - delivered, *nurse_of(cycle))


def bag_expiry(cycle: Cycle) -> Link:
    return Link("bag_expiry", "expires", cycle.current_bag.discard_after, *nurse_of(cycle))


def bag_empty(cycle: Cycle) -> Link:
    return Link("bag_empty", "empty", empty_at(cycle), *nurse_of(cycle))


def cycle_end(cycle: Cycle) -> Link:
    return Link("cycle_end", "end", cycle.expected_end_at, *nurse_of(cycle))


def empty_at(cycle: Cycle) -> datetime:
    """When the running bag has no drug left to infuse, if nothing stops it."""
    return cycle.as_of + queries.bag_left(cycle)


def nurse_of(cycle: Cycle) -> tuple[str, str]:
    """(owner, name) of who answers for the infusion now."""
    owner = "home_nurse" if cycle.responsible_setting == "home" else "infusion_nurse"
    return owner, str(cycle.responsible_nurse or "")


LINKS: list[Callable[[Cycle], Link | None]] = [
    next_bag,
    next_person,
    dose_step,
    bag_expiry,
    bag_empty,
    cycle_end,
    ward_team,
]


def add_link(find: Callable[[Cycle], Link | None]) -> None:
    """For rooms above this one: their link stands before those that only time can end."""
    if find not in LINKS:
        LINKS.insert(LINKS.index(next_person) + 1, find)
