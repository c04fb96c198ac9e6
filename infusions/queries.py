"""Reads about cycles, bags and runs. Fetching is authorising: outside is 404."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.http import Http404

from infusions import values
from infusions.hung import with_hung_from
from infusions.models import (
    Bag,
    BagPlan,
    Cycle,
    DoseOrder,
    InfusionEvent,
    MedicationGiven,
    PlannedBag,
    StopReport,
)
from patients.queries import visible_to
from protocol import timeline
from protocol.dosing import DoseStep, dose_at
from protocol.schedule import infusion_day as day_of
from protocol.schedule import next_cycle_not_before as earliest_next
from protocol.timeline import RunState

UNUSABLE = (
    Bag.State.REJECTED,
    Bag.State.DISCARDED,
    Bag.State.QUARANTINED,
    Bag.State.DISPUTED,
)
CYCLE_PARTS = (
    "patient__care_team__site__organisation",
    "patient__organisation",
    "current_bag__planned",
    "responsible_nurse",
)


def get_cycle_for(user, uuid) -> Cycle:
    """The cycle, if this person may see its patient; 404 otherwise."""
    cycles = Cycle.objects.filter(patient__in=visible_to(user)).select_related(*CYCLE_PARTS)
    return _found(cycles.filter(uuid=uuid).first())


def get_bag_for(user, uuid) -> Bag:
    bags = Bag.objects.filter(cycle__patient__in=visible_to(user)).select_related(
        "planned", "order", "cycle__patient__care_team__site__organisation", "cycle__current_bag"
    )
    return _found(bags.filter(uuid=uuid).first())


def get_event_for(user, uuid) -> InfusionEvent:
    events = InfusionEvent.objects.filter(cycle__patient__in=visible_to(user)).select_related(
        "bag", "cycle__patient__care_team__site__organisation", "cycle__current_bag"
    )
    return _found(events.filter(uuid=uuid).first())


def get_medication_for(user, uuid) -> MedicationGiven:
    rows = MedicationGiven.objects.filter(cycle__patient__in=visible_to(user)).select_related(
        "recorded_by",
        "cycle__patient__care_team__site__organisation",
        "cycle__current_bag__planned",
    )
    return _found(rows.filter(uuid=uuid).first())


def get_plan_for(user, uuid) -> BagPlan:
    plans = BagPlan.objects.filter(cycle__patient__in=visible_to(user)).select_related(
        "superseded_by__made_by",
        "accepted_by",
        "signature",
        *(f"cycle__{part}" for part in CYCLE_PARTS),
    )
    return _found(plans.filter(uuid=uuid).first())


def get_report_for(user, uuid) -> StopReport:
    reports = StopReport.objects.filter(patient__in=visible_to(user)).select_related(
        "cycle", "patient__care_team__site__organisation"
    )
    return _found(reports.filter(uuid=uuid).first())


def _found(row):
    if row is None:
        raise Http404
    return row


def open_cycle_of(patient) -> Cycle | None:
    """The cycle planned, ordered, running or stopped now, if any."""
    return patient.cycles.filter(state__in=Cycle.OPEN).select_related(*CYCLE_PARTS).first()


def latest_cycle_of(patient) -> Cycle | None:
    """The open cycle, else the newest."""
    rows = patient.cycles.select_related(*CYCLE_PARTS)
    return open_cycle_of(patient) or rows.order_by("-created_at", "-pk").first()


def timeline_of(cycle: Cycle) -> list[InfusionEvent]:
    """Every event, corrected ones too, in the order they happened."""
    rows = cycle.events.select_related("bag", "recorded_by", "corrected_by", "corrects")
    return sorted(rows, key=lambda event: (event.occurred_at, event.seq))


def open_reports_of(patient) -> list[StopReport]:
    return list(
        patient.stop_reports.filter(state=StopReport.State.OPEN)
        .select_related("recorded_by")
        .order_by("stopped_at")
    )


def run_state(cycle: Cycle, at: datetime) -> RunState:
    """The run at a moment, replayed from the events that count."""
    return timeline.replay(values.events_of(cycle), at)


def signed_order_of(cycle: Cycle) -> DoseOrder | None:
    """The signed order that no newer signed order replaces."""
    return (
        cycle.orders.exclude(signature=None)
        .select_related("signature__signer")
        .order_by("-created_at", "-pk")
        .first()
    )


def newest_order_of(cycle: Cycle) -> DoseOrder | None:
    return cycle.orders.select_related("signature").order_by("-created_at", "-pk").first()


def steps_of(cycle: Cycle) -> tuple[DoseStep, ...]:
    """The doses of the cycle from its label set."""
    return values.steps_from_label(cycle)


def dose_due_at(cycle: Cycle, elapsed: timedelta) -> DoseStep | None:
    """The signed dose at an elapsed time of infusion; None without a signed order."""
    order = signed_order_of(cycle)
    if order is None:
        return None
    return dose_at(values.steps_of_order(order), _hours(elapsed))


def next_step_after(cycle: Cycle, elapsed: timedelta) -> timedelta | None:
    """Elapsed infusion time of the next change of the signed dose, if one is still to come."""
    begins = [timedelta(hours=step.from_hour) for step in values.steps_of(cycle)]
    coming = [begin for begin in begins if begin > elapsed]
    return min(coming, default=None)


def elapsed_at(cycle: Cycle, at: datetime) -> timedelta:
    """Delivered infusion time at a moment not before the last event, without a replay. An empty
    bag delivers nothing."""
    delivered = timedelta(seconds=cycle.delivered_s)
    if cycle.state == Cycle.State.RUNNING and cycle.as_of and at > cycle.as_of:
        delivered += min(at - cycle.as_of, bag_left(cycle))
    return delivered


def bag_left(cycle: Cycle) -> timedelta:
    """What the hanging bag still had to give at the last event."""
    whole = timedelta(hours=cycle.current_bag.bag_hours)
    return whole - timedelta(seconds=cycle.bag_delivered_s)


def infusion_day(cycle: Cycle, at: datetime) -> int:
    """Day N is the Nth 24 hours since the start, gaps included; never past the ended cycle."""
    if cycle.started_at is None:
        return 0
    last = min(at, cycle.ended_at) if cycle.ended_at else at
    return day_of(max(last - cycle.started_at, timedelta(0)))


def next_cycle_not_before(cycle: Cycle, ended_at: datetime) -> datetime | None:
    """The first moment for the next cycle; None when the label set names no next cycle."""
    rules = values.label_of(cycle)
    following = cycle.number + 1
    has_next = any(
        row.indication == cycle.indication and row.first_cycle <= following <= row.last_cycle
        for row in rules.cycles
    )
    if not has_next:
        return None
    return earliest_next(
        rules, indication=cycle.indication, cycle_no=cycle.number, ended_at=ended_at
    )


def plan_of(cycle: Cycle) -> BagPlan | None:
    return cycle.plans.filter(is_current=True).first()


def bags_of(cycle: Cycle) -> list[Bag]:
    """With `hung_from`, since when each hangs."""
    return list(with_hung_from(cycle.bags.select_related("planned")).order_by("planned__n", "pk"))


@dataclass(frozen=True)
class PlannedChange:
    """One planned bag with wall times from the ledger; `hang_at` is None while stopped.

    `state`: done, running, next or planned."""

    planned: PlannedBag
    n: int
    hang_at: datetime | None
    end_at: datetime | None
    bag: Bag | None
    state: str


def planned_changes(cycle: Cycle, at: datetime) -> list[PlannedChange]:
    """The bags of the current plan as of `at`: wall times follow what was delivered."""
    plan = plan_of(cycle)
    if plan is None:
        return []
    live = {bag.planned_id: bag for bag in bags_of(cycle) if bag.state not in UNUSABLE}
    current_n = cycle.current_bag.planned.n if cycle.current_bag_id else 0
    return [
        _change(cycle, planned, live.get(planned.pk), current_n, at)
        for planned in plan.bags.order_by("n")
    ]


def next_to_hang(changes: list[PlannedChange]) -> PlannedChange | None:
    """The first bag of the plan after the one that hangs or hung last."""
    return next((one for one in changes if one.state in ("next", "planned")), None)


def _change(cycle: Cycle, planned: PlannedBag, bag: Bag | None, current_n: int, at: datetime):
    state = _state(cycle, planned.n, current_n)
    hang_at = _wall(cycle, planned.plan, planned.minute, at)
    end_at = _wall(cycle, planned.plan, planned.minute + planned.runs_minutes, at)
    if state in ("done", "running") and bag is not None and bag.hung_from:
        hang_at = bag.hung_from
        end_at = cycle.next_change_at or end_at if state == "running" else bag.taken_down_at
    elif state == "next" and cycle.next_change_at:
        hang_at = cycle.next_change_at
    return PlannedChange(planned, planned.n, hang_at, end_at, bag, state)


def _state(cycle: Cycle, n: int, current_n: int) -> str:
    if cycle.state in (Cycle.State.ENDED, Cycle.State.DISCONTINUED):
        return "done" if n <= current_n else "planned"
    if n < current_n:
        return "done"
    if n == current_n:
        return "running"
    return "next" if n == current_n + 1 else "planned"


def planned_at(plan: BagPlan, minute: int) -> datetime | None:
    """The wall time of an infused minute as the plan has it; None for a plan without its case."""
    if not plan.case:
        return None
    start = datetime.fromisoformat(plan.case["start"])
    return start + timedelta(minutes=minute - plan.case["delivered_minutes"])


def _wall(cycle: Cycle, plan: BagPlan, minute: int, at: datetime) -> datetime | None:
    """While a change waits, nothing of the plan moves: its own times are shown."""
    if cycle.started_at is None:
        return cycle.planned_start + timedelta(minutes=minute)
    if cycle.state != Cycle.State.RUNNING:
        return None
    if cycle.change_waiting and plan.case:
        return planned_at(plan, minute)
    return at + timedelta(minutes=minute) - elapsed_at(cycle, at)


def _hours(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(seconds=1)) / 3600
