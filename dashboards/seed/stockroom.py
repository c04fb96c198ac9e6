"""Vials of the demo pharmacy: received, counted, one lot recalled. The cost is made up."""

from datetime import date, timedelta
from decimal import Decimal

from dashboards.seed.bedside import EXPIRES, LOT, RECALLED_LOT
from dashboards.seed.people import PASSWORD
from dashboards.seed.shelf import VIAL_GTIN
from infusions.actions.recalls import sign_recall
from infusions.actions.stock import count_scanned, receive, set_cost
from infusions.models import Product, StockLot
from infusions.pharmacy.stock import on_hand_of

FIRST = timedelta(days=45)  # before the first bag of any story
COST = "Made up for the demo: no real price"
NEXT_LOT = "1153977"


def code_of(lot: str, expires_on: date) -> str:
    return f"(01){VIAL_GTIN}(17){expires_on:%y%m%d}(10){lot}"


def fill(site, people, at) -> None:
    """What came in before the bags were made, and what a vial is said to cost."""
    facts = {"site": site, "by": people["tom"], "at": at - FIRST}
    receive(scan=code_of(LOT, EXPIRES), count=222, **facts)
    receive(scan=code_of(RECALLED_LOT, EXPIRES), count=4, **facts)
    set_cost(
        site=site,
        product=Product.objects.get(gtin=VIAL_GTIN),
        amount=Decimal("1000.00"),
        currency="USD",
        from_on=(at - FIRST).date(),
        source=COST,
        by=people["petra"],
        at=at - FIRST,
    )


def count(site, people, at) -> None:
    """A count found two vials fewer; a delivery came; a lot was recalled."""
    facts = {"site": site, "by": people["tom"]}
    day = timedelta(days=1)
    soon = (at + 20 * day).date()
    there = on_hand_of(StockLot.objects.get(site=site, lot=LOT)) - 2
    found = {"count": there, "reason": "Two broke.", "at": at - 2 * day / 24}
    count_scanned(scan=code_of(LOT, EXPIRES), **found, **facts)
    receive(scan=code_of(NEXT_LOT, soon), count=6, at=at - day / 24, **facts)
    sign_recall(
        lot=RECALLED_LOT,
        product=Product.objects.get(gtin=VIAL_GTIN),
        reason="Notice 7 of the maker, invented for the demo: cracked stoppers",
        by=people["petra"],
        password=PASSWORD,
        statement="I have the notice of this recall. Nothing with this lot is hung or made.",
        at=at - day / 48,
    )
