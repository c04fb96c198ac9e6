"""When a planned bag is prepared, when it must be discarded and how long a pause it can take.

A bag is taken to be prepared as late as the pharmacy's hours allow and kept cold until it is hung.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from infusions.plan_words import moment_of
from protocol.bags import BagRecipe
from protocol.label import Label
from protocol.planner import Bag
from protocol.planner_case import days_of
from protocol.stability import Stay, discard_after, storage_limits
from teams.models import Site

LOOK_BACK_DAYS = 60


@dataclass(frozen=True)
class Times:
    """All instants aware. `reason` says why no preparation time is possible, else empty.

    `slack_minutes`: pause a run can take before the bag expires with drug left."""

    prepare_from: datetime
    prepare_by: datetime | None
    discard_after: datetime | None
    slack_minutes: int | None
    reason: str = ""


def times_of(bag: Bag, *, rules: Label, recipe: BagRecipe, site: Site) -> Times:
    """Prepare-from follows from the cold limit: earlier, the bag would expire before its end."""
    cold = timedelta(hours=storage_limits(rules, recipe).cold_hours or 0)
    from_at, by_at = bag.ends_at - cold, latest_preparation(site, bag.hangs_at)
    if by_at is None or by_at < from_at:
        words = _("The pharmacy cannot prepare it: before %(at)s it would expire before its end.")
        return Times(from_at, None, None, None, words % {"at": moment_of(from_at)})
    stays = [Stay("cold", by_at), Stay("room", bag.hangs_at)]
    expires = discard_after(rules, recipe, prepared_at=by_at, stays=stays)
    slack = int((expires - bag.ends_at).total_seconds() // 60)
    return Times(from_at, by_at, expires, slack)


def latest_preparation(site: Site, before: datetime) -> datetime | None:
    """The last moment at or before `before` at which the pharmacy of the site prepares bags."""
    zone = ZoneInfo(site.zone)
    local, days = before.astimezone(zone), days_of(site.preparation_days)
    for back in range(LOOK_BACK_DAYS):
        day = local.date() - timedelta(days=back)
        if day.weekday() not in days or is_holiday(site, day):
            continue
        opens, closes = (at_local(day, clock, zone) for clock in hours_of(site))
        if opens <= before:
            return min(closes, before.astimezone(zone))
    return None


def hours_of(site: Site) -> tuple[time, time]:
    return site.preparation_opens, site.preparation_cut_off


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone)


def is_holiday(site: Site, day: date) -> bool:
    return day.isoformat() in site.holidays
