"""The steps of making a bag follow from its recipe, and come in one order only."""

from dataclasses import replace
from decimal import Decimal

import pytest

from protocol import making
from protocol.bags import BagRecipe
from protocol.label import Status

FREE = BagRecipe(
    hours=48,
    dose_mcg_per_day=Decimal(28),
    rate_ml_per_h=Decimal(5),
    infused_ml=Decimal(240),
    reconstituted_ml=Decimal("5.2"),
    vials=2,
    stabiliser_ml=Decimal("5.5"),
    saline_ml=Decimal(270),
    bacteriostatic_saline_ml=Decimal(0),
    water_ml=Decimal(6),
    made_ml=Decimal("280.7"),
    drug_mcg=Decimal(65),
    preservative=False,
    filter_required=True,
    row_id="bag.28.48h",
    source="a test",
    status=Status.TRAINING_COMPUTED,
)
PRESERVED = replace(
    FREE,
    hours=168,
    vials=6,
    saline_ml=Decimal(1),
    bacteriostatic_saline_ml=Decimal(90),
    preservative=True,
    filter_required=None,
)


def keys(recipe) -> list[str]:
    return [step.key for step in making.make_steps(recipe)]


def done_before(recipe, key: str) -> list[str]:
    found = keys(recipe)
    return found[: found.index(key)]


def test_every_step_of_a_preservative_free_bag_in_order():
    assert keys(FREE) == [
        "order_check",
        "hood_garbing",
        "scan_vial_1",
        "scan_vial_2",
        "scan_water",
        "scan_stabiliser",
        "scan_saline",
        "saline_into_bag",
        "stabiliser_into_bag",
        "reconstitute",
        "swirl",
        "draw_drug",
        "check_drawn",
        "inject_mix",
        "air_out",
        "prime_set",
        "finish",
    ]


def test_a_preserved_bag_scans_and_fills_both_salines_and_every_vial():
    found = keys(PRESERVED)
    assert {"scan_bacteriostatic_saline", "bacteriostatic_saline_into_bag"} <= set(found)
    assert {"scan_saline", "saline_into_bag"} <= set(found)
    assert [key for key in found if key.startswith("scan_vial_")][-1] == "scan_vial_6"


@pytest.mark.parametrize("recipe", [FREE, PRESERVED])
def test_the_traps_stand_in_the_order_that_avoids_them(recipe):
    found = keys(recipe)
    in_order = ["stabiliser_into_bag", "reconstitute", "swirl", "draw_drug"]
    in_order += ["check_drawn", "inject_mix", "air_out", "prime_set", "finish"]
    assert sorted(in_order, key=found.index) == in_order
    assert len(set(found)) == len(found)


def test_a_volume_that_is_not_in_the_recipe_makes_no_step():
    assert "scan_saline" not in keys(replace(PRESERVED, saline_ml=Decimal(0)))
    assert "scan_bacteriostatic_saline" not in keys(FREE)


def test_vials_are_counted():
    vials = [step for step in making.make_steps(PRESERVED) if step.product == "drug_vial"]
    assert [(step.n, step.of) for step in vials] == [(n, 6) for n in range(1, 7)]


def test_the_next_step_is_the_first_that_is_not_done():
    steps = making.make_steps(FREE)
    assert making.next_step(steps, []).key == "order_check"
    assert making.next_step(steps, done_before(FREE, "draw_drug")).key == "draw_drug"
    assert making.next_step(steps, keys(FREE)) is None


@pytest.mark.parametrize("at", keys(FREE))
def test_nothing_can_be_skipped(at):
    steps, done = making.make_steps(FREE), done_before(FREE, at)
    assert making.may_do(steps, done, at) is None
    later = keys(FREE)[len(done) + 1 :]
    assert {making.may_do(steps, done, key).code for key in later} <= {"make.not_yet"}
    assert making.may_do(steps, done, "no such step").code == "make.not_yet"


def test_a_scan_may_be_done_again_until_the_first_vial_is_punctured():
    steps = making.make_steps(FREE)
    before = done_before(FREE, "reconstitute")
    assert making.may_do(steps, before, "scan_vial_1") is None
    after = [*before, "reconstitute"]
    assert making.may_do(steps, after, "scan_vial_1").code == "make.done"


def test_what_was_drawn_may_be_entered_again_until_it_is_checked():
    steps, drawn = making.make_steps(FREE), done_before(FREE, "check_drawn")
    assert making.redoable(steps, drawn) == {"draw_drug"}
    assert making.redoable(steps, [*drawn, "check_drawn"]) == frozenset()


def test_what_went_into_the_bag_is_not_done_again():
    steps = making.make_steps(FREE)
    stop = making.may_do(steps, done_before(FREE, "draw_drug"), "stabiliser_into_bag")
    assert stop.code == "make.done"


@pytest.mark.parametrize(
    ("typed", "refused"),
    [("5.2", False), ("5.20", False), ("5.23", False), ("5.3", True), ("52", True), ("0.52", True)],
)
def test_a_volume_must_be_that_of_the_recipe(typed, refused):
    step = next(one for one in making.make_steps(FREE) if one.key == "draw_drug")
    stop = making.amount_stop(step, Decimal(typed))
    assert (stop is not None) is refused
    if stop:
        assert (stop.code, stop.field) == ("make.amount", "amount_ml")
        assert "5.2 mL" in stop.message


@pytest.mark.parametrize(
    ("required", "has", "code"),
    [
        (True, True, None),
        (True, False, "make.filter_missing"),
        (False, True, "make.filter_not_wanted"),
        (False, False, None),
        (None, False, None),
        (True, None, None),
    ],
)
def test_the_set_must_fit_the_bag(required, has, code):
    stop = making.filter_stop(replace(FREE, filter_required=required), has_filter=has)
    assert (stop.code if stop else None) == code
