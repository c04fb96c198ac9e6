"""What a session has done so far, read from its rows."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from infusions import values
from infusions.models import MakeSession, MakeStep
from protocol import making, stability
from protocol.bags import BagRecipe
from protocol.stops import HardStop


@dataclass(frozen=True)
class Work:
    """What the steps add up to, for the bag: vials as (lot, expiry, count, product number),
    volumes in mL."""

    lots: list[tuple[str, date, int, str]]
    stabiliser_lot: str
    drawn_ml: Decimal
    stabiliser_ml: Decimal
    prepared_at: datetime


def recipe_of(session: MakeSession) -> BagRecipe:
    """Raises HardStop when there is no recipe any more."""
    return values.recipe_for(session.cycle, session.planned)


def steps_of(session: MakeSession) -> tuple[making.MakeStep, ...]:
    return making.make_steps(recipe_of(session))


def steps_done(session: MakeSession) -> dict[str, MakeStep]:
    """The row that counts of every step that was done, by key."""
    rows = session.steps.filter(corrected_by=None).select_related("by").order_by("pk")
    return {row.key: row for row in rows}


def first_done_at(session: MakeSession, key: str) -> datetime:
    return session.steps.filter(key=key).order_by("pk")[0].at


def vial_limit(session: MakeSession, opened_at: datetime) -> datetime | None:
    """Until when a vial opened then may be used at room temperature; None: the label set does not
    say, and the page says so."""
    rules = values.label_of(session.cycle)
    try:
        return stability.opened_vial_limit(rules, reconstituted_at=opened_at, place="room")
    except HardStop:
        return None


def work_of(session: MakeSession) -> Work:
    """The bag keeps from the moment the drug went into it: until then the limit of the opened vial
    counts. The first injection counts, should it have been entered again."""
    done = steps_done(session)
    counted: Counter = Counter()
    for key, row in done.items():
        if key.startswith(making.VIAL):
            value = row.value
            counted[value["lot"], date.fromisoformat(value["expires_on"]), value["gtin"]] += 1
    return Work(
        lots=[(lot, expires_on, n, gtin) for (lot, expires_on, gtin), n in counted.items()],
        stabiliser_lot=done["scan_stabiliser"].value["lot"],
        drawn_ml=drawn_of(session),
        stabiliser_ml=Decimal(done[making.STABILISER_IN].value["amount_ml"]),
        prepared_at=first_done_at(session, making.INJECT),
    )


def drawn_of(session: MakeSession) -> Decimal:
    """What the maker typed of the syringe with the drug, in mL."""
    return Decimal(steps_done(session)[making.DRAW].value["amount_ml"])


def hands_of(session: MakeSession) -> set[int]:
    """Everybody who did a step of it: none of them reads it as the second person."""
    rows = session.steps.exclude(key=making.CHECK_DRAWN).values_list("by_id", flat=True)
    return {session.maker_id, *rows}
