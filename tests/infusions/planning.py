"""A planned, ordered and compounded cycle for tests, made by the real actions."""

from datetime import date, timedelta
from decimal import Decimal

from infusions import values
from infusions.actions.bags import compound_bag
from infusions.actions.checks import check_bag
from infusions.actions.cycles import plan_cycle, sign_order
from infusions.actions.label_checks import check_label
from infusions.actions.labels import print_label
from tests.factories import make_patient
from tests.people import PASSWORD

LOT = "QX77K"
STABILISER = "ST-9"


def planned(cast, clock, *, patient=None, **changes):
    fields = {
        "patient": patient or make_patient(cast),
        "indication": "rr",
        "philadelphia": "negative",
        "number": 1,
        "label_id": "training-us-current",
        "planned_start": clock.now + timedelta(days=1),
        "home_from_hour": 240,
        "by": cast.carla,
        "at": clock.now,
    }
    return plan_cycle(**{**fields, **changes})


def signed(cast, clock, **changes):
    cycle = planned(cast, clock, **changes)
    sign_order(
        order=cycle.orders.get(), by=cast.olga, password=PASSWORD, statement="yes", at=clock.now
    )
    cycle.refresh_from_db()
    return cycle


def recipe_of(cycle, n=1):
    return values.recipe_for(cycle, cycle.plans.get(is_current=True).bags.get(n=n))


def work(cast, clock, cycle, *, n=1, **changes):
    """What a technician logs for bag n."""
    recipe = recipe_of(cycle, n)
    fields = {
        "cycle": cycle,
        "planned_n": n,
        "lots": [(LOT, date(2027, 12, 31), recipe.vials)],
        "stabiliser_lot": STABILISER,
        "drawn_ml": recipe.reconstituted_ml,
        "hood_confirmed": True,
        "garbing_confirmed": True,
        "prepared_at": clock.now,
        "storage": "cold",
        "by": cast.tom,
        "at": clock.now,
    }
    return {**fields, **changes}


def made(cast, clock, *, cycle=None, **changes):
    cycle = cycle or signed(cast, clock)
    return compound_bag(**work(cast, clock, cycle, **changes))


def reading(cast, clock, bag, **changes):
    """What a pharmacist reads off the bag, ten seconds after opening the form."""
    from django.utils import timezone

    fields = {
        "bag": bag,
        "by": cast.farid,
        "password": PASSWORD,
        "lots": f"{LOT}, {STABILISER}",
        "drawn_ml": Decimal(bag.drawn_ml),
        "stabiliser_ml": Decimal(bag.stabiliser_ml),
        "statement": "I read the bag.",
        "opened_at": timezone.now() - timedelta(seconds=10),
        "at": clock.now,
    }
    return {**fields, **changes}


def released(cast, clock, *, bag=None, **changes):
    bag = bag or made(cast, clock)
    check_bag(**reading(cast, clock, bag, **changes))
    bag.refresh_from_db()
    return bag


def label_reading(cast, clock, bag, **changes):
    """What a pharmacist reads off the label that sticks on the bag."""
    from django.utils import timezone

    fields = {
        "bag": bag,
        "by": cast.farid,
        "password": PASSWORD,
        "code": bag.code,
        "rate_ml_per_h": Decimal(bag.rate_ml_per_h),
        "volume_ml": Decimal(bag.infused_ml),
        "duration_h": Decimal(bag.bag_hours),
        "statement": "I read the label.",
        "opened_at": timezone.now() - timedelta(seconds=10),
        "at": clock.now,
    }
    return {**fields, **changes}


def labelled(cast, clock, *, bag=None, **changes):
    """Released, its label printed and read: it may leave the pharmacy."""
    if bag is None or bag.state == "made":
        bag = released(cast, clock, bag=bag)
    if not bag.labels.exists():
        print_label(bag=bag, paper="thermal", by=cast.tom, at=clock.now)
    check_label(**label_reading(cast, clock, bag, **changes))
    bag.refresh_from_db()
    return bag
