"""The only bridge from rows to the values of the protocol."""

from datetime import datetime
from decimal import Decimal

from infusions.hung import hung_from
from infusions.models import Bag, Cycle, DoseOrder, InfusionEvent, PlannedBag
from protocol.bags import BagRecipe, recipe
from protocol.dosing import DoseStep, dose_at, dose_steps
from protocol.label import Label, Status, load
from protocol.stability import Stay, discard_after
from protocol.timeline import RunEvent

FIXED, BSA = "fixed", "bsa"


def label_of(cycle: Cycle) -> Label:
    """The label set the cycle was stamped with; it never follows a newer one."""
    return load(cycle.label_id)


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
    """The recipe of a planned bag at the dose of its place in the cycle. Raises HardStop."""
    return recipe(
        label_of(cycle),
        dose=dose_at(steps_of(cycle), Decimal(planned.minute) / 60),
        weight_kg=cycle.weight_kg,
        bsa_m2=cycle.bsa_m2,
        hours=planned.bag_hours,
        training=is_training(cycle),
    )


def stays_of(bag: Bag) -> tuple[Stay, ...]:
    """Where the bag was scanned, in order; once hung it is warm. What nobody scanned counts as
    room temperature."""
    moves = bag.moves.filter(corrected_by=None, is_withdrawn=False).order_by("moved_at", "pk")
    stays = [Stay("cold" if m.storage == "cold" else "room", m.moved_at) for m in moves]
    since = hung_from(bag)
    if since is None:
        return tuple(stays)
    return (*(stay for stay in stays if stay.from_at <= since), Stay("room", since))


def discard_after_if_hung(bag: Bag, hang_at: datetime | None) -> datetime:
    """When a bag that waits would have to be discarded if it left the fridge and hung then; with
    None, as it waits now."""
    stays = stays_of(bag)
    stays += (Stay("room", hang_at),) if hang_at else ()
    return discard_after(
        label_of(bag.cycle),
        recipe_for(bag.cycle, bag.planned),
        prepared_at=bag.prepared_at,
        stays=stays,
    )
