"""What the preparation board reads: a fixed number of queries, however many patients."""

from django.db.models import Prefetch

from infusions import queries, values
from infusions.models import (
    Bag,
    BagMove,
    BagPlan,
    CustodyEvidence,
    Cycle,
    Hold,
    MakeSession,
    MakeStep,
    PharmacyReview,
    Quarantine,
)
from infusions.pharmacy.holds import open_decisions
from patients.queries import visible_to


def board_cycles(user) -> list[Cycle]:
    """Open cycles with their plan, bags, holds and open work, read ahead on each row."""
    cycles = list(
        Cycle.objects.filter(patient__in=visible_to(user), state__in=Cycle.OPEN)
        .select_related(*queries.CYCLE_PARTS)
        .prefetch_related(
            "orders",
            Prefetch("plans", queryset=_plans(), to_attr="current_plans"),
            Prefetch("bags", queryset=_bags(), to_attr="made_bags"),
            Prefetch("makes", queryset=_makes(), to_attr="open_makes"),
            Prefetch("holds", queryset=_holds(), to_attr="open_holds"),
            Prefetch("pharmacy_reviews", queryset=_reviews(), to_attr="open_reviews"),
        )
        .order_by("pk")
    )
    values.read_labels(cycles)
    waiting = open_decisions(cycles)
    for cycle in cycles:
        cycle.decision_is_open = cycle.pk in waiting
        for bag in cycle.made_bags:
            bag.cycle = cycle
    return cycles


def _plans():
    return BagPlan.objects.filter(is_current=True).prefetch_related("bags")


def _bags():
    moves = BagMove.objects.filter(corrected_by=None, is_withdrawn=False)
    causes = Quarantine.objects.filter(ended_at=None).select_related("hold", "placed_by")
    evidence = CustodyEvidence.objects.order_by("pk")
    return (
        Bag.objects.select_related("planned")
        .prefetch_related(
            Prefetch(
                "moves",
                queryset=moves.select_related("recorded_by").order_by("moved_at", "pk"),
                to_attr="current_moves",
            ),
            Prefetch(
                "quarantines",
                queryset=causes.order_by("placed_at", "pk"),
                to_attr="open_quarantines",
            ),
            Prefetch("evidence", queryset=evidence, to_attr="signed_evidence"),
        )
        .order_by("pk")
    )


def _makes():
    counted = MakeStep.objects.filter(corrected_by=None)
    steps = Prefetch("steps", queryset=counted, to_attr="counted_steps")
    rows = MakeSession.objects.filter(state=MakeSession.State.OPEN)
    return rows.select_related("maker").prefetch_related(steps)


def _holds():
    rows = Hold.objects.filter(released_at=None).select_related("placed_by")
    return rows.order_by("placed_at", "pk")


def _reviews():
    return PharmacyReview.objects.filter(closed_at=None).order_by("asked_at")
