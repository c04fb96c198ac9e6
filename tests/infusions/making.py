"""Bags made step by step, for tests: products of the demonstration prefix 952 and their scans."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from infusions.actions.drawn_check import check_drawn
from infusions.actions.making import do_step, start_make
from infusions.actions.products import add_product
from infusions.pharmacy.make_steps import steps_done, steps_of
from protocol import making
from tests.infusions.planning import signed
from tests.people import PASSWORD

GTINS = {
    "drug_vial": "09521234000013",
    "stabiliser": "09521234000020",
    "water": "09521234000037",
    "saline": "09521234000044",
    "bacteriostatic_saline": "09521234000051",
    "tubing_set": "09521234000068",
}
LOTS = {"drug_vial": "QX77K", "stabiliser": "ST-9"}
EXPIRY = "271231"


def products(cast, clock) -> dict:
    """One article of every kind, on the list of the cast's hospital."""
    return {
        kind: add_product(
            kind=kind,
            name=f"Test {kind.replace('_', ' ')}",
            gtin=gtin,
            mcg_per_vial=Decimal(35) if kind == "drug_vial" else None,
            has_filter=True if kind == "tubing_set" else None,
            source="invented for tests",
            by=cast.farid,
            at=clock.now,
        )
        for kind, gtin in GTINS.items()
    }


def scan_of(kind: str, *, expiry=EXPIRY, lot="", serial="") -> str:
    """What a scanner types for one package."""
    more = f"\x1d21{serial}" if serial else ""
    return f"]d201{GTINS[kind]}17{expiry}10{lot or LOTS.get(kind, 'L1')}{more}"


def answers(session, step) -> dict:
    """What a careful person gives at a step."""
    if step.kind == "scan":
        return {"scan": scan_of(step.product, serial=f"{step.key}-{session.pk}")}
    if step.kind == "amount":
        return {"amount_ml": step.ml}
    return {"storage": "cold"} if step.kind == "finish" else {}


def begun(cast, clock, *, cycle=None, n=1, by=None):
    cycle = cycle or signed(cast, clock)
    return start_make(cycle=cycle, planned_n=n, by=by or cast.tom, at=clock.now)


def step_done(cast, clock, session, step) -> None:
    if step.kind == "check":
        assert check_drawn(**hood_reading(cast, clock, session)).agreed
    else:
        session.refresh_from_db()
        facts = answers(session, step)
        do_step(session=session, key=step.key, by=session.maker, at=clock.now, **facts)


def hood_reading(cast, clock, session, **changes):
    """What a pharmacist reads at the hood before the drug goes in, ten seconds after opening."""
    facts = {
        "session": session,
        "by": cast.farid,
        "password": PASSWORD,
        "lots": f"{scan_of('drug_vial')}\n{scan_of('stabiliser')}",
        "drawn_ml": drawn_ml(session),
        "stabiliser_ml": stabiliser_ml(session),
        "statement": "I read it.",
        "opened_at": timezone.now() - timedelta(seconds=10),
        "at": clock.now,
    }
    return {**facts, **changes}


def stabiliser_ml(session):
    return next(step.ml for step in steps_of(session) if step.key == making.STABILISER_IN)


def drawn_ml(session):
    return next(step.ml for step in steps_of(session) if step.key == making.DRAW)


def made_until(cast, clock, key: str, *, session=None, minutes: int = 0):
    """A session whose next step is `key`; each step takes `minutes`."""
    session = session or begun(cast, clock)
    for step in steps_of(session):
        if step.key == key:
            break
        if step.key not in steps_done(session):
            step_done(cast, clock, session, step)
            clock.forward(minutes=minutes)
    session.refresh_from_db()
    return session


def made_by_steps(cast, clock, **more):
    """The bag itself."""
    session = made_until(cast, clock, "", **more)
    return session.bag
