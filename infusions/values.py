"""The only bridge from rows to the values of the protocol."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from infusions.hung import hung_from
from infusions.models import (
    Bag,
    BeyondUseLimits,
    Cycle,
    DoseOrder,
    InfusionEvent,
    PlannedBag,
    RowPassport,
    SiteRow,
)
from protocol.bags import BagRecipe, recipe
from protocol.custody import Proof, Scan, stays_from, worst_case
from protocol.dosing import DoseStep, dose_at, dose_steps
from protocol.label import Label, Status, load
from protocol.label_adopted import Read, applied, own_row
from protocol.label_rows import Row
from protocol.stability import (
    BeyondUse,
    ColdBudget,
    Stay,
    begin_by,
    cold_budget,
    discard_after,
)
from protocol.stops import HardStop, Stop
from protocol.timeline import RunEvent

FIXED, BSA = "fixed", "bsa"


def label_of(cycle: Cycle) -> Label:
    """The label set the cycle was stamped with, as its organisation has read it; it never follows
    a newer set. Kept with the instance: an action locks a fresh one and so reads afresh."""
    held = cycle.__dict__.get("label_in_use")
    if held is None or held.id != cycle.label_id:
        held = label_for(cycle.patient.organisation_id, cycle.label_id)
        cycle.label_in_use = held
    return held


def read_labels(cycles: Iterable[Cycle]) -> None:
    """The label sets of many cycles with one query, before a list asks for each of them."""
    cycles = list(cycles)
    places = {(cycle.patient.organisation_id, cycle.label_id) for cycle in cycles}
    found = labels_for(places)
    for cycle in cycles:
        cycle.label_in_use = found[cycle.patient.organisation_id, cycle.label_id]


def label_of_bag(bag: Bag) -> Label:
    """The set the bag was made with, also when its cycle was moved to another one since."""
    if bag.label_id in (None, bag.cycle.label_id):
        return label_of(bag.cycle)
    return label_for(bag.cycle.patient.organisation_id, bag.label_id)


def label_for(organisation_id: int, label_id: str) -> Label:
    """A label set with what this organisation verified, and with its own rows."""
    return labels_for({(organisation_id, label_id)})[organisation_id, label_id]


def labels_for(places: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Label]:
    """By (organisation, label set). Training sets are as their file has them: nobody reads them."""
    loaded = {place: load(place[1]) for place in places}
    real = [place for place, rules in loaded.items() if not rules.is_training]
    passports = _verified(real)
    for place in real:
        loaded[place] = _applied(loaded[place], passports.get(place, []))
    return loaded


def _verified(places: list[tuple[int, str]]) -> dict[tuple[int, str], list[RowPassport]]:
    if not places:
        return {}
    rows = RowPassport.objects.filter(
        state=RowPassport.State.VERIFIED,
        organisation__in={place[0] for place in places},
        label_id__in={place[1] for place in places},
    ).select_related("site_row", "first_reader", "second_reader")
    found: dict[tuple[int, str], list[RowPassport]] = {}
    for row in rows.order_by("pk"):
        found.setdefault((row.organisation_id, row.label_id), []).append(row)
    return found


def _applied(rules: Label, passports: list[RowPassport]) -> Label:
    read = {
        (one.row_id, one.row_digest): Read(
            f"{one.first_reader}, {one.second_reader}", one.verified_at.date()
        )
        for one in passports
    }
    return applied(rules, read, [own_row_of(one.site_row) for one in passports if one.site_row])


def own_row_of(row: SiteRow) -> Row:
    """A site's own row as the protocol reads it, unverified."""
    return own_row(row.kind, {n: _number(v) for n, v in row.content.items()}, source=row.source)


def _number(value):
    """Amounts are kept as {"number": "4.5"}: text that stays text is never taken for one."""
    if isinstance(value, dict):
        return Decimal(value["number"])
    return value


def is_training(cycle: Cycle) -> bool:
    return cycle.patient.organisation.is_training


def steps_from_label(cycle: Cycle, body=None) -> tuple[DoseStep, ...]:
    """For the body the cycle was planned with, or for another `body` with the same names."""
    body = body or cycle
    return dose_steps(
        label_of(cycle),
        indication=cycle.indication,
        cycle_no=cycle.number,
        weight_kg=body.weight_kg,
        bsa_m2=body.bsa_m2,
    )


def steps_of_order(order: DoseOrder) -> tuple[DoseStep, ...]:
    """The doses as they were signed, whatever the label set says today."""
    return tuple(_step(row) for row in order.steps)


def steps_of(cycle: Cycle) -> tuple[DoseStep, ...]:
    """The signed doses; before the signature those of the label set."""
    signed = [order for order in cycle.orders.all() if order.is_signed]
    if not signed:
        return steps_from_label(cycle)
    return steps_of_order(max(signed, key=lambda order: (order.created_at, order.pk)))


def _step(row: dict) -> DoseStep:
    per_m2 = row.get("per_m2_mcg_per_day")
    return DoseStep(
        from_hour=int(row["from_hour"]),
        to_hour=int(row["to_hour"]),
        mcg_per_day=Decimal(str(row["mcg_per_day"])),
        basis=BSA if row.get("basis") == BSA else FIXED,
        formula=row.get("formula", ""),
        source=row.get("source", ""),
        row_id=row.get("row_id", ""),
        status=Status(row["status"]) if row.get("status") else Status.UNKNOWN,
        capped=bool(row.get("capped", False)),
        alerts=tuple(row.get("alerts", ())),
        per_m2_mcg_per_day=Decimal(str(per_m2)) if per_m2 is not None else None,
    )


def current_events(cycle: Cycle) -> list[InfusionEvent]:
    """Events that count: not corrected by a newer row and not entered in error."""
    rows = (
        InfusionEvent.objects.filter(cycle=cycle, corrected_by=None)
        .exclude(kind=InfusionEvent.Kind.VOIDED)
        .select_related("bag", "recorded_by", "corrects")
    )
    return sorted(rows, key=lambda event: (event.occurred_at, first_seq(event)))


def first_seq(event: InfusionEvent) -> int:
    """A correction keeps the place of the entry it corrects among events of one moment."""
    while event.corrects_id is not None:
        event = event.corrects
    return event.seq


def run_event(event: InfusionEvent) -> RunEvent:
    return RunEvent(
        kind=event.kind,
        at=event.occurred_at,
        bag_code=event.bag.code if event.bag_id else None,
        rate_ml_per_h=event.rate_ml_per_h,
        dose_mcg_per_day=event.dose_mcg_per_day,
        seq=first_seq(event),
    )


def events_of(cycle: Cycle) -> list[RunEvent]:
    return [run_event(event) for event in current_events(cycle)]


def recipe_for(cycle: Cycle, planned: PlannedBag) -> BagRecipe:
    """The recipe of a planned bag at the dose of its place in the cycle. Raises HardStop, whose
    stops lead to the passports of the rows they name."""
    return _recipe(cycle, label_of(cycle), planned.minute, planned.bag_hours)


def recipe_by(cycle: Cycle, rules: Label, planned: PlannedBag) -> BagRecipe:
    """The recipe of a planned bag by another label set than the cycle's. Raises HardStop."""
    return _recipe(cycle, rules, planned.minute, planned.bag_hours)


def recipe_of_bag(bag: Bag) -> BagRecipe:
    """What the set a bag was made with says of it today. Raises HardStop when it says no more."""
    return _recipe(bag.cycle, label_of_bag(bag), bag.planned.minute, bag.bag_hours)


def _recipe(cycle: Cycle, rules: Label, minute: int, hours: int) -> BagRecipe:
    training = is_training(cycle)
    dose = dose_at(steps_of(cycle), Decimal(minute) / 60)
    try:
        _check_dose_row(rules, dose, training)
        return recipe(
            rules,
            dose=dose,
            weight_kg=cycle.weight_kg,
            bsa_m2=cycle.bsa_m2,
            hours=hours,
            training=training,
        )
    except HardStop as refusal:
        raise HardStop(*(with_link(stop, rules.id) for stop in refusal.stops)) from refusal


def _check_dose_row(rules: Label, dose: DoseStep, training: bool) -> None:
    """The dose is the prescriber's; the row it was worked out from is read like any other."""
    for row in rules.doses:
        stop = row.refuse(training) if row.row_id == dose.row_id else None
        if stop:
            raise HardStop(stop)


def with_link(stop: Stop, label_id: str) -> Stop:
    """The stop, leading to the passport of the row it names, if it names one."""
    if not stop.row_id:
        return stop
    return replace(stop, link=reverse("infusions:label_row", args=[label_id, stop.row_id]))


def discard_after_of(bag: Bag, stays: Sequence[Stay]) -> datetime:
    """The discard time of a bag that is made, by the storage limits of the set it was made with:
    a row read no more, or a cycle moved to another set, stops nobody from tracking it."""
    kept = _Kept(bag.bag_hours, bag.preservative)
    return discard_after(label_of_bag(bag), kept, prepared_at=bag.prepared_at, stays=stays)


def begin_by_of(bag: Bag, stays: Sequence[Stay]) -> datetime | None:
    """By when the infusion must begin, by the limits of the site the bag was made under; None when
    they are not known. `stays`: until it was hung."""
    return begin_by_under(bag.beyond_use, bag.prepared_at, stays)


def begin_by_under(
    limits: BeyondUseLimits | None, prepared_at: datetime, stays: Sequence[Stay]
) -> datetime | None:
    if limits is None:
        return None
    known = BeyondUse(limits.room_hours, limits.cold_hours)
    return begin_by(known, prepared_at=prepared_at, stays=stays)


def budget_of(bag: Bag, at: datetime) -> ColdBudget:
    """Its time outside the fridge as of a moment; of a bag that ran, as of when it came down."""
    kept, until = _Kept(bag.bag_hours, bag.preservative), bag.taken_down_at or at
    label, stays = label_of_bag(bag), stays_of(bag)
    return cold_budget(label, kept, prepared_at=bag.prepared_at, stays=stays, at=until)


@dataclass(frozen=True)
class _Kept:
    """What storage asks of a recipe."""

    hours: int
    preservative: bool


def custody_of(bag: Bag) -> tuple[Stay, ...]:
    """Where the bag was until it was hung, in order: scans and signed evidence. What nobody
    scanned is unknown."""
    moves = bag.__dict__.get("current_moves")  # a list has read them for all its bags
    if moves is None:
        counted = bag.moves.filter(corrected_by=None, is_withdrawn=False)
        moves = counted.order_by("moved_at", "pk")
    proofs = bag.__dict__.get("signed_evidence")
    if proofs is None:
        proofs = bag.evidence.order_by("pk")
    scans = [Scan(move.place, move.storage, move.moved_at) for move in moves]
    return stays_from(scans, [Proof(one.kept, one.from_at, one.to_at) for one in proofs])


def stays_of(bag: Bag) -> tuple[Stay, ...]:
    """Where the bag was, as it has to be counted; once hung it is warm. The unknown counts as
    room temperature, and so does a fridge after it."""
    stays = worst_case(custody_of(bag))
    since = hung_from(bag)
    if since is None:
        return stays
    return (*(stay for stay in stays if stay.from_at <= since), Stay("room", since))


def discard_after_if_hung(bag: Bag, hang_at: datetime | None) -> datetime:
    """When a bag that waits would have to be discarded if it left the fridge and hung then; with
    None, as it waits now."""
    stays = stays_of(bag)
    stays += (Stay("room", hang_at),) if hang_at else ()
    return discard_after_of(bag, stays)
