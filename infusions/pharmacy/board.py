"""Reads of the preparation board: which bag is where, and what has to be made by when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import subject_of
from audit.models import Event
from display.formats import when
from infusions import queries, values
from infusions.models import Bag, BagPlan, Cycle, MakeSession, MakeStep
from infusions.plans.planner import made_of
from patients.queries import visible_to
from protocol import making

AHEAD = timedelta(days=7)
BEHIND = timedelta(days=7)
GONE = (Bag.State.DISCARDED, Bag.State.REJECTED, Bag.State.QUARANTINED)


@dataclass(frozen=True)
class Card:
    """One bag, made or still to make."""

    cycle: Cycle
    n: int
    needed_by: datetime | None  # None while the infusion is stopped
    bag: Bag | None
    vials: int
    hours: int
    reason: str
    zone: str
    training: bool
    make: MakeSession | None = None  # being made now
    waits_for_reader: bool = False  # the drug is drawn; a second person reads the syringe
    hands: frozenset[int] = frozenset()  # who had a part in making it


@dataclass(frozen=True)
class Lane:
    key: str
    title: str
    empty: str
    cards: list[Card]


def board_of(user, at: datetime) -> dict:
    """Lanes of cards, soonest first, and how many vials today and this week take."""
    cards: dict[str, list[Card]] = {key: [] for key, _title, _empty in lanes()}
    cycles = list(_cycles(user))
    values.read_labels(cycles)
    for cycle in cycles:
        for key, card in _cards(cycle, at):
            cards[key].append(card)
    for row in cards.values():
        row.sort(key=lambda card: (card.needed_by is None, card.needed_by or at))
    found = [Lane(key, title, empty, cards[key]) for key, title, empty in lanes()]
    to_make = cards["order"] + cards["make"]
    return {
        "lanes": found,
        "vials_today": sum(card.vials for card in to_make if _today(card, at)),
        "vials_week": sum(card.vials for card in to_make if _by(card, at + AHEAD)),
        "training": any(card.training for row in cards.values() for card in row),
    }


def lanes() -> list[tuple[str, str, str]]:
    return [
        ("order", _("Waiting for the order"), _("No order is waiting.")),
        ("make", _("To make"), _("Nothing to make in the next 7 days.")),
        ("check", _("To check"), _("No bag waits for its check.")),
        ("ready", _("Ready in the pharmacy"), _("No bag is waiting to be fetched.")),
        ("way", _("On the way"), _("No bag is on the way.")),
        ("place", _("At the place"), _("No bag is at a ward or home.")),
        ("gone", _("Discarded or rejected"), _("None in the last 7 days.")),
    ]


def _cycles(user):
    current = BagPlan.objects.filter(is_current=True).prefetch_related("bags")
    made = Bag.objects.select_related("planned").order_by("pk")
    return (
        Cycle.objects.filter(patient__in=visible_to(user), state__in=Cycle.OPEN)
        .select_related(*queries.CYCLE_PARTS)
        .prefetch_related(
            "orders",
            Prefetch("plans", queryset=current, to_attr="current_plans"),
            Prefetch("bags", queryset=made, to_attr="made_bags"),
            Prefetch("makes", queryset=_open_makes(), to_attr="open_makes"),
        )
        .order_by("pk")
    )


def _open_makes():
    counted = MakeStep.objects.filter(corrected_by=None)
    steps = Prefetch("steps", queryset=counted, to_attr="counted_steps")
    rows = MakeSession.objects.filter(state=MakeSession.State.OPEN)
    return rows.select_related("maker").prefetch_related(steps)


def _cards(cycle: Cycle, at: datetime):
    """(lane, card) of every planned bag that somebody has to act on, and of lost bags."""
    kept = {bag.planned_id: bag for bag in cycle.made_bags if bag.state not in GONE}
    for planned in _planned(cycle):
        bag = kept.pop(planned.pk, None)
        card = _card(cycle, planned, bag, at)
        lane = _lane(cycle, bag) if bag else _unmade_lane(cycle, card, at)
        if lane:
            yield lane, card
    for bag in kept.values():  # made for a plan that another one took the place of
        if lane := _lane(cycle, bag):
            yield lane, _card(cycle, bag.planned, bag, at)
    for bag in cycle.made_bags:
        if bag.state in GONE and bag.prepared_at > at - BEHIND:
            yield "gone", _card(cycle, bag.planned, bag, at)


def _planned(cycle: Cycle) -> list:
    plans = cycle.current_plans
    return sorted(plans[0].bags.all(), key=lambda bag: bag.n) if plans else []


def _lane(cycle: Cycle, bag: Bag) -> str:
    if bag.state in (Bag.State.MADE, Bag.State.DISPUTED):
        return "check"
    if bag.state == Bag.State.HUNG:
        return "place"
    if bag.state != Bag.State.RELEASED:
        return ""
    if not bag.label_checked_how:
        return "check"
    return {"pharmacy": "ready", "in_transit": "way"}.get(bag.place, "place")


def _unmade_lane(cycle: Cycle, card: Card, at: datetime) -> str:
    """Bags of the coming week; before the signature only the first one."""
    if cycle.state == Cycle.State.PLANNED:
        return "order" if card.n == 1 else ""
    running_n = cycle.current_bag.planned.n if cycle.current_bag_id else 0
    if card.n <= running_n:
        return ""
    return "make" if card.n == running_n + 1 or _by(card, at + AHEAD) else ""


def _card(cycle: Cycle, planned, bag: Bag | None, at: datetime) -> Card:
    made = made_of((cycle, planned)) if bag is None else {"recipe": bag, "reason": ""}
    make = next((one for one in cycle.open_makes if one.planned_id == planned.pk), None)
    steps = {step.key: step for step in make.counted_steps} if make else {}
    return Card(
        cycle=cycle,
        n=planned.n,
        needed_by=_hung_at(bag) or _needed_by(cycle, planned, at),
        bag=bag,
        vials=made["recipe"].vials if made["recipe"] else 0,
        hours=planned.bag_hours,
        reason=made["reason"],
        zone=cycle.patient.care_team.site.zone,
        training=values.label_of(cycle).is_training,
        make=make,
        waits_for_reader=making.DRAW in steps and making.CHECK_DRAWN not in steps,
        hands=frozenset({make.maker_id, *(step.by_id for step in steps.values())})
        if make
        else frozenset(),
    )


def _hung_at(bag: Bag | None) -> datetime | None:
    """A bag whose start was taken back waits again."""
    return bag.hung_at if bag and bag.state != Bag.State.RELEASED else None


def _needed_by(cycle: Cycle, planned, at: datetime) -> datetime | None:
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


def planned_bag(cycle: Cycle, n: int):
    """Bag n of the plan that counts, or None."""
    plan = queries.plan_of(cycle)
    return plan.bags.filter(n=n).first() if plan else None


def made_bag(planned) -> Bag | None:
    """The bag that was made for this place in the plan and is not lost."""
    return planned.made.exclude(state__in=GONE).order_by("-pk").first()


def vials_of(bag: Bag) -> list[dict]:
    """Vials that count, each with the entry it corrects."""
    rows = bag.vial_lots.filter(corrected_by=None).select_related("corrects", "recorded_by")
    return [{"vial": row, "original": row.corrects} for row in rows.order_by("pk")]


def how_made(bag: Bag) -> dict:
    """Step by step (with its session) or logged afterwards (with the reason); `how` None: of a
    time when nobody said."""
    work = bag.work.filter(corrected_by=None).first()
    return {"work": work, "make": MakeSession.objects.filter(bag=bag).first()}


def work_before(bag: Bag) -> list:
    """What was logged at the hood and corrected since, newest first."""
    rows = bag.work.exclude(corrected_by=None).select_related("corrected_by__recorded_by")
    return list(rows.order_by("-pk"))


def history_of(bag: Bag, *, may_correct: bool = False) -> list[dict]:
    """What happened to the bag, newest first."""
    found = [_entry(bag.prepared_at, "flask-conical", _("Made"), "", bag.compounded_by)]
    for check in bag.checks.select_related("checked_by").order_by("pk"):
        found.append(_check_entry(check))
    zone = bag.cycle.patient.care_team.site.zone
    moves = bag.moves.filter(corrected_by=None).select_related("recorded_by", "corrects")
    found += [_move_entry(move, zone, may_correct) for move in moves.order_by("pk")]
    for event in Event.objects.filter(subject=subject_of(bag), verb__in=SET_APART):
        title = SET_APART[event.verb]()
        words = event.reason or bag.discarded_because
        icon = ICONS.get(event.verb, "signature")
        found.append(_entry(event.at, icon, title, words, event.actor))
    return sorted(found, key=lambda entry: entry["at"], reverse=True)


SET_APART = {
    "discarded_bag": lambda: _("Discarded"),
    "quarantined_bag": lambda: _("Set apart, to be checked again"),
    "decided_dispute": lambda: _("A third person decided"),
    "asked_emergency_release": lambda: _("Asked to release on a single check"),
    "released_alone": lambda: _("Released on a single check"),
}


ICONS = {"discarded_bag": "trash-2", "quarantined_bag": "trash-2"}


def _move_entry(move, zone: str, may_correct: bool) -> dict:
    title = _("Scan taken back") if move.is_withdrawn else _("Scanned")
    entry = _entry(move.moved_at, "package", title, _where(move), move.recorded_by)
    if move.corrects is not None:
        entry |= {
            "text": "" if move.is_withdrawn else _where(move),
            "original": f"{_where(move.corrects)}, {_time(move.corrects.moved_at, zone)}",
            "corrected_by": move.recorded_by,
            "corrected_at": move.recorded_at,
            "reason": move.correction_reason,
        }
    if may_correct and not move.is_withdrawn:
        url = reverse("infusions:correct_move", args=[move.uuid])
        entry |= {"url": url, "url_label": _("Correct")}
    return entry


def _time(at: datetime, zone: str) -> str:
    return when(at, zone, at)


def _where(move) -> str:
    return f"{move.get_place_display()}, {move.get_storage_display()}"


def _check_entry(check) -> dict:
    """That it was read and whether it agreed; never what."""
    title, level = _title_of(check)
    how = "" if check.method == "in_person" else check.get_method_display()
    words = f"{how}: {check.method_note}" if check.method_note else how
    entry = _entry(check.checked_at, "shield-check", title, words, check.checked_by)
    return {**entry, "level": level}


def _title_of(check) -> tuple[str, str]:
    if check.too_fast:
        return _("Reading too fast, not counted"), "critical"
    if check.part == "third":
        return _("Read by a third person"), ""
    if check.part == "maker":
        return _("Read again by the maker"), ""
    if check.stage == "label":
        told = (_("Label read: it agrees"), "done")
        return told if check.agreed else (_("Label read otherwise"), "critical")
    told = (_("Checked: the readings agree"), "done")
    return told if check.agreed else (_("Readings differ"), "critical")


def _entry(at, icon: str, title: str, text: str, by) -> dict:
    return {"at": at, "icon": icon, "title": title, "text": text, "by": by}
