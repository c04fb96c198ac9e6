"""Weekend and night work: what has to be asked for before the last cut-off of the week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from audit.actions import subject_of
from infusions.pharmacy.lanes import Card
from notifications.actions.reminders import OPEN
from notifications.models import Reminder
from protocol.off_hours import Closure, next_closure
from protocol.planner_case import days_of
from protocol.preparation import PharmacyHours
from teams.models import Site

KIND = "off_hours_work"


@dataclass(frozen=True)
class Wanted:
    """One bag. `asked_at`: when the pharmacists were asked, or None."""

    card: Card
    is_closed_then: bool
    asked_at: datetime | None


@dataclass(frozen=True)
class OffHours:
    """What one site has to be asked for. `is_over`: the cut-off has passed."""

    site: Site
    closure: Closure
    wanted: list[Wanted]
    is_over: bool

    @property
    def first_day(self) -> list[Wanted]:
        """Needed when it has only just opened again."""
        return [one for one in self.wanted if not one.is_closed_then]

    @property
    def unasked(self) -> list[Wanted]:
        return [one for one in self.wanted if one.asked_at is None]


def off_hours_of(to_make: Iterable[Card], at: datetime) -> list[OffHours]:
    """For each site with bags that are needed while it is closed, or on the first day after."""
    by_site: dict[Site, list[Card]] = {}
    for card in to_make:
        by_site.setdefault(card.cycle.patient.care_team.site, []).append(card)
    found = []
    asked = _asked([card for cards in by_site.values() for card in cards])
    for site, cards in by_site.items():
        closure = next_closure(hours_of(site), at)
        wanted = [_wanted(card, closure, asked) for card in cards] if closure else []
        kept = sorted((one for one in wanted if one), key=lambda one: one.card.needed_by)
        if kept:
            found.append(OffHours(site, closure, kept, is_over=at > closure.from_at))
    return found


def hours_of(site: Site) -> PharmacyHours:
    window = (days_of(site.preparation_days), site.preparation_opens, site.preparation_cut_off)
    holidays = frozenset(date.fromisoformat(day) for day in site.holidays)
    return PharmacyHours(ZoneInfo(site.zone), (window,), holidays)


def _wanted(card: Card, closure: Closure, asked: dict) -> Wanted | None:
    needed = card.needed_by
    if needed is None or not closure.concerns(needed):
        return None
    return Wanted(card, closure.is_closed_at(needed), asked.get(subject_of(card.planned)))


def _asked(cards: list[Card]) -> dict[str, datetime]:
    """Subject of a planned bag -> when the pharmacists were asked for it."""
    subjects = [subject_of(card.planned) for card in cards]
    rows = Reminder.objects.filter(subject__in=subjects, kind=KIND, state__in=OPEN)
    return dict(rows.values_list("subject", "created_at"))
