"""A released bag as rows, for tests that are about the pump and not about the pharmacy."""

from datetime import timedelta
from decimal import Decimal

from clock.now import now
from infusions.models import Bag, BagPlan, Cycle, DoseOrder, PlannedBag
from tests.factories import make_patient


def bare_cycle(cast) -> Cycle:
    patient = make_patient(cast)
    return Cycle.objects.create(
        patient=patient,
        number=1,
        indication="rr",
        philadelphia="negative",
        label_id="training-us-current",
        weight_kg=72,
        height_cm=175,
        bsa_m2=Decimal("1.87"),
        measured_at=now(),
        planned_start=now(),
        total_hours=672,
        created_by=cast.carla,
        created_at=now(),
    )


def bare_bag(cast, cycle=None, code="B-7F3K-01", **fields) -> Bag:
    cycle = cycle or bare_cycle(cast)
    plan = BagPlan.objects.create(cycle=cycle, made_by=cast.carla, made_at=now())
    planned = PlannedBag.objects.create(
        plan=plan,
        n=1,
        minute=0,
        bag_hours=96,
        runs_minutes=96 * 60,
        setting="inpatient",
        dose_mcg_per_day=9,
    )
    return Bag.objects.create(
        **{
            "code": code,
            "cycle": cycle,
            "planned": planned,
            "order": DoseOrder.objects.create(cycle=cycle, steps=[], created_at=now()),
            "state": Bag.State.RELEASED,
            "recipe_row": "row",
            "recipe_status": "verified",
            "dose_mcg_per_day": 9,
            "bag_hours": 96,
            "rate_ml_per_h": Decimal("2.57"),
            "infused_ml": Decimal("246.72"),
            "made_ml": 275,
            "reconstituted_ml": 3,
            "stabiliser_ml": Decimal("5.5"),
            "saline_ml": 250,
            "drug_mcg": 40,
            "vials": 2,
            "preservative": False,
            "filter_required": True,
            "prepared_at": now() - timedelta(hours=2),
            "compounded_by": cast.tom,
            "hood_confirmed": True,
            "garbing_confirmed": True,
            "stabiliser_lot": "S1",
            "drawn_ml": 3,
            "storage": "cold",
            "discard_after": now() + timedelta(days=5),
            "checked_by": cast.farid,
            "checked_at": now() - timedelta(hours=1),
            "released_at": now() - timedelta(hours=1),
            **fields,
        }
    )
