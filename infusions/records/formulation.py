"""The master formulation record: how a bag of this kind is made, from the set it is made with."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from display.formats import amount
from infusions import values
from infusions.labels.sheet import filter_words
from infusions.models import Bag
from infusions.pharmacy.make_words import words_of
from infusions.records.compounding import calculations_of, strength_of
from infusions.records.shape import Record, Section, marks_of, not_recorded, told
from infusions.templatetags.record_words import status_words
from protocol import making, stability
from protocol.bags import BagRecipe
from protocol.stops import HardStop


def formulation_of(bag: Bag) -> Record:
    """By the row this bag was made with. Raises HardStop when the set says it no more."""
    recipe = values.recipe_of_bag(bag)
    return Record(
        title=_("Master formulation record"),
        under=_("%(dose)s over %(hours)s, row %(row)s")
        % {
            "dose": amount(bag.dose_mcg_per_day, _("mcg/day")),
            "hours": amount(bag.bag_hours, "h"),
            "row": recipe.row_id,
        },
        marks=marks_of(bag),
        sections=[
            _what(bag, recipe),
            _ingredients(bag, recipe),
            _equipment(recipe),
            _steps(recipe),
            Section(_("Calculations"), lines=[*_vials(bag, recipe), *calculations_of(bag)]),
            _quality(),
            _keeps(bag, recipe),
            _labelling(),
        ],
    )


def _what(bag: Bag, recipe: BagRecipe) -> Section:
    rules = values.label_of_bag(bag)
    return Section(
        _("Preparation"),
        facts=[
            (_("Name"), settings.LABEL_DRUG_NAME),
            (_("Strength"), strength_of(bag)),
            (_("Form"), _("solution for intravenous infusion, in a bag")),
            (_("Container"), not_recorded()),
            (_("Label set"), f"{rules.title}, {rules.revision} ({rules.jurisdiction})"),
            (_("Row"), f"{recipe.row_id} ({status_words(str(recipe.status))})"),
            (_("Source"), told(recipe.source)),
        ],
    )


def _ingredients(bag: Bag, recipe: BagRecipe) -> Section:
    made_up = values.label_of_bag(bag).reconstitution
    rows = [
        (_("Drug vials"), str(recipe.vials), told(made_up.source)),
        (_("Sterile water, for the vials"), amount(recipe.water_ml, "mL"), told(made_up.source)),
        (_("Reconstituted drug, into the bag"), amount(recipe.reconstituted_ml, "mL"),
         told(recipe.source)),
        (_("IV solution stabiliser"), amount(recipe.stabiliser_ml, "mL"), told(recipe.source)),
    ]  # fmt: skip
    if recipe.saline_ml:
        words = _("Saline 0.9 %, preservative-free")
        rows.append((words, amount(recipe.saline_ml, "mL"), told(recipe.source)))
    if recipe.bacteriostatic_saline_ml:
        words = _("Saline 0.9 %, bacteriostatic")
        rows.append((words, amount(recipe.bacteriostatic_saline_ml, "mL"), told(recipe.source)))
    rows.append((_("In the bag"), amount(recipe.made_ml, "mL"), told(recipe.source)))
    return Section(_("Ingredients"), head=(_("Ingredient"), _("Amount"), _("From")), rows=rows)


def _equipment(recipe: BagRecipe) -> Section:
    return Section(
        _("Equipment"),
        facts=[
            (_("Infusion set"), filter_words(recipe.filter_required)),
            (_("Syringes and needles"), not_recorded()),
            (_("Hood and garbing"), _("confirmed at each bag")),
        ],
    )


def _steps(recipe: BagRecipe) -> Section:
    rows = []
    for n, step in enumerate(making.make_steps(recipe), start=1):
        words = words_of(step, recipe)
        figure = f"{words.figure} {words.of}".strip()
        lines = ". ".join(line.rstrip(".") for line in (*words.lines, words.never) if line)
        rows.append((str(n), words.title, " · ".join(part for part in (figure, lines) if part)))
    return Section(_("Steps"), head=("", _("Step"), _("How")), rows=rows)


def _vials(bag: Bag, recipe: BagRecipe) -> list[str]:
    row = values.label_of_bag(bag).reconstitution
    return [
        ngettext(
            "%(each)s water into the vial = %(water)s",
            "%(each)s water into each of %(n)s vials = %(water)s",
            recipe.vials,
        )
        % {
            "each": amount(row.water_ml_per_vial, "mL"),
            "n": recipe.vials,
            "water": amount(recipe.water_ml, "mL"),
        },
        _("%(drug)s × %(strength)s = %(mcg)s")
        % {
            "drug": amount(recipe.reconstituted_ml, "mL"),
            "strength": amount(row.mcg_per_ml, "mcg/mL"),
            "mcg": amount(recipe.reconstituted_ml * row.mcg_per_ml, "mcg"),
        },
    ]


def _quality() -> Section:
    return Section(
        _("Checks"),
        lines=[
            _("What is drawn is read blind by another person before it goes into the bag: lots, "
              "volume of drug, volume of stabiliser."),
            _("The label on the bag is read by another person before the bag leaves: code, rate, "
              "volume, duration."),
            _("Read differently twice: a third pharmacist decides."),
        ],
    )  # fmt: skip


def _keeps(bag: Bag, recipe: BagRecipe) -> Section:
    rules = values.label_of_bag(bag)
    try:
        row = stability.storage_row(rules, preservative=recipe.preservative, hours=recipe.hours)
        room, cold = amount(row.room_hours, "h"), amount(row.cold_hours, "h")
        source = f"{told(row.source)} ({row.row_id})"
    except HardStop as stop:
        room = cold = not_recorded()
        source = stop.stops[0].message
    limits = bag.beyond_use
    return Section(
        _("Keeping"),
        facts=[
            (_("At room temperature, infusion included"), room),
            (_("At 2-8 °C"), cold),
            (_("From"), source),
            (_("Beyond-use time, room"), _hours(limits, "room_hours")),
            (_("Beyond-use time, 2-8 °C"), _hours(limits, "cold_hours")),
            (_("From"), limits.source if limits else not_recorded()),
        ],
    )


def _hours(limits, name: str) -> str:
    found = getattr(limits, name) if limits else None
    return amount(found, "h") if found else _("not known: the site has no figure")


def _labelling() -> Section:
    return Section(
        _("Labelling"),
        lines=[
            _("Two identifiers of the patient, drug, total micrograms, mcg per day, bag n of N."),
            _("Volume to be infused and total, rate, duration, prepared at, discard after."),
            _("Storage, preservative, filter, DO NOT FLUSH, do not refrigerate again, preparer and "
              "checker, code of the bag."),
        ],
    )  # fmt: skip
