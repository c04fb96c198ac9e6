"""What stands on the screen of each step: one thing to do, in big words."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from display.formats import amount
from protocol.bags import BagRecipe
from protocol.making import MakeStep


@dataclass(frozen=True)
class Words:
    """`figure` stands largest; `never` is the trap; `drawing` names a template of drawings."""

    title: str
    lines: list[str] = field(default_factory=list)
    never: str = ""
    figure: str = ""
    of: str = ""  # what the figure measures
    drawing: str = ""
    button: str = ""


def words_of(step: MakeStep, recipe: BagRecipe) -> Words:
    if step.product == "drug_vial":
        return _vial(step)
    return WORDS[step.key](step, recipe)


def name_of(step: MakeStep) -> str:
    """For the rail of steps."""
    if step.product == "drug_vial":
        return _("Vial %(n)s of %(of)s") % {"n": step.n, "of": step.of}
    return str(NAMES[step.key]())


def _vial(step: MakeStep) -> Words:
    told = {"n": step.n, "of": step.of}
    title = _("Scan drug vial %(n)s of %(of)s") % told if step.of > 1 else _("Scan the drug vial")
    line = _("Each vial by itself: the square code of its package.")
    lines = [line if step.of > 1 else _("The square code of its package.")]
    return Words(title, lines, drawing="scan")


def _order(step: MakeStep, recipe: BagRecipe) -> Words:
    return Words(_("Read the order"), button=_("I have read it. Begin"))


def _hood(step: MakeStep, recipe: BagRecipe) -> Words:
    lines = [_("Garbing and hand hygiene are done."), _("Everything from here on is in the hood.")]
    return Words(_("Hood and garbing"), lines, button=_("Both are so"))


def _scan(title: str) -> Words:
    return Words(title, [_("The square code of its package.")], drawing="scan")


def _saline(step: MakeStep, recipe: BagRecipe) -> Words:
    return Words(
        _("Saline into the bag"),
        [_("Without preservative.")],
        figure=amount(step.ml, "mL"),
        of=_("saline, preservative-free"),
        drawing="fill",
        button=_("It is in the bag"),
    )


def _bacteriostatic(step: MakeStep, recipe: BagRecipe) -> Words:
    return Words(
        _("Bacteriostatic saline into the bag"),
        [_("With preservative: only for a bag of this length.")],
        figure=amount(step.ml, "mL"),
        of=_("saline, bacteriostatic"),
        drawing="fill",
        button=_("It is in the bag"),
    )


def _stabiliser(step: MakeStep, recipe: BagRecipe) -> Words:
    return Words(
        _("Stabiliser into the bag, before any drug"),
        [_("Draw it, type what the syringe shows, inject it into the bag. Mix gently.")],
        _("Never into a vial"),
        amount(step.ml, "mL"),
        _("stabiliser"),
        "stabiliser",
        _("It is in the bag"),
    )


def _reconstitute(step: MakeStep, recipe: BagRecipe) -> Words:
    each = amount(recipe.water_ml / recipe.vials, "mL")
    of = _("sterile water into the vial")
    if recipe.vials > 1:
        of = _("sterile water into each of %(n)s vials") % {"n": recipe.vials}
    return Words(
        _("Water into the vial, down the wall"),
        [_("Press as you puncture the first vial: its clock starts now.")],
        _("Never stabiliser into a vial"),
        each,
        of,
        "wall",
        _("Punctured now"),
    )


def _swirl(step: MakeStep, recipe: BagRecipe) -> Words:
    lines = [_("Until it is clear to slightly opalescent, colourless to slightly yellow.")]
    never = _("Never shake")
    return Words(_("Swirl gently"), lines, never, drawing="swirl", button=_("Dissolved and clear"))


def _draw(step: MakeStep, recipe: BagRecipe) -> Words:
    return Words(
        _("Draw the drug"),
        [_("Type what the syringe shows. Do not inject it yet: a second person reads it first.")],
        figure=amount(step.ml, "mL"),
        of=_("reconstituted drug"),
        drawing="syringe",
        button=_("Drawn"),
    )


def _check(step: MakeStep, recipe: BagRecipe) -> Words:
    lines = [
        _("Put the syringe down as it is."),
        _("The second person signs in on their own screen, opens this bag on the board of bags and "
          "reads the syringe."),
        _("This screen says when they have read it."),
    ]  # fmt: skip
    return Words(_("Stop. A second person reads the syringe"), lines, drawing="syringe")


def _inject(step: MakeStep, recipe: BagRecipe) -> Words:
    return Words(
        _("Drug into the bag"),
        [_("Turn the bag to mix."), _("The bag keeps from this moment.")],
        _("Do not shake"),
        amount(step.ml, "mL"),
        _("reconstituted drug"),
        "inject",
        _("It is in the bag"),
    )


def _air(step: MakeStep, recipe: BagRecipe) -> Words:
    lines = [_("All of it, before the set is primed.")]
    return Words(_("Take the air out of the bag"), lines, drawing="air", button=_("No air left"))


def _prime(step: MakeStep, recipe: BagRecipe) -> Words:
    told = {
        True: _("This bag needs a set with an in-line filter."),
        False: _("This bag runs without an in-line filter."),
        None: _("The label set does not say whether a filter is needed: the pharmacist decides."),
    }
    lines = [told[recipe.filter_required], _("Prime it with the drug solution, then scan it.")]
    return Words(
        _("Set for this bag, primed"), lines, _("Never prime with saline"), drawing="prime"
    )


def _finish(step: MakeStep, recipe: BagRecipe) -> Words:
    lines = [_("Press 1 or 2, then Enter.")]
    return Words(_("Where does the bag go now?"), lines, button=_("Finish the bag"))


WORDS = {
    "order_check": _order,
    "hood_garbing": _hood,
    "scan_water": lambda *_step: _scan(_("Scan the sterile water")),
    "scan_stabiliser": lambda *_step: _scan(_("Scan the stabiliser")),
    "scan_saline": lambda *_step: _scan(_("Scan the saline, preservative-free")),
    "scan_bacteriostatic_saline": lambda *_step: _scan(_("Scan the bacteriostatic saline")),
    "saline_into_bag": _saline,
    "bacteriostatic_saline_into_bag": _bacteriostatic,
    "stabiliser_into_bag": _stabiliser,
    "reconstitute": _reconstitute,
    "swirl": _swirl,
    "draw_drug": _draw,
    "check_drawn": _check,
    "inject_mix": _inject,
    "air_out": _air,
    "prime_set": _prime,
    "finish": _finish,
}
NAMES = {
    "order_check": lambda: _("Order read"),
    "hood_garbing": lambda: _("Hood, garbing"),
    "scan_water": lambda: _("Water"),
    "scan_stabiliser": lambda: _("Stabiliser"),
    "scan_saline": lambda: _("Saline"),
    "scan_bacteriostatic_saline": lambda: _("Bacteriostatic saline"),
    "saline_into_bag": lambda: _("Saline in the bag"),
    "bacteriostatic_saline_into_bag": lambda: _("Bacteriostatic in the bag"),
    "stabiliser_into_bag": lambda: _("Stabiliser in the bag"),
    "reconstitute": lambda: _("Water in the vials"),
    "swirl": lambda: _("Swirled"),
    "draw_drug": lambda: _("Drug drawn"),
    "check_drawn": lambda: _("Second person"),
    "inject_mix": lambda: _("Drug in the bag"),
    "air_out": lambda: _("Air out"),
    "prime_set": lambda: _("Set primed"),
    "finish": lambda: _("Stored"),
}
