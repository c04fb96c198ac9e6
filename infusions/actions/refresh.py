"""The present state on the cycle row: replay of the ledger, written as columns."""

from datetime import datetime, timedelta

from infusions import queries, values
from infusions.actions.coverage import cover_columns
from infusions.hung import HANGS
from infusions.models import Bag, Cycle, InfusionEvent
from protocol import timeline
from protocol.timeline import RunState

EMPTY = {
    "started_at": None,
    "as_of": None,
    "delivered_s": 0,
    "delivered_mcg": 0,
    "stopped_at": None,
    "current_bag_id": None,
    "bag_delivered_s": 0,
    "dose_mcg_per_day": None,
    "rate_ml_per_h": None,
    "bag_ends_at": None,
    "next_change_at": None,
    "expected_end_at": None,
    "ended_at": None,
    "end_reason": "",
}


def refresh(cycle: Cycle) -> Cycle:
    """Replays every event and writes what follows. HardStop when the ledger cannot be true.

    The cycle row must be locked; the caller raises its version."""
    events = values.current_events(cycle)
    _write_bags(cycle, events)
    for name, value in columns_of(cycle, events).items():
        setattr(cycle, name, value)
    cycle.current_bag = (
        Bag.objects.select_related("planned").filter(pk=cycle.current_bag_id).first()
    )
    for name, value in cover_columns(cycle).items():
        setattr(cycle, name, value)
    cycle.save()
    return cycle


def columns_of(cycle: Cycle, events: list[InfusionEvent]) -> dict:
    """What the present-state columns must hold, from the events alone."""
    if not events:
        signed = queries.signed_order_of(cycle) is not None
        return {**EMPTY, "state": Cycle.State.ORDERED if signed else Cycle.State.PLANNED}
    last = events[-1]
    as_of = last.occurred_at
    run = timeline.replay([values.run_event(event) for event in events], as_of)
    bag = next((event.bag for event in reversed(events) if event.bag_id), None)
    columns = {
        **EMPTY,
        "state": last.kind if run.state == "ended" else run.state,
        "started_at": run.started_at,
        "as_of": as_of,
        "delivered_s": _seconds(run.delivered),
        "delivered_mcg": run.delivered_mcg,
        "stopped_at": run.stopped_at if run.state == "interrupted" else None,
        "current_bag_id": bag.pk if bag else None,
        "bag_delivered_s": _seconds(run.bag_infused.get(run.current_bag or "", timedelta(0))),
        "dose_mcg_per_day": run.current_dose,
        "rate_ml_per_h": bag.rate_ml_per_h if bag else None,
    }
    if run.state == "ended":
        return {**columns, "ended_at": as_of, "end_reason": last.note[:200]}
    if run.is_running and bag is not None:
        columns.update(_instants(cycle, run, bag, as_of))
    return columns


def _instants(cycle: Cycle, run: RunState, bag: Bag, as_of: datetime) -> dict:
    """When the bag is over, when the next is due and when the cycle ends, if nothing happens."""
    end = timeline.end_of_cycle(run, as_of, cycle.total_hours)
    used = run.bag_infused.get(bag.code, timedelta(0))
    bag_ends = min(as_of + timedelta(hours=bag.bag_hours) - used, bag.discard_after)
    return {
        "bag_ends_at": bag_ends,
        "next_change_at": _next_change(bag, run, as_of, bag_ends, end),
        "expected_end_at": end,
    }


def _next_change(bag: Bag, run: RunState, as_of: datetime, bag_ends: datetime, end):
    plan = queries.plan_of(bag.cycle)
    coming = plan.bags.filter(n__gt=bag.planned.n).order_by("n").first() if plan else None
    if coming is None:
        return bag_ends if end and bag_ends < end else None
    planned = as_of + timedelta(minutes=coming.minute) - run.delivered
    return min(planned, bag_ends)


def _write_bags(cycle: Cycle, events: list[InfusionEvent]) -> None:
    """Bags follow the ledger: one hangs, those before it are finished, the rest never hung."""
    hung = _hung_spans(events)
    moved = {event.bag_id for event in events if event.corrects_id and event.kind in HANGS}
    ever = cycle.bags.filter(state__in=[Bag.State.HUNG, Bag.State.FINISHED])
    for bag in ever.exclude(pk__in=hung).select_related("planned"):
        bag.cycle, bag.state, bag.taken_down_at = cycle, Bag.State.RELEASED, None
        bag.discard_after = values.discard_after_if_hung(bag, None)
        _save(bag)
    for pk, (_bag, from_at, to_at) in sorted(hung.items(), key=lambda one: one[1][2] is None):
        bag = Bag.objects.select_related("planned").get(pk=pk)
        bag.cycle = cycle
        state = Bag.State.HUNG if to_at is None else Bag.State.FINISHED
        put_away = state == Bag.State.FINISHED and bag.state in (
            Bag.State.DISCARDED,
            Bag.State.QUARANTINED,
        )
        if not put_away:  # what was done with the bag afterwards stays
            _hang(bag, state, from_at, to_at, moved=pk in moved)
        for event in events:  # the end of the bag is reckoned from what they hold
            if event.bag_id == pk:
                event.bag.discard_after = bag.discard_after


def _hang(bag: Bag, state: str, from_at: datetime, to_at: datetime | None, *, moved: bool) -> None:
    """`moved`: the time of the hanging was corrected, so the bag is warm since another time."""
    before = (bag.state, bag.taken_down_at, bag.discard_after)
    if bag.hung_at is None or moved:
        bag.discard_after = values.discard_after_if_hung(bag, from_at)
    bag.hung_at = bag.hung_at or from_at  # as first recorded; the ledger has the time that counts
    bag.state, bag.taken_down_at = state, to_at
    if (bag.state, bag.taken_down_at, bag.discard_after) != before:
        _save(bag)


def _hung_spans(events: list[InfusionEvent]) -> dict:
    spans: dict = {}
    for event in events:
        if event.kind in ("ended", "discontinued") or event.bag_id:
            for pk, (bag, from_at, to_at) in spans.items():
                if to_at is None and pk != event.bag_id:
                    spans[pk] = (bag, from_at, event.occurred_at)
            if event.kind in ("ended", "discontinued"):
                spans = {pk: (b, f, t or event.occurred_at) for pk, (b, f, t) in spans.items()}
        if event.bag_id and event.kind in HANGS:
            before = spans.get(event.bag_id)
            spans[event.bag_id] = (event.bag, before[1] if before else event.occurred_at, None)
    return spans


def _save(bag: Bag) -> None:
    bag.version += 1
    bag.save(update_fields=["state", "hung_at", "taken_down_at", "discard_after", "version"])


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
