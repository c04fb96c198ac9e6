"""One bag's way through pharmacy and bedside, by the same actions as the pages call."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from audit.actions import subject_of
from checklists.actions import answer_items, open_checklist, sign_checklist
from dashboards.seed.people import PASSWORD
from dashboards.seed.shelf import VIAL_GTIN
from infusions.actions.bags import compound_bag, discard_bag, move_bag
from infusions.actions.checks import check_bag
from infusions.actions.label_checks import check_label
from infusions.actions.labels import print_label
from infusions.actions.pumps import enter_program, read_back
from infusions.models import Bag
from infusions.readiness import facts_for

LOT = "1153042"
RECALLED_LOT = "1149883"
STABILISER_LOT = "IV77120"
EXPIRES = date(2028, 6, 30)
ON_THE_WAY = timedelta(minutes=20)
READING_S = timedelta(seconds=30)


@dataclass(frozen=True)
class Hands:
    """Who does what for this patient."""

    maker: object
    checker: object
    nurse: object
    second: object


def make(cycle, planned, *, hands: Hands, at, lot: str = LOT) -> Bag:
    """Compounded at `at`, kept cold, waiting for the check."""
    from infusions.values import recipe_for

    recipe = recipe_for(cycle, planned)
    return compound_bag(
        cycle=cycle,
        planned_n=planned.n,
        lots=[(lot, EXPIRES, recipe.vials, VIAL_GTIN)],
        stabiliser_lot=STABILISER_LOT,
        drawn_ml=recipe.reconstituted_ml,
        hood_confirmed=True,
        garbing_confirmed=True,
        prepared_at=at,
        storage="cold",
        by=hands.maker,
        at=at,
    )


def check(bag: Bag, *, hands: Hands, at) -> None:
    check_bag(
        bag=bag,
        by=hands.checker,
        password=PASSWORD,
        lots="\n".join([*bag.vial_lots.values_list("lot", flat=True), STABILISER_LOT]),
        drawn_ml=bag.drawn_ml,
        stabiliser_ml=bag.stabiliser_ml,
        statement="I read this bag and its record myself.",
        at=at,
        opened_at=timezone.now() - READING_S,
    )
    label(bag, hands=hands, at=at)


def label(bag: Bag, *, hands: Hands, at) -> None:
    """Printed, put on the bag, and read by another person: only then it leaves the pharmacy."""
    print_label(bag=bag, paper="thermal", by=hands.maker, at=at)
    check_label(
        bag=bag,
        by=hands.checker,
        password=PASSWORD,
        code=bag.code,
        rate_ml_per_h=bag.rate_ml_per_h,
        volume_ml=bag.infused_ml,
        duration_h=bag.bag_hours,
        statement="I read the label on this bag myself; it is on the right bag.",
        at=at,
        opened_at=timezone.now() - READING_S,
    )


def bring(bag: Bag, place: str, *, hands: Hands, at) -> None:
    """Carried cold, and scanned out where it left: no time of it is unknown."""
    move_bag(
        bag=bag,
        code=bag.code,
        place=place,
        storage="cold",
        moved_at=at,
        left_at=at - ON_THE_WAY,
        way_storage="cold",
        by=hands.nurse,
        at=at,
    )


def discard(bag: Bag, *, hands: Hands, at) -> None:
    """Lost before its change: the plan no longer fits until somebody decides."""
    bag.refresh_from_db()
    discard_bag(bag=bag, reason="Leaked at the port.", by=hands.nurse, at=at)


def ready_to_hang(bag: Bag, *, hands: Hands, at) -> None:
    """Checklist answered and signed, pump entered by one and read back by another."""
    checklist = open_checklist(
        kind="pre_infusion",
        subject=subject_of(bag),
        patient=bag.cycle.patient,
        by=hands.nurse,
        at=at,
        facts=facts_for(bag, at),
    )
    answers = {item["key"]: right_answer(item, bag) for item in checklist.template.items}
    answer_items(checklist=checklist, values=answers, by=hands.nurse, at=at)
    sign_checklist(checklist=checklist, by=hands.nurse, password=PASSWORD, at=at)
    program = enter_program(
        bag=bag,
        pump_serial=f"P-{bag.cycle.pk:03}",
        rate_ml_per_h=bag.rate_ml_per_h,
        volume_ml=bag.infused_ml,
        duration_h=bag.bag_hours,
        by=hands.nurse,
        at=at,
    )
    read_back(
        program=program,
        by=hands.second,
        rate_ml_per_h=bag.rate_ml_per_h,
        volume_ml=bag.infused_ml,
        duration_h=bag.bag_hours,
        method="at_pump",
        password=PASSWORD,
        at=at,
    )


def right_answer(item: dict, bag: Bag) -> str:
    if item["answer"] == "scan":
        return bag.code
    return item["accepted"][0]
