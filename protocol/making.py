"""The steps by which a bag is made: a list that follows from its recipe, and what may come next.

The traps of this drug are steps of their own, in the order that avoids them: the stabiliser goes
into the bag before any drug and never into a vial; a vial is swirled, not shaken; a second person
reads the syringe before it is emptied; the air is taken out; the set is primed with the drug
solution. No step can be left out, and none comes before its turn.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from .bags import BagRecipe
from .stops import Stop
from .units import plain

Kind = Literal["confirm", "scan", "amount", "check", "finish"]
Stage = Literal["prepare", "gather", "bag", "drug", "close"]

ORDER_CHECK, HOOD, VIAL = "order_check", "hood_garbing", "scan_vial"
STABILISER_IN, RECONSTITUTE, SWIRL = "stabiliser_into_bag", "reconstitute", "swirl"
DRAW = "draw_drug"
CHECK_DRAWN, INJECT, AIR_OUT, PRIME, FINISH = (
    "check_drawn",
    "inject_mix",
    "air_out",
    "prime_set",
    "finish",
)


@dataclass(frozen=True)
class MakeStep:
    """One screen. `ml` is the volume it is about, `product` the kind to scan; `n` of `of` counts
    scans of the same kind.
    """

    key: str
    kind: Kind
    stage: Stage
    ml: Decimal | None = None
    product: str = ""
    n: int = 1
    of: int = 1


def make_steps(recipe: BagRecipe) -> tuple[MakeStep, ...]:
    """Every step of making this bag, in order."""
    return (
        MakeStep(ORDER_CHECK, "confirm", "prepare"),
        MakeStep(HOOD, "confirm", "prepare"),
        *_scans(recipe),
        *_bag(recipe),
        MakeStep(RECONSTITUTE, "confirm", "drug", ml=recipe.water_ml),
        MakeStep(SWIRL, "confirm", "drug"),
        MakeStep(DRAW, "amount", "drug", ml=recipe.reconstituted_ml),
        MakeStep(CHECK_DRAWN, "check", "drug"),
        MakeStep(INJECT, "confirm", "drug", ml=recipe.reconstituted_ml),
        MakeStep(AIR_OUT, "confirm", "close"),
        MakeStep(PRIME, "scan", "close", product="tubing_set"),
        MakeStep(FINISH, "finish", "close"),
    )


def next_step(steps: tuple[MakeStep, ...], done: Collection[str]) -> MakeStep | None:
    """The first step that is not done; None when all are."""
    return next((step for step in steps if step.key not in done), None)


def may_do(steps: tuple[MakeStep, ...], done: Collection[str], key: str) -> Stop | None:
    """The refusal of a step whose turn it is not; None for the next one and for one that may be
    done again.
    """
    coming = next_step(steps, done)
    if coming is not None and coming.key == key:
        return None
    if key in redoable(steps, done):
        return None
    if key in done:
        return Stop("make.done", "This step is done and cannot be done again. Go on with the next.")
    return Stop("make.not_yet", "It is not the turn of this step. Do the one on the screen.")


def redoable(steps: tuple[MakeStep, ...], done: Collection[str]) -> frozenset[str]:
    """Done steps that may still be done again: a scan until the first vial is punctured, and what
    was drawn until a second person has read it. What went into the bag stays in the bag.
    """
    again = set()
    for step in steps:
        if step.key not in done:
            continue
        if step.stage == "gather" and RECONSTITUTE not in done:
            again.add(step.key)
        if step.key == DRAW and CHECK_DRAWN not in done:
            again.add(step.key)
    return frozenset(again)


def amount_stop(step: MakeStep, typed_ml: Decimal) -> Stop | None:
    """The refusal of a volume that is not that of the recipe, to the precision of the recipe."""
    assert step.ml is not None, f"{step.key} is about no volume"
    if typed_ml.quantize(step.ml, rounding=ROUND_HALF_UP) == step.ml:
        return None
    message = f"The recipe asks for {plain(step.ml)} mL. Draw exactly that, then type it."
    return Stop("make.amount", message, field="amount_ml")


def filter_stop(recipe: BagRecipe, *, has_filter: bool | None) -> Stop | None:
    """The refusal of a set that does not fit this bag. Where the label set says nothing, the
    pharmacist decides: nothing is refused.
    """
    if recipe.filter_required is None or has_filter is None:
        return None
    if recipe.filter_required and not has_filter:
        message = "This bag needs a set with an in-line filter. Take another set."
        return Stop("make.filter_missing", message, recipe.source, field="scan")
    if has_filter and not recipe.filter_required:
        message = "This bag runs without an in-line filter. Take another set."
        return Stop("make.filter_not_wanted", message, recipe.source, field="scan")
    return None


def _scans(recipe: BagRecipe) -> tuple[MakeStep, ...]:
    vials = tuple(
        MakeStep(f"{VIAL}_{n}", "scan", "gather", product="drug_vial", n=n, of=recipe.vials)
        for n in range(1, recipe.vials + 1)
    )
    others = [("scan_water", "water"), ("scan_stabiliser", "stabiliser")]
    if recipe.saline_ml:
        others.append(("scan_saline", "saline"))
    if recipe.bacteriostatic_saline_ml:
        others.append(("scan_bacteriostatic_saline", "bacteriostatic_saline"))
    return (*vials, *(MakeStep(key, "scan", "gather", product=kind) for key, kind in others))


def _bag(recipe: BagRecipe) -> tuple[MakeStep, ...]:
    """Saline, then stabiliser, before any drug."""
    steps = []
    if recipe.bacteriostatic_saline_ml:
        ml = recipe.bacteriostatic_saline_ml
        steps.append(MakeStep("bacteriostatic_saline_into_bag", "confirm", "bag", ml=ml))
    if recipe.saline_ml:
        steps.append(MakeStep("saline_into_bag", "confirm", "bag", ml=recipe.saline_ml))
    steps.append(MakeStep(STABILISER_IN, "amount", "bag", ml=recipe.stabiliser_ml))
    return tuple(steps)
