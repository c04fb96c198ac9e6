"""Where a bag is, how long it was outside the fridge, and by when it has to hang."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from infusions import values
from infusions.models import Bag, BagMove, Cycle
from infusions.pharmacy.holds import WAITING
from protocol.custody import Gap, gaps_of
from protocol.stability import Clocks, ColdBudget
from protocol.stops import HardStop

HERE = (*WAITING, Bag.State.HUNG)


@dataclass(frozen=True)
class WhereIsIt:
    """The line "where is my bag": the last scan that counts, by whom and how it is kept."""

    place: str
    kept: str
    since: datetime
    by: object
    is_unknown: bool


def where_is(bag: Bag, last: BagMove | None = None) -> WhereIsIt | None:
    """None for a bag that is out of use. `last`: its newest scan, when a list has read it."""
    if bag.state == Bag.State.HUNG:
        return WhereIsIt(_("Hanging"), _("Running"), bag.hung_at, None, is_unknown=False)
    if bag.state not in WAITING:
        return None
    last = last or last_scan(bag)
    unknown = last.storage == Bag.Storage.UNKNOWN
    kept, place = last.get_storage_display(), last.get_place_display()
    return WhereIsIt(place, kept, last.moved_at, last.recorded_by, unknown)


def last_scan(bag: Bag) -> BagMove:
    rows = bag.moves.filter(corrected_by=None, is_withdrawn=False).select_related("recorded_by")
    return rows.order_by("-moved_at", "-pk")[0]


def custody_context(bag: Bag, at: datetime) -> dict:
    """For the page of a bag: where it is, its two clocks and its time outside the fridge."""
    return {
        "where": where_is(bag),
        "clocks": clocks_of(bag),
        "budget": budget_of(bag, at),
        "gaps": gaps_of_bag(bag),
    }


def clocks_of(bag: Bag) -> Clocks:
    """Both clocks as they stand; `binds` says which comes first while the bag waits."""
    return Clocks(discard_after=bag.discard_after, begin_by=bag.begin_by)


def budget_of(bag: Bag, at: datetime) -> ColdBudget | None:
    """None when the label set gives no limit any more."""
    try:
        return values.budget_of(bag, at)
    except HardStop:
        return None


def gaps_of_bag(bag: Bag) -> tuple[Gap, ...]:
    return gaps_of(values.custody_of(bag)) if bag.state in HERE else ()


def bags_lying_at(site, place: str, cycle: Cycle | None = None) -> list[Bag]:
    """Waiting bags that were last scanned into the fridge of a place; of one home by its cycle."""
    bags = Bag.objects.filter(
        cycle__patient__care_team__site=site,
        place=place,
        storage=Bag.Storage.COLD,
        state__in=WAITING,
    )
    if cycle is not None:
        bags = bags.filter(cycle=cycle)
    return list(bags.select_related("planned", "cycle__patient").order_by("code"))
