from datetime import date, timedelta
from decimal import Decimal

import pytest

from infusions import codes
from infusions.actions.bag_corrections import correct_vial
from infusions.actions.bags import compound_bag, discard_bag
from infusions.models import Bag
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.infusions.planning import LOT, made, planned, signed, work


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def test_no_signature_no_bag(cast, clock):
    cycle = planned(cast, clock)
    assert refusal(lambda: compound_bag(**work(cast, clock, cycle))) == "bag.no_signed_order"
    assert not Bag.objects.exists()


def test_a_bag_copies_its_recipe_from_the_label_row(cast, clock):
    bag = made(cast, clock)
    assert (bag.dose_mcg_per_day, bag.bag_hours, bag.rate_ml_per_h) == (9, 48, 5)
    assert bag.recipe_row == "bag.9.48h"
    assert bag.state == "made"
    assert bag.vial_lots.get().lot == LOT


def test_a_cold_bag_keeps_eight_days_and_a_warm_one_two(cast, clock):
    cold = made(cast, clock)
    warm = made(cast, clock, cycle=cold.cycle, n=2, storage="room")
    assert cold.discard_after - cold.prepared_at == timedelta(hours=192)
    assert warm.discard_after - warm.prepared_at == timedelta(hours=48)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"drawn_ml": Decimal("17")}, "bag.drawn_volume"),
        ({"drawn_ml": Decimal("1.8")}, "bag.drawn_volume"),
        ({"hood_confirmed": False}, "bag.hood"),
        ({"garbing_confirmed": False}, "bag.garbing"),
        ({"stabiliser_lot": " "}, "bag.stabiliser_lot"),
        ({"lots": []}, "bag.lots"),
        ({"lots": [(LOT, date(2027, 1, 3), 1)]}, "bag.vial_expired"),
        ({"n": 99}, "bag.not_planned"),
    ],
)
def test_work_that_is_not_right_is_refused(cast, clock, changes, code):
    cycle = signed(cast, clock)
    if "n" in changes:
        fields = {**work(cast, clock, cycle), "planned_n": 99}
    else:
        fields = work(cast, clock, cycle, **changes)
    assert refusal(lambda: compound_bag(**fields)) == code


def test_too_few_vials_are_refused(cast, clock):
    cycle = signed(cast, clock)
    n = next(b.n for b in cycle.plans.get().bags.order_by("n") if b.minute >= 168 * 60)
    fields = work(cast, clock, cycle, n=n, lots=[(LOT, date(2027, 12, 31), 1)])
    assert refusal(lambda: compound_bag(**fields)) == "bag.vials"


def test_a_preparation_in_the_future_is_refused(cast, clock):
    fields = work(cast, clock, signed(cast, clock), prepared_at=clock.now + timedelta(minutes=3))
    assert refusal(lambda: compound_bag(**fields)) == "bag.time_future"


def test_the_same_bag_is_not_made_twice(cast, clock):
    bag = made(cast, clock)
    assert refusal(lambda: made(cast, clock, cycle=bag.cycle)) == "bag.made_already"


def test_after_a_discard_another_bag_is_made_with_another_code(cast, clock):
    bag = made(cast, clock)
    discard_bag(bag=bag, reason="dropped", by=cast.farid, at=clock.now)
    again = made(cast, clock, cycle=bag.cycle)
    assert again.code != bag.code
    assert again.planned == bag.planned


def test_unknown_allergies_stop_the_next_bag(cast, clock):
    cycle = signed(cast, clock)
    type(cycle.patient).objects.update(allergy_status="unknown")
    code = refusal(lambda: compound_bag(**work(cast, clock, cycle)))
    assert code == "patient.allergies_unknown"


@pytest.mark.parametrize("who", ["nadia", "olga", "carla"])
def test_only_the_pharmacy_makes_bags(cast, clock, who):
    fields = work(cast, clock, signed(cast, clock), by=getattr(cast, who))
    assert refusal(lambda: compound_bag(**fields)) == "permission.role"


def test_making_asks_for_the_check_and_for_the_next_bag(cast, clock):
    bag = made(cast, clock)
    assert Reminder.objects.get(kind="bag_to_check").subject.endswith(str(bag.uuid))
    states = Reminder.objects.filter(kind="bag_needed").order_by("pk")
    assert [one.state for one in states] == ["done", "waiting"]


def test_a_corrected_lot_keeps_the_first_entry(cast, clock):
    vial = made(cast, clock).vial_lots.get()
    fixed = correct_vial(
        vial=vial,
        lot="QX78K",
        expires_on=vial.expires_on,
        count=vial.count,
        correction_reason="misread",
        by=cast.tom,
        at=clock.now,
    )
    assert fixed.corrects == vial
    assert vial.bag.vial_lots.filter(corrected_by=None).get().lot == "QX78K"


def test_one_wrong_or_two_swapped_characters_are_no_code():
    code = codes.new_code(7)
    body = code[2:6]
    assert codes.is_code(code.lower())
    wrong = "2" if body[0] != "2" else "3"
    assert not codes.is_code(f"B-{wrong}{code[3:]}")
    if body[0] != body[1]:
        assert not codes.is_code(f"B-{body[1]}{body[0]}{code[4:]}")
