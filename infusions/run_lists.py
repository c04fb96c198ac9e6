"""The lists of a run: before a restart, at the end, before going home. What each is about."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.actions import subject_of
from checklists.standing import Standing, standing_of
from infusions.models import Cycle, InfusionEvent
from protocol.units import plain
from teams.permissions import Permission, can

RESTART, END, HOME = "restart", "end", "discharge_home"
PAGES = {RESTART: "restart_list", END: "end_list", HOME: "home_list"}
# kind -> what to say while there is nothing it could be about
NOT_NOW = {
    RESTART: gettext_noop("The infusion is not stopped now."),
    END: gettext_noop("The infusion was not started."),
    HOME: gettext_noop("The infusion is not running."),
}
STARTED = (Cycle.State.RUNNING, Cycle.State.INTERRUPTED)


@dataclass(frozen=True)
class RunList:
    """`facts` are what scans are compared with; `then` is where signing leads."""

    kind: str
    subject: str
    about: str
    then: str
    facts: dict = field(default_factory=dict)


def run_list(cycle: Cycle, kind: str) -> RunList | None:
    """The list as it would be opened now; None while there is nothing it could be about."""
    then = reverse("dashboards:chart", args=[cycle.patient.uuid])
    if kind == RESTART:
        return restart_list(cycle)
    if kind == END and cycle.started_at is not None:
        return RunList(END, subject_of(cycle), _cycle_words(cycle), then)
    if kind == HOME and cycle.state in STARTED:
        return RunList(HOME, subject_of(cycle), _cycle_words(cycle), then)
    return None


def restart_list(cycle: Cycle) -> RunList | None:
    """Of this stop and the bag that hung: another stop asks again."""
    stop = current_stop(cycle)
    if cycle.state != Cycle.State.INTERRUPTED or stop is None or cycle.current_bag is None:
        return None
    bag = cycle.current_bag
    words = {"dose": plain(bag.dose_mcg_per_day), "rate": plain(bag.rate_ml_per_h)}
    return RunList(
        RESTART,
        subject_of(first_entry(stop)),
        _("%(dose)s mcg/day · %(rate)s mL/h") % words,
        reverse("infusions:resume", args=[cycle.uuid]),
        # The code must be scanned from the bag, so the page does not show it.
        {"code": bag.code},
    )


def current_stop(cycle: Cycle) -> InfusionEvent | None:
    """The stop that the infusion is in now."""
    stops = cycle.events.filter(corrected_by=None, kind=InfusionEvent.Kind.INTERRUPTED)
    return stops.order_by("-occurred_at", "-seq").first()


def first_entry(event: InfusionEvent) -> InfusionEvent:
    """A corrected time of a stop does not make it another stop."""
    while event.corrects_id is not None:
        event = event.corrects
    return event


def page_of(kind: str, cycle: Cycle) -> str:
    return reverse(f"infusions:{PAGES[kind]}", args=[cycle.uuid])


def context_of(user, cycle: Cycle, kind: str, at: datetime, since: datetime | None = None) -> dict:
    """For `_standing.html`: how the list stands, and where whoever may answer it goes."""
    may = can(user, Permission.ANSWER_CHECKLIST)
    return {
        "standing": standing(cycle, kind, at, since),
        "list_url": page_of(kind, cycle) if may else "",
    }


def _cycle_words(cycle: Cycle) -> str:
    return _("Cycle %(n)s") % {"n": cycle.number}


def standing(
    cycle: Cycle, kind: str, at: datetime, since: datetime | None = None
) -> Standing | None:
    """How the list of this kind stands; None while there is nothing it could be about."""
    found = run_list(cycle, kind)
    if found is None:
        return None
    stays = kind != RESTART  # before a restart everything is looked at within the hour
    return standing_of(kind=kind, subject=found.subject, at=at, since=since, stays=stays)
