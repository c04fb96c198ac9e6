"""What has to be true before a bag is logged, moved or corrected."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commands.refusals import refuse
from infusions import codes
from infusions.models import Bag, Cycle, PlannedBag
from infusions.pharmacy.holds import may_still_make
from infusions.pharmacy.recalls import recall_stops
from infusions.queries import signed_order_of
from infusions.readiness import label_stop
from patients.models import AllergyStatus
from protocol.stops import HardStop
from protocol.units import plain

LIVE = (
    Bag.State.MADE,
    Bag.State.RELEASED,
    Bag.State.HUNG,
    Bag.State.QUARANTINED,
    Bag.State.DISPUTED,
)
AHEAD = timedelta(minutes=2)  # clocks of two machines may differ this much


class Lot(NamedTuple):
    """Vials of one lot that went into a bag. `gtin`: 14 digits, "" when they were not scanned."""

    lot: str
    expires_on: date
    count: int
    gtin: str = ""


def check_code(bag: Bag, code: str) -> None:
    typed = codes.tidy(code)
    if typed == bag.code:
        return
    if not codes.is_code(typed):
        refuse(
            "bag.code_unreadable",
            _("This is no bag code: a character is wrong. Scan it or type it again."),
            field="code",
        )
    refuse(
        "bag.other_code",
        _("This is the code of another bag. Take bag %(code)s.") % {"code": bag.code},
        field="code",
    )


def need_order(cycle: Cycle):
    if cycle.patient.allergy_status == AllergyStatus.UNKNOWN:
        refuse("patient.allergies_unknown", _("Allergies are not known. Have them recorded first."))
    if cycle.state not in (Cycle.State.ORDERED, Cycle.State.RUNNING, Cycle.State.INTERRUPTED):
        refuse(
            "bag.no_signed_order",
            _("There is no signed order. No bag is made before the prescriber signs."),
        )
    order = signed_order_of(cycle)
    if order is None:
        refuse(
            "bag.no_signed_order",
            _("There is no signed order. No bag is made before the prescriber signs."),
        )
    return order


def need_planned(cycle: Cycle, n: int) -> PlannedBag:
    planned = PlannedBag.objects.filter(plan__cycle=cycle, plan__is_current=True, n=n).first()
    if planned is None:
        refuse("bag.not_planned", _("The plan has no bag %(n)s.") % {"n": n})
    made = Bag.objects.filter(
        cycle=cycle,
        planned__n=n,
        planned__plan__is_current=True,
        state__in=(*LIVE, Bag.State.FINISHED),
    ).first()
    if made is not None:
        refuse(
            "bag.made_already",
            _("Bag %(n)s is made already (%(code)s). Discard it first to make another.")
            % {"n": n, "code": made.code},
        )
    return planned


def need_no_hold(cycle: Cycle, planned: PlannedBag) -> None:
    """Nothing is made while the treatment or the making is on hold, or a decision is open."""
    if stops := may_still_make(cycle, planned):
        raise HardStop(*stops)


def check_work(recipe, lots, stabiliser_lot, drawn_ml, hood, garbing) -> None:
    if not hood:
        refuse("bag.hood", _("Confirm that the hood was used."), field="hood_confirmed")
    if not garbing:
        refuse("bag.garbing", _("Confirm garbing and hand hygiene."), field="garbing_confirmed")
    if not stabiliser_lot.strip():
        refuse("bag.stabiliser_lot", _("Give the stabiliser lot."), field="stabiliser_lot")
    check_lots(lots, recipe.vials)
    wanted = recipe.reconstituted_ml
    if not is_drawn_as_told(drawn_ml, wanted):
        refuse(
            "bag.drawn_volume",
            _("The recipe asks for %(wanted)s mL of reconstituted drug. Draw exactly that.")
            % {"wanted": plain(wanted)},
            citation=recipe.row_id,
            field="drawn_ml",
        )


def is_drawn_as_told(drawn_ml, wanted) -> bool:
    """To the precision of the recipe, which is that of the syringe."""
    return drawn_ml.quantize(wanted, rounding=ROUND_HALF_UP) == wanted


def check_lots(lots, needed: int, *, field: str = "lot_1") -> None:
    if not lots or any(not lot.strip() or count < 1 for lot, _expires, count, *_more in lots):
        refuse("bag.lots", _("Give lot, expiry and number of every vial."), field=field)
    if sum(count for _lot, _expires, count, *_more in lots) < needed:
        refuse(
            "bag.vials",
            ngettext(
                "The recipe needs %(n)s vial. Record every vial that was used.",
                "The recipe needs %(n)s vials. Record every vial that was used.",
                needed,
            )
            % {"n": needed},
            field=field.replace("lot", "count"),
        )


def check_expiry(lots, prepared_at: datetime, cycle: Cycle, *, field="expires_1") -> None:
    day = prepared_at.astimezone(ZoneInfo(cycle.patient.care_team.site.zone)).date()
    for lot, expires_on, *_more in lots:
        if expires_on < day:
            refuse(
                "bag.vial_expired",
                _("Vial lot %(lot)s expired on %(day)s. Use another vial.")
                % {"lot": lot, "day": expires_on.strftime("%d %b %Y")},
                field=field,
            )


def check_label_was_read(bag: Bag, place: str) -> None:
    """A bag leaves the pharmacy with a label that another person has read."""
    leaves = bag.place == Bag.Place.PHARMACY and place != Bag.Place.PHARMACY
    if leaves and (stop := label_stop(bag)):
        raise HardStop(stop)


def check_not_recalled(lots, stabiliser_lot: str, cycle: Cycle, *, field="lot_1") -> None:
    """`lots`: vials, each maybe with its product number."""
    named = [(more[1] if len(more) > 1 else "", lot) for lot, _expires, *more in lots]
    site = cycle.patient.care_team.site
    stops = recall_stops(site.organisation_id, [*named, ("", stabiliser_lot)], field=field)
    if stops:
        raise HardStop(*stops)


def check_time(moment: datetime, at: datetime, *, field: str) -> None:
    if moment > at + AHEAD:
        refuse("bag.time_future", _("This time lies in the future. Check it."), field=field)


def check_order_of_moves(bag: Bag, moved_at: datetime, *, field: str = "moved_at") -> None:
    last = bag.moves.filter(corrected_by=None, is_withdrawn=False).order_by("-moved_at").first()
    if moved_at < bag.prepared_at or (last and moved_at < last.moved_at):
        refuse(
            "bag.moved_before",
            _("The bag was scanned later than this. Give the time of this move."),
            field=field,
        )


def check_left(bag: Bag, left_at: datetime, moved_at: datetime) -> None:
    check_order_of_moves(bag, left_at, field="left_at")
    if left_at > moved_at:
        refuse(
            "bag.left_after_arrival",
            _("It arrived before it left. Check both times."),
            field="left_at",
        )


def recipe_columns(recipe) -> dict:
    return {
        "recipe_row": recipe.row_id,
        "recipe_status": str(recipe.status),
        "dose_mcg_per_day": recipe.dose_mcg_per_day,
        "bag_hours": recipe.hours,
        "rate_ml_per_h": recipe.rate_ml_per_h,
        "infused_ml": recipe.infused_ml,
        "made_ml": recipe.made_ml,
        "reconstituted_ml": recipe.reconstituted_ml,
        "stabiliser_ml": recipe.stabiliser_ml,
        "saline_ml": recipe.saline_ml + recipe.bacteriostatic_saline_ml,
        "drug_mcg": recipe.drug_mcg,
        "vials": recipe.vials,
        "preservative": recipe.preservative,
        "filter_required": recipe.filter_required,
    }
