"""Vials on the shelf for tests, as they come in by a scan."""

from datetime import date

from infusions.actions.stock import count_scanned, receive
from infusions.models import StockLot
from infusions.pharmacy.stock import on_hand_of
from tests.infusions.making import GTINS, products, scan_of
from tests.infusions.planning import LOT

EXPIRES = date(2027, 12, 31)


def received(cast, clock, *, count=10, lot=LOT, **more):
    """Drug vials of one lot; the products are put on the list when they are not."""
    if not cast.organisation.products.exists():
        products(cast, clock)
    scan = scan_of("drug_vial", lot=lot, **more)
    return receive(site=cast.team.site, scan=scan, count=count, by=cast.tom, at=clock.now)


def counted(cast, clock, count, *, lot=LOT, reason=""):
    facts = {"by": cast.tom, "at": clock.now, "reason": reason}
    scan = scan_of("drug_vial", lot=lot)
    return count_scanned(site=cast.team.site, scan=scan, count=count, **facts)


def lot_of(cast, lot=LOT):
    return StockLot.objects.get(site=cast.team.site, lot=lot, product__gtin=GTINS["drug_vial"])


def on_hand(cast, lot=LOT):
    return on_hand_of(lot_of(cast, lot))
