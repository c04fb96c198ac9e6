"""Reads for the board: one constant set of queries, whatever the number of infusions."""

from django.db.models import Case, F, Prefetch, Q, Value, When

from commands.scanned import own_code
from handoffs.models import Handoff
from infusions.models import Bag, BagPlan, Cycle, Hold, StopReport
from patients.models import Patient
from patients.queries import visible_to
from visits.models import HomeVisit

SHOWN = ("running", "interrupted", "ordered", "planned")
# Whoever is not covered at all, then whoever is covered for the shortest time.
STOPPED_FIRST = Case(When(state="interrupted", then=Value(0)), default=Value(1))
OPEN_VISITS = ("planned", "accepted", "on_the_way", "arrived")


def cycles_for_board(user):
    """Open cycles of my patients with everything a row shows, prefetched."""
    return (
        Cycle.objects.filter(state__in=SHOWN, patient__in=visible_to(user))
        .select_related("patient__care_team__site", "current_bag__planned")
        .prefetch_related(
            Prefetch(
                "plans",
                BagPlan.objects.filter(is_current=True).prefetch_related("bags"),
                to_attr="current_plans",
            ),
            Prefetch(
                "bags",
                Bag.objects.filter(state__in=["made", "released"]).select_related("planned"),
                to_attr="waiting_bags",
            ),
            Prefetch(
                "stop_reports", StopReport.objects.filter(state="open"), to_attr="open_reports"
            ),
            Prefetch("handoffs", Handoff.objects.filter(state="open"), to_attr="open_handoffs"),
            Prefetch(
                "visits",
                HomeVisit.objects.filter(state__in=OPEN_VISITS, corrected_by=None)
                .select_related("corrected_by")
                .order_by("window_from"),
                to_attr="open_visits",
            ),
            Prefetch(
                "holds",
                Hold.objects.filter(released_at=None).order_by("placed_at", "pk"),
                to_attr="open_holds",
            ),
            Prefetch("orders", to_attr="all_orders"),
        )
        .order_by(STOPPED_FIRST, F("covered_until").asc(nulls_last=True), "planned_start", "pk")
    )


def find_patients(user, text: str):
    """Patients of mine whose name or record number starts so, or whose bag has this code."""
    return (
        Patient.objects.filter(pk__in=visible_to(user).values("pk"))
        .filter(
            Q(family_name__istartswith=text)
            | Q(given_name__istartswith=text)
            | Q(record_number__iexact=text)
            | Q(cycles__bags__code=own_code(text))
        )
        .distinct()
        .order_by("family_name", "given_name")[:25]
    )
