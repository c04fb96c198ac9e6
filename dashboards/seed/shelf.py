"""What stands on the shelf of the demo pharmacy, and one bag half way through its making. The
product numbers use GS1's prefix for demonstrations (952): they belong to no real article."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F

from infusions.actions.making import do_step, start_make
from infusions.actions.products import add_product
from infusions.models import Bag, Cycle, PlannedBag
from infusions.pharmacy.make_steps import steps_of
from protocol.making import STABILISER_IN

SOURCE = "Invented for the demo, GS1 demonstration prefix 952"
EXPIRES = date(2028, 6, 30)
VIAL_GTIN = "09521234000013"
SHELF = (
    ("drug_vial", "Demo drug 35 mcg, vial", VIAL_GTIN, "1153042"),
    ("stabiliser", "Demo IV solution stabiliser, 10 mL", "09521234000020", "IV77120"),
    ("water", "Demo sterile water, 10 mL", "09521234000037", "W2291"),
    ("saline", "Demo saline 0.9 %, 250 mL bag", "09521234000044", "S8812"),
    ("bacteriostatic_saline", "Demo bacteriostatic saline, 30 mL", "09521234000051", "B4410"),
    ("tubing_set", "Demo infusion set, 0.2 micron filter", "09521234000068", "T9007"),
    ("tubing_set", "Demo infusion set, no filter", "09521234000075", "T9100"),
)


def stock(people, at) -> None:
    """The list of products, as the pharmacist keeps it."""
    for kind, name, gtin, _lot in SHELF:
        add_product(
            kind=kind,
            name=name,
            gtin=gtin,
            mcg_per_vial=Decimal(35) if kind == "drug_vial" else None,
            has_filter="no filter" not in name if kind == "tubing_set" else None,
            source=SOURCE,
            by=people["petra"],
            at=at,
        )


def scan_of(kind: str, serial: str) -> str:
    """What a scanner would type for one package of the shelf."""
    gtin, lot = next((gtin, lot) for k, _name, gtin, lot in SHELF if k == kind)
    return f"]d201{gtin}17{EXPIRES:%y%m%d}10{lot}\x1d21{serial}"


def begin_a_bag(people, at) -> None:
    """Everything scanned, the stabiliser next: no vial is open yet, so nothing runs out while the
    demo waits to be looked at."""
    planned = _not_made()
    if planned is None:
        return
    begun, tom = at - timedelta(minutes=6), people["tom"]
    cycle = planned.plan.cycle
    session = start_make(cycle=cycle, planned_n=planned.n, by=tom, at=begun)
    for n, step in enumerate(steps_of(session)[1:], start=1):
        if step.key == STABILISER_IN:
            return
        scan = scan_of(step.product, f"{n:06}") if step.kind == "scan" else ""
        moment = begun + timedelta(seconds=20 * n)
        do_step(session=session, key=step.key, by=tom, at=moment, scan=scan)


def _not_made() -> PlannedBag | None:
    """The bag of a running infusion that nobody has made yet and that hangs soonest."""
    gone = (Bag.State.DISCARDED, Bag.State.REJECTED, Bag.State.QUARANTINED)
    made = Bag.objects.exclude(state__in=gone).values("planned")
    rows = PlannedBag.objects.filter(plan__is_current=True, plan__cycle__state=Cycle.State.RUNNING)
    rows = rows.filter(n__gt=F("plan__cycle__current_bag__planned__n")).exclude(pk__in=made)
    found = rows.select_related("plan__cycle")
    return min(found, key=_hangs_in_s, default=None)


def _hangs_in_s(planned: PlannedBag) -> int:
    cycle = planned.plan.cycle
    return planned.minute * 60 - cycle.delivered_s
