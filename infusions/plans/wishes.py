"""A what-if as an address: every wish is a parameter, so that a plan can be linked and compared.

start   local time of the site       ward, home   longest bag in hours, or "any"
goals   four names with commas       fixed        first bags as hours.minutes, with commas
tie     number from 1                move         n.minute: bag n ends at this infused minute
hang    local time of the next bag   length       hours of the next bag
leaves  local time of going home
"""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from commands.fields import LocalTimeField
from infusions.plans.planning import Subject, Wish
from protocol.planner_case import GOALS
from protocol.planner_legal import Runs
from protocol.stops import HardStop, Stop

SETTINGS = {"ward": "inpatient", "home": "home"}
ANY = "any"
NUMBERS = ("tie", "length")
MOST = 10**6


@dataclass(frozen=True)
class WhatIf:
    """What the address asks for; `tie` None: nothing but what the rest says. `hang` and `length`
    (hours) are those of the next bag."""

    wish: Wish = Wish()
    fixed: tuple[Runs, ...] = ()
    tie: int | None = None
    hang: datetime | None = None
    length: int | None = None

    @property
    def is_plain(self) -> bool:
        """Nothing is asked: the plan in force is meant."""
        return self == WhatIf()

    def query(self, zone: str, **changes) -> str:
        """The address parameters of this what-if, with some of its fields changed."""
        other = replace(self, **changes)
        wish, values = other.wish, {}
        moments = {"start": wish.start, "leaves": wish.leaves, "hang": other.hang}
        for name, moment in moments.items():
            if moment:
                values[name] = as_typed(moment.astimezone(ZoneInfo(zone)))
        for name, setting in SETTINGS.items():
            if setting in wish.longest:
                values[name] = wish.longest[setting] or ANY
        if wish.goals:
            values["goals"] = ",".join(wish.goals)
        if other.fixed:
            values["fixed"] = ",".join(f"{hours}.{ran}" for hours, ran in other.fixed)
        for name in ("length", "tie"):
            if getattr(other, name) is not None:
                values[name] = getattr(other, name)
        return urlencode(values)


def what_if_of(data, zone: str) -> WhatIf:
    """From the parameters of a request; HardStop names the one that cannot be read."""
    start, leaves, hang = (moment_in(data, name, zone) for name in ("start", "leaves", "hang"))
    wish = Wish(start=start, longest=longest_of(data), goals=goals_of(data), leaves=leaves)
    fixed = tuple(pair(part, "fixed") for part in data.get("fixed", "").split(",") if part)
    tie, length = (whole(data[name], name) if data.get(name) else None for name in NUMBERS)
    return WhatIf(wish, fixed, tie, hang, length)


def wish_of(case: dict, subject: Subject) -> Wish:
    """What a plan was asked for beyond the rules its site has today: later moves keep it."""
    longest, site = {}, subject.site
    for setting in SETTINGS.values():
        kept = max((max(hours[setting], default=0) for hours in case["bag_hours"]), default=0)
        limit = site.bag_hours[setting]
        own = max((hours for _step, hours in subject.vials if hours <= limit), default=0)
        if kept != own:
            longest[setting] = kept
    goals = tuple(case["goals"]) if case["goals"] != site.plan_goals else ()
    return Wish(longest=longest, goals=goals)


def move_of(data) -> tuple[int, int] | None:
    """(bag number, infused minute of its new end), if a move is asked for."""
    return pair(data["move"], "move") if data.get("move") else None


def moment_in(data, name: str, zone: str) -> datetime | None:
    """A local time of the site, to the minute."""
    text = (data.get(name) or "").strip()
    if not text:
        return None
    try:
        return LocalTimeField(zone=zone).clean(text).replace(second=0, microsecond=0)
    except ValidationError as fault:
        raise HardStop(Stop(f"what_if.{name}", " ".join(fault.messages), field=name)) from fault


def as_typed(local: datetime) -> str:
    """As the time field reads it back, also in the hour that happens twice."""
    first, second = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
    text = local.strftime("%Y-%m-%dT%H:%M")
    return text if first == second else f"{text} ({local.fold + 1})"


def longest_of(data) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for name, setting in SETTINGS.items():
        if text := data.get(name):
            found[setting] = None if text == ANY else whole(text, name)
    return found


def goals_of(data) -> tuple[str, ...]:
    """One field with commas, or four fields goal_1 to goal_4 as the form has them."""
    text = data.get("goals") or ",".join(data.get(f"goal_{n}", "") for n in range(1, 5))
    goals = tuple(part for part in text.split(",") if part)
    if goals and sorted(goals) != sorted(GOALS):
        words = _("Each goal has one place: choose every goal once.")
        raise HardStop(Stop("what_if.goals", words, field="goals"))
    return goals


def pair(text: str, field: str) -> tuple[int, int]:
    one, _dot, other = text.partition(".")
    return whole(one, field), whole(other, field)


def whole(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) <= MOST:
        words = _("The address of this page cannot be read (%(field)s). Open the plan again.")
        raise HardStop(Stop("what_if.unreadable", words % {"field": field}, field=field))
    return int(text)
