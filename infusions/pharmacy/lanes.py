"""The preparation board: every bag somebody has to act on, in the lane of what is done next."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from infusions import queries, values
from infusions.models import Bag, BagMove, Cycle, MakeSession, PlannedBag
from infusions.pharmacy.board_rows import board_cycles
from infusions.pharmacy.custody import gaps_of_bag
from infusions.pharmacy.holds import cause_words, held_stops, open_quarantines
from infusions.plans.planner import made_of
from protocol import making

AHEAD = timedelta(days=7)
SOON = timedelta(hours=48)  # what is made later is folded away
BEHIND = timedelta(days=7)
GONE = (Bag.State.DISCARDED, Bag.State.REJECTED)
KEYS = 9  # rows that a number key opens


@dataclass(frozen=True)
class Flag:
    """`level`: critical, held, warning or info."""

    level: str
    text: str


@dataclass(frozen=True)
class Card:
    """One bag, made or still to make. `stops`: why it must not be made or hung."""

    cycle: Cycle
    planned: PlannedBag
    needed_by: datetime | None  # None while the infusion is stopped
    bag: Bag | None
    vials: int
    reason: str  # why the label set gives no recipe
    zone: str
    training: bool
    make: MakeSession | None = None  # being made now
    waits_for_reader: bool = False  # the drug is drawn; a second person reads the syringe
    hands: frozenset[int] = frozenset()  # who had a part in making it
    last: BagMove | None = None  # its newest scan
    stops: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = field(default=())
    is_late: bool = False  # it should have hung already
    key: int = 0  # the number that opens it

    @property
    def n(self) -> int:
        return self.planned.n

    @property
    def url(self) -> str:
        if self.bag is not None:
            return reverse("infusions:bag", args=[self.bag.uuid])
        if self.stops:
            return reverse("infusions:hold", args=[self.cycle.uuid])
        if self.cycle.state == Cycle.State.PLANNED:
            return reverse("infusions:order", args=[self.cycle.uuid])
        return reverse("infusions:make", args=[self.cycle.uuid, self.n])


@dataclass(frozen=True)
class Lane:
    key: str
    title: str
    empty: str
    cards: list[Card]
    later: list[Card] = field(default_factory=list)  # folded away below the others
    is_folded: bool = False

    @property
    def count(self) -> int:
        return len(self.cards) + len(self.later)


def board_of(user, at: datetime) -> dict:
    """Lanes of cards, soonest first and numbered, and how many vials today and this week take."""
    cards: dict[str, list[Card]] = {key: [] for key, *_words in lanes()}
    held = 0
    for cycle in board_cycles(user):
        held += bool(held_stops(cycle))
        for key, card in _cards(cycle, at):
            cards[key].append(card)
    for row in cards.values():
        row.sort(key=lambda card: (card.needed_by is None, card.needed_by or at))
    unmade = [card for key in ("review", "make", "making") for card in cards[key]]
    to_make = [card for card in unmade if not card.stops]
    return {
        "lanes": _numbered(cards, at),
        "counts": Counter({key: len(found) for key, found in cards.items()}),
        "held": held,
        "to_make": to_make,
        "vials_today": sum(card.vials for card in to_make if _today(card, at)),
        "vials_week": sum(card.vials for card in to_make if _by(card, at + AHEAD)),
        "training": any(card.training for row in cards.values() for card in row),
    }


def lanes() -> list[tuple[str, str, str]]:
    return [
        ("review", _("Waiting for dose review"), _("No dose is waiting for a review.")),
        ("make", _("To make"), _("Nothing to make in the next 7 days.")),
        ("making", _("Being made"), _("Nobody is making a bag.")),
        ("check", _("To check"), _("No bag waits for its check.")),
        ("ready", _("Ready in the pharmacy"), _("No bag is waiting to be fetched.")),
        ("way", _("On the way"), _("No bag is on the way.")),
        ("quarantined", _("Quarantined"), _("No bag is quarantined.")),
        ("place", _("At the place"), _("No bag is at a ward or home.")),
        ("gone", _("Discarded or rejected"), _("None in the last 7 days.")),
    ]


FOLDED = ("place", "gone")


def _numbered(cards: dict[str, list[Card]], at: datetime) -> list[Lane]:
    """The keys open the first rows that are in sight, from the top."""
    found, key = [], 0
    for lane, title, empty in lanes():
        later = [card for card in cards[lane] if lane == "make" and not _by(card, at + SOON)]
        row = [card for card in cards[lane] if card not in later]
        if lane not in FOLDED:
            free = range(key + 1, KEYS + 1)
            row = [
                replace(card, key=n) for card, n in zip_longest(row, free[: len(row)], fillvalue=0)
            ]
            key += len(row)
        found.append(Lane(lane, title, empty, row, later, is_folded=lane in FOLDED))
    return found


def _cards(cycle: Cycle, at: datetime):
    """(lane, card) of every planned bag that somebody has to act on, and of lost bags."""
    kept = {bag.planned_id: bag for bag in cycle.made_bags if bag.state not in GONE}
    stops = tuple(stop.message for stop in held_stops(cycle))
    for planned in _planned(cycle):
        bag = kept.pop(planned.pk, None)
        card = _card(cycle, planned, bag, stops, at)
        if lane := lane_of(bag) if bag else _unmade_lane(card, at):
            yield lane, card
    for bag in kept.values():  # made for a plan that another one took the place of
        if lane := lane_of(bag):
            yield lane, _card(cycle, bag.planned, bag, stops, at)
    for bag in cycle.made_bags:
        if bag.state in GONE and bag.prepared_at > at - BEHIND:
            yield "gone", _card(cycle, bag.planned, bag, (), at)


def _planned(cycle: Cycle) -> list[PlannedBag]:
    plans = cycle.current_plans
    return sorted(plans[0].bags.all(), key=lambda bag: bag.n) if plans else []


def lane_of(bag: Bag) -> str:
    """The lane of a bag that is made; empty for one that is over."""
    found = {
        Bag.State.MADE: "check",
        Bag.State.DISPUTED: "check",
        Bag.State.QUARANTINED: "quarantined",
        Bag.State.HUNG: "place",
    }.get(bag.state, "")
    if bag.state == Bag.State.RELEASED:
        if not bag.label_checked_how:
            return "check"
        return {"pharmacy": "ready", "in_transit": "way"}.get(bag.place, "place")
    return found


def _unmade_lane(card: Card, at: datetime) -> str:
    """Bags of the coming week; before the signature, and on hold, only the next one."""
    cycle = card.cycle
    running_n = cycle.current_bag.planned.n if cycle.current_bag_id else 0
    if card.n <= running_n:
        return ""
    if card.make is not None:
        return "making"
    is_next = card.n == running_n + 1
    if cycle.state == Cycle.State.PLANNED or card.stops:
        return "review" if is_next else ""
    return "make" if is_next or _by(card, at + AHEAD) else ""


def _card(cycle: Cycle, planned: PlannedBag, bag: Bag | None, stops, at: datetime) -> Card:
    made = made_of((cycle, planned)) if bag is None else {"recipe": bag, "reason": ""}
    hung = bag is not None and bag.state == Bag.State.HUNG
    gone = bag is not None and bag.state in GONE
    last = bag.current_moves[-1] if bag and bag.current_moves else None
    needed_by = bag.hung_at if hung else _needed_by(cycle, planned, at)
    return Card(
        cycle=cycle,
        planned=planned,
        needed_by=needed_by,
        is_late=needed_by is not None and needed_by < at and not hung and not gone,
        bag=bag,
        vials=made["recipe"].vials if made["recipe"] else 0,
        reason=made["reason"],
        zone=cycle.patient.care_team.site.zone,
        training=values.label_of(cycle).is_training,
        last=last,
        stops=_stops(bag, stops),
        flags=tuple(_flags(cycle, bag)),
        **_making(cycle, planned),
    )


def _stops(bag: Bag | None, stops: tuple[str, ...]) -> tuple[str, ...]:
    """A bag set apart says its own causes, the hold among them; one that hangs or is gone none."""
    if bag is None or bag.state in (Bag.State.MADE, Bag.State.RELEASED):
        return stops
    if bag.state != Bag.State.QUARANTINED:
        return ()
    causes = tuple(cause_words(row) for row in open_quarantines(bag))
    return causes or (_("To be checked again"),)


def _making(cycle: Cycle, planned: PlannedBag) -> dict:
    make = next((one for one in cycle.open_makes if one.planned_id == planned.pk), None)
    if make is None:
        return {}
    steps = {step.key: step for step in make.counted_steps}
    return {
        "make": make,
        "waits_for_reader": making.DRAW in steps and making.CHECK_DRAWN not in steps,
        "hands": frozenset({make.maker_id, *(step.by_id for step in steps.values())}),
    }


def _flags(cycle: Cycle, bag: Bag | None):
    """What a pharmacist has to know of a bag before touching it, the worst first."""
    if bag is None or bag.state in GONE:
        return
    if bag.lacks_second_check:
        yield Flag("critical", _("SINGLE-CHECKED"))
    if bag.state == Bag.State.HUNG:
        return
    if bag.state == Bag.State.DISPUTED:
        yield Flag("critical", _("Read differently twice"))
    if bag.state == Bag.State.RELEASED and not bag.label_checked_how:
        yield Flag("warning", _("Label to be read"))
    if gaps_of_bag(bag):
        yield Flag("warning", _("Unscanned time"))
    for review in cycle.open_reviews:
        yield Flag("warning", _("Review: %(why)s") % {"why": review.get_cause_display()})


def _needed_by(cycle: Cycle, planned: PlannedBag, at: datetime) -> datetime | None:
    if cycle.started_at is None:
        return cycle.planned_start + timedelta(minutes=planned.minute)
    if cycle.state != Cycle.State.RUNNING:
        return None
    return at + timedelta(minutes=planned.minute) - queries.elapsed_at(cycle, at)


def _by(card: Card, until: datetime) -> bool:
    return card.needed_by is not None and card.needed_by <= until


def _today(card: Card, at: datetime) -> bool:
    if card.needed_by is None:
        return False
    zone = ZoneInfo(card.zone)
    return card.needed_by.astimezone(zone).date() <= at.astimezone(zone).date()
