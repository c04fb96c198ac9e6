"""At home an infusion is covered while the next attendance has a nurse who accepted it."""

from infusions.cover.links import Link, attendance_needed_at
from infusions.models import Cycle
from visits.models import HomeVisit

S = HomeVisit.State
SURE = (S.ACCEPTED, S.ON_THE_WAY, S.ARRIVED)
HANDS_ON = (HomeVisit.Purpose.BAG_CHANGE, HomeVisit.Purpose.DISCONNECT)


def is_sure(visits, needed_at) -> bool:
    """Whether a visit for the bag that a nurse accepted falls on this time."""
    return any(
        one.state in SURE
        and one.purpose in HANDS_ON
        and one.window_from <= needed_at <= one.window_to
        for one in visits
    )


def home_person(cycle: Cycle) -> Link | None:
    """The next competent person at home, unless an accepted visit falls on the time needed."""
    if cycle.responsible_setting != "home":
        return None
    needed_at = attendance_needed_at(cycle)
    visits = cycle.visits.filter(
        state__in=(S.PLANNED, *SURE), purpose__in=HANDS_ON, corrected_by=None
    )
    rows = list(visits.select_related("nurse").order_by("window_from", "pk"))
    if is_sure(rows, needed_at):
        return None
    there = [one for one in rows if one.window_from <= needed_at <= one.window_to]
    if there:
        name = str(there[0].nurse)
        return Link("next_person", "not_accepted", needed_at, "home_nurse", name)
    reason = "other_time" if rows else "no_visit"
    return Link("next_person", reason, needed_at, "case_manager")
