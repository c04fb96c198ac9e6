"""A running cycle as rows, so that these tests do not depend on the whole preparation."""

from datetime import timedelta
from decimal import Decimal

from clock.now import now
from infusions.models import Bag, BagPlan, Cycle, DoseOrder, PlannedBag
from tests.factories import make_patient

START_AGO, BAG_LEFT = timedelta(hours=73), timedelta(hours=23)


def running_cycle(cast, **fields) -> Cycle:
    """Started 73 h ago on the ward; the running bag ends in 23 h."""
    at = now()
    cycle = Cycle.objects.create(
        **{
            "patient": make_patient(cast),
            "number": 1,
            "indication": "rr",
            "philadelphia": "negative",
            "label_id": "training-us-current",
            "weight_kg": Decimal(72),
            "height_cm": Decimal(175),
            "bsa_m2": Decimal("1.87"),
            "measured_at": at,
            "planned_start": at - START_AGO,
            "total_hours": 672,
            "created_by": cast.carla,
            "created_at": at,
            **fields,
        }
    )
    return hang_bag(cast, cycle)


def hang_bag(cast, cycle) -> Cycle:
    at = now()
    plan = BagPlan.objects.create(cycle=cycle, made_by=cast.farid, made_at=at)
    planned = PlannedBag.objects.create(
        plan=plan,
        n=1,
        minute=0,
        bag_hours=96,
        runs_minutes=5760,
        setting="inpatient",
        dose_mcg_per_day=Decimal(9),
    )
    bag = Bag.objects.create(
        code=f"B{cycle.pk}",
        cycle=cycle,
        planned=planned,
        order=DoseOrder.objects.create(cycle=cycle, steps=[], created_at=at),
        state="hung",
        recipe_row="row",
        recipe_status="training",
        dose_mcg_per_day=Decimal(9),
        bag_hours=96,
        rate_ml_per_h=Decimal("2.5"),
        infused_ml=Decimal(240),
        made_ml=Decimal(250),
        reconstituted_ml=Decimal(1),
        stabiliser_ml=Decimal(1),
        saline_ml=Decimal(248),
        drug_mcg=Decimal(36),
        vials=1,
        preservative=False,
        prepared_at=at - START_AGO,
        compounded_by=cast.tom,
        hood_confirmed=True,
        garbing_confirmed=True,
        stabiliser_lot="S1",
        drawn_ml=Decimal(1),
        storage="room",
        discard_after=at + BAG_LEFT,
        checked_by=cast.farid,
        checked_at=at - START_AGO,
        released_at=at - START_AGO,
        hung_at=at - START_AGO,
    )
    Cycle.objects.filter(pk=cycle.pk).update(
        state="running",
        started_at=at - START_AGO,
        as_of=at,
        delivered_s=int(START_AGO.total_seconds()),
        current_bag=bag,
        dose_mcg_per_day=Decimal(9),
        rate_ml_per_h=Decimal("2.5"),
        bag_ends_at=at + BAG_LEFT,
        next_change_at=at + BAG_LEFT,
        expected_end_at=at + timedelta(hours=672) - START_AGO,
        responsible_nurse=cast.nadia,
    )
    cycle.refresh_from_db()
    return cycle
