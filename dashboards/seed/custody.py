"""What a day leaves behind in the pharmacy: a hold, bags set apart, one on its way unscanned, one
whose way a pharmacist has signed for."""

from datetime import timedelta

from dashboards.seed.people import PASSWORD
from infusions.actions.bags import move_bag
from infusions.actions.custody import prove_custody, set_beyond_use
from infusions.actions.holds import place_hold
from infusions.actions.quarantines import quarantine_for
from infusions.models import Bag, Cycle, Quarantine

MINUTE = timedelta(minutes=1)
BEYOND_USE = (
    "USP <797> 2023, category 2, aseptic, no sterility test: as remembered, not verified. "
    "Training only."
)


def limits(site, people, at) -> None:
    """Before the first bag: a bag keeps the limits it was made under."""
    facts = {"room_hours": 96, "cold_hours": 240, "source": BEYOND_USE}
    set_beyond_use(site=site, by=people["petra"], at=at, **facts)


def leave(people, at) -> None:
    hold(people, at - 40 * MINUTE)
    failed_fridge(people, at - 25 * MINUTE)
    on_the_way(people, at - 35 * MINUTE)
    vouched_for(people, at)


def hold(people, at) -> None:
    """Before the start: the bag that was made for it is set apart."""
    place_hold(
        cycle=_open_cycle("Romero"),
        reason="Fever 38.9 °C before the start: wait for the cultures.",
        by=people["olga"],
        password=PASSWORD,
        statement="I hold this treatment until I or a colleague release it.",
        at=at,
    )


def failed_fridge(people, at) -> None:
    quarantine_for(
        bags=[_waiting_bag("Aurelio")],
        cause=Quarantine.Cause.STORAGE_FAILURE,
        because="Pharmacy fridge 2 read 9 °C for 40 minutes.",
        by=people["farid"],
        at=at,
    )


def on_the_way(people, at) -> None:
    """The courier took it; nobody knows how the box was cooled."""
    _move("Galloway", "in_transit", "unknown", by=people["tom"], at=at)


def vouched_for(people, at) -> None:
    """It came home without a scan on the way; the logger of the box was read."""
    came = at - 60 * MINUTE
    bag = _move("Ferreira", "home", "cold", by=people["hugo"], at=came)
    prove_custody(
        bag=bag,
        from_at=bag.prepared_at,
        to_at=came,
        kept="cold",
        kind="logger",
        text="Logger 0417 in the box: 3.4 to 5.8 °C from packing to arrival.",
        by=people["farid"],
        password=PASSWORD,
        statement="I have seen the record named here and vouch for how the bag was kept.",
        at=at - 30 * MINUTE,
    )


def _move(family: str, place: str, storage: str, *, by, at) -> Bag:
    bag = _waiting_bag(family)
    facts = {"code": bag.code, "place": place, "storage": storage, "moved_at": at}
    return move_bag(bag=bag, by=by, at=at, **facts)


def _open_cycle(family: str) -> Cycle:
    return Cycle.objects.get(patient__family_name=family, state__in=Cycle.OPEN)


def _waiting_bag(family: str) -> Bag:
    return _open_cycle(family).bags.get(state=Bag.State.RELEASED)
