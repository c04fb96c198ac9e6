"""The compounding record of one bag: what went into it, who did what, and what was checked."""

from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from display.formats import amount, date_short
from infusions import values
from infusions.labels.sheet import filter_words, moment
from infusions.models import Bag, BagCheck, MakeSession, MakeStep, Product
from infusions.pharmacy.make_steps import steps_of
from infusions.pharmacy.make_words import name_of
from infusions.pharmacy.recalls import recalls_of
from infusions.plans.planner import made_of
from infusions.records.shape import Record, Section, marks_of, not_recorded, told, yes_no
from infusions.templatetags.record_words import status_words
from protocol import making
from protocol.stops import HardStop


def compounding_of(bag: Bag) -> Record:
    """Everything the standards list, in the reader's language and the site's time."""
    session = MakeSession.objects.filter(bag=bag).first()
    steps = _steps(session)
    return Record(
        title=_("Compounding record"),
        under=_("Bag %(code)s, bag %(n)s of cycle %(cycle)s")
        % {"code": bag.code, "n": bag.planned.n, "cycle": bag.cycle.number},
        marks=marks_of(bag),
        sections=[
            _what(bag),
            _components(bag, steps),
            _work(bag, session),
            *_by_step(bag, session),
            Section(_("Calculations"), lines=calculations_of(bag)),
            _quality(bag),
            _keeps(bag),
            _label(bag),
            *_recalls(bag),
        ],
    )


def _what(bag: Bag) -> Section:
    patient = bag.cycle.patient
    rules = values.label_of_bag(bag)
    return Section(
        _("Preparation"),
        facts=[
            (_("Name"), settings.LABEL_DRUG_NAME),
            (_("Strength"), strength_of(bag)),
            (_("Form"), _("solution for intravenous infusion, in a bag")),
            (_("Patient"), f"{patient.family_name}, {patient.given_name}"),
            (_("Born"), date_short(patient.birth_date)),
            (_("Record number"), patient.record_number),
            (_("Ordered by"), _signer(bag)),
            (_("Label set"), f"{rules.title}, {rules.revision}"),
            (_("Row"), f"{bag.recipe_row} ({status_words(bag.recipe_status)})"),
        ],
    )


def strength_of(bag: Bag) -> str:
    return _("%(total)s in %(made)s; %(dose)s over %(hours)s") % {
        "total": amount(bag.drug_mcg, "mcg"),
        "made": amount(bag.made_ml, "mL"),
        "dose": amount(bag.dose_mcg_per_day, _("mcg/day")),
        "hours": amount(bag.bag_hours, "h"),
    }


def _signer(bag: Bag) -> str:
    signature = bag.order.signature
    if signature is None:
        return not_recorded()
    return f"{signature.printed_name}, {_at(bag, signature.at)}"


def _components(bag: Bag, steps: dict[str, MakeStep]) -> Section:
    recipe = made_of((bag.cycle, bag.planned))["recipe"]
    vials = list(bag.vial_lots.filter(corrected_by=None).order_by("pk"))
    numbers = {row.gtin for row in vials if row.gtin}
    products = Product.objects.filter(
        organisation=bag.cycle.patient.organisation_id, gtin__in=numbers
    )
    known = {product.gtin: product for product in products}
    rows = [_vial_row(row, known.get(row.gtin)) for row in vials]
    water = _told_or_recipe(making.RECONSTITUTE in steps, recipe.water_ml if recipe else None)
    saline = _told_or_recipe("saline_into_bag" in steps, bag.saline_ml)
    rows += [
        _step_row(_("Sterile water"), steps.get("scan_water"), water),
        _step_row(
            _("IV solution stabiliser"),
            steps.get("scan_stabiliser"),
            amount(bag.stabiliser_ml, "mL"),
            lot=bag.stabiliser_lot,
        ),
        _step_row(_("Saline 0.9 %"), steps.get("scan_saline"), saline),
    ]
    if bag.preservative:
        found = steps.get("scan_bacteriostatic_saline")
        ml = amount(recipe.bacteriostatic_saline_ml, "mL") if recipe else ""
        rows.append(_step_row(_("Of this bacteriostatic saline"), found, ml))
    one = _("1") if making.PRIME in steps else ""
    rows.append(_step_row(_("Infusion set"), steps.get(making.PRIME), one))
    head = (_("Component"), _("NDC"), _("Lot"), _("Expiry"), _("Amount"))
    return Section(_("Components"), head=head, rows=rows)


def _told_or_recipe(is_done: bool, ml) -> str:
    """What a step confirmed; logged afterwards, only what the recipe says."""
    if ml is None:
        return ""
    words = amount(ml, "mL")
    return words if is_done else _("%(ml)s by the recipe") % {"ml": words}


def _vial_row(row, product: Product | None) -> tuple[str, ...]:
    count = _("%(n)s vials") % {"n": row.count} if row.count != 1 else _("1 vial")
    name = product.name if product else _("Drug vial")
    ndc = told(product.ndc) if product else not_recorded()
    return name, ndc, row.lot, date_short(row.expires_on), count


def _step_row(name: str, step: MakeStep | None, ml: str, *, lot: str = "") -> tuple[str, ...]:
    found = step.value if step else {}
    expires = found.get("expires_on")
    return (
        found.get("name") or name,
        told(found.get("ndc")),
        told(lot or found.get("lot")),
        date_short(date.fromisoformat(expires)) if expires else not_recorded(),
        told(ml),
    )


def _work(bag: Bag, session: MakeSession | None) -> Section:
    work = bag.work.filter(corrected_by=None).first()
    how = work.get_how_display() if work and work.how else ""
    reason = f": {work.how_reason}" if work and work.how_reason else ""
    return Section(
        _("Making"),
        facts=[
            (_("Made by"), str(bag.compounded_by)),
            (_("Begun"), _at(bag, session.started_at) if session else not_recorded()),
            (_("Drug into the bag"), _at(bag, bag.prepared_at)),
            (_("How"), told(f"{how}{reason}")),
            (_("Hood used"), yes_no(bag.hood_confirmed)),
            (_("Garbing and hand hygiene"), yes_no(bag.garbing_confirmed)),
            (_("Reconstituted drug drawn"), amount(bag.drawn_ml, "mL")),
            (_("Filter"), filter_words(bag.filter_required)),
        ],
    )


def _by_step(bag: Bag, session: MakeSession | None) -> list[Section]:
    if session is None:
        return []
    names = names_of(session)
    rows = session.steps.filter(corrected_by=None).select_related("by").order_by("pk")
    told_of = [(names.get(row.key, row.key), _at(bag, row.at), str(row.by)) for row in rows]
    return [Section(_("Steps"), head=(_("Step"), _("When"), _("By")), rows=told_of)]


def names_of(session: MakeSession) -> dict[str, str]:
    """Of each step by key; empty where its recipe is gone."""
    try:
        return {step.key: name_of(step) for step in steps_of(session)}
    except HardStop:
        return {}


def calculations_of(bag: Bag) -> list[str]:
    """The sums a second person can follow, from the bag's own figures."""
    drug = bag.made_ml - bag.stabiliser_ml - bag.saline_ml
    return [
        _("%(rate)s × %(hours)s = %(infused)s to be infused")
        % {
            "rate": amount(bag.rate_ml_per_h, "mL/h"),
            "hours": amount(bag.bag_hours, "h"),
            "infused": amount(bag.rate_ml_per_h * bag.bag_hours, "mL"),
        },
        _("%(made)s in the bag − %(stabiliser)s stabiliser − %(saline)s saline = %(drug)s drug")
        % {
            "made": amount(bag.made_ml, "mL"),
            "stabiliser": amount(bag.stabiliser_ml, "mL"),
            "saline": amount(bag.saline_ml, "mL"),
            "drug": amount(drug, "mL"),
        },
        _("%(total)s in %(made)s, of which %(infused)s are infused")
        % {
            "total": amount(bag.drug_mcg, "mcg"),
            "made": amount(bag.made_ml, "mL"),
            "infused": amount(bag.infused_ml, "mL"),
        },
    ]


def _quality(bag: Bag) -> Section:
    found = BagCheck.objects.filter(bag=bag, too_fast=False).select_related("checked_by")
    rows = [
        (
            one.get_stage_display(),
            one.get_part_display(),
            f"{one.checked_by}, {_at(bag, one.checked_at)}",
            one.get_method_display() + (f": {one.method_note}" if one.method_note else ""),
            _("agrees") if one.agreed else _("differs"),
        )
        for one in found.order_by("pk")
    ]
    facts = [
        (_("Checked by"), str(bag.checked_by) if bag.checked_by_id else _("not yet")),
        (_("Released"), _at(bag, bag.released_at) if bag.released_at else _("not yet")),
        (_("State now"), bag.get_state_display()),
    ]
    if bag.single_checked:
        signers = f"{bag.single_prescriber}, {bag.single_pharmacist}"
        facts.append((_("Released on a single check by"), signers))
    head = (_("What was read"), _("Part"), _("By"), _("How"), _("Result"))
    return Section(_("Checks"), facts=facts, head=head if rows else (), rows=rows)


def _keeps(bag: Bag) -> Section:
    limits = bag.beyond_use
    begin = _at(bag, bag.begin_by) if bag.begin_by else _("not known: the site has no figure")
    return Section(
        _("Keeping"),
        facts=[
            (_("Discard after"), _at(bag, bag.discard_after)),
            (_("From"), f"{values.label_of_bag(bag).title}, {bag.recipe_row}"),
            (_("Infusion begins by"), begin),
            (_("From"), limits.source if limits else not_recorded()),
            (_("Stored"), bag.get_storage_display()),
        ],
    )


def _label(bag: Bag) -> Section:
    prints = list(bag.labels.select_related("printed_by").order_by("n"))
    rows = [
        (
            str(one.n),
            one.get_paper_display(),
            f"{one.printed_by}, {_at(bag, one.printed_at)}",
            one.reason or "–",
        )
        for one in prints
    ]
    if not rows:
        return Section(_("Labels"), lines=[_("No label was printed.")])
    return Section(
        _("Labels"), head=(_("Label"), _("Paper"), _("Printed"), _("Why again")), rows=rows
    )


def _recalls(bag: Bag) -> list[Section]:
    words = _("Lot %(lot)s recalled %(at)s: %(why)s")
    lines = [
        words % {"lot": row.lot, "at": _at(bag, row.at), "why": row.reason}
        for row in recalls_of(bag)
    ]
    return [Section(_("Recalls"), lines=lines)] if lines else []


def _steps(session: MakeSession | None) -> dict[str, MakeStep]:
    rows = session.steps.filter(corrected_by=None).order_by("pk") if session else ()
    return {row.key: row for row in rows}


def _at(bag: Bag, at) -> str:
    return moment(at, bag.cycle.patient.care_team.site.zone)
