"""What people read of a bag, and where two readings differ. Nothing here tells a page which."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from audit.actions import plain
from commands.scanned import own_code
from infusions.models import Bag, LabelPrint, MakeSession, NearMiss
from infusions.pharmacy.make_steps import steps_done
from infusions.scans import gs1
from protocol import making

Kind = NearMiss.Kind
BY_HAND = re.compile(r"[,;\n]+")
CODE_OF_A_VIAL = re.compile(r"^(\]|\(01\)|01\d{14})")


@dataclass(frozen=True)
class Lot:
    """One vial or stabiliser as scanned, or typed from its label (then only the lot is known)."""

    lot: str
    expires_on: date | None = None
    gtin: str = ""


@dataclass(frozen=True)
class Drawn:
    """What went into a bag: the lots of vials and stabiliser, and the two volumes in mL."""

    lots: tuple[Lot, ...]
    drug_ml: Decimal
    stabiliser_ml: Decimal


@dataclass(frozen=True)
class OnLabel:
    """What a label says: code of the bag, mL/h, mL to be infused, hours."""

    code: str
    rate_ml_per_h: Decimal
    volume_ml: Decimal
    duration_h: Decimal


def lots_from(text: str, *, field: str = "lots") -> tuple[Lot, ...]:
    """One scan a line, or lots typed with commas between. A GS1 code of a package is read
    strictly: HardStop when it is damaged or holds no lot."""
    found = []
    for line in text.splitlines():
        if CODE_OF_A_VIAL.match(line.strip()):
            scan = gs1.read(line, field=field).needs("lot", field=field)
            found.append(Lot(scan.lot, scan.expires_on, scan.gtin))
        else:
            found += [Lot(part.strip()) for part in BY_HAND.split(line) if lot_key(part)]
    return tuple(found)


def lot_key(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def drawn_of(subject: Bag | MakeSession) -> Drawn:
    """What was logged of a bag, or scanned and typed in the hood so far."""
    if isinstance(subject, MakeSession):
        return _drawn_in_hood(subject)
    bag = subject
    rows = bag.vial_lots.filter(corrected_by=None)
    vials = tuple(Lot(row.lot, row.expires_on) for row in rows)
    return Drawn((*vials, Lot(bag.stabiliser_lot)), bag.drawn_ml, bag.stabiliser_ml)


def _drawn_in_hood(session: MakeSession) -> Drawn:
    done = steps_done(session)
    scanned = [row.value for key, row in done.items() if key.startswith(making.VIAL)]
    vials = [Lot(v["lot"], date.fromisoformat(v["expires_on"]), v["gtin"]) for v in scanned]
    return Drawn(
        (*vials, Lot(done["scan_stabiliser"].value["lot"])),
        Decimal(done[making.DRAW].value["amount_ml"]),
        Decimal(done[making.STABILISER_IN].value["amount_ml"]),
    )


def differences(logged: Drawn, read: Drawn) -> list[Kind]:
    """In which ways two readings of the same work differ."""
    ours, theirs = by_key(logged.lots), by_key(read.lots)
    found = [
        (Kind.LOTS, ours.keys() != theirs.keys()),
        (Kind.EXPIRY, any(other_expiry(ours[key], theirs.get(key)) for key in ours)),
        (Kind.DRUG, logged.drug_ml != read.drug_ml),
        (Kind.STABILISER, logged.stabiliser_ml != read.stabiliser_ml),
    ]
    return [kind for kind, differs in found if differs]


def by_key(lots: tuple[Lot, ...]) -> dict[str, Lot]:
    return {lot_key(lot.lot): lot for lot in lots}


def other_expiry(ours: Lot, theirs: Lot | None) -> bool:
    """Only where both are known: a typed lot brings no expiry along."""
    if theirs is None or ours.expires_on is None or theirs.expires_on is None:
        return False
    return ours.expires_on != theirs.expires_on


def label_of_print(printed: LabelPrint) -> OnLabel:
    """What was printed on the newest label of a bag."""
    said = printed.content
    return OnLabel(
        code=said["code"],
        rate_ml_per_h=Decimal(said["rate_ml_per_h"]),
        volume_ml=Decimal(said["infused_ml"]),
        duration_h=Decimal(said["hours"]),
    )


def label_differences(printed: OnLabel, read: OnLabel) -> list[Kind]:
    found = [
        (Kind.LABEL_CODE, printed.code != own_code(read.code)),
        (Kind.RATE, printed.rate_ml_per_h != read.rate_ml_per_h),
        (Kind.VOLUME, printed.volume_ml != read.volume_ml),
        (Kind.DURATION, printed.duration_h != read.duration_h),
    ]
    return [kind for kind, differs in found if differs]


def is_scanned(code: str) -> bool:
    """Whether a scanner read it: it sends the element (91) before our code."""
    return code.strip().upper() != own_code(code)


def as_kept(read: Drawn | OnLabel) -> dict:
    """JSON-ready, for the row of the reading."""
    if isinstance(read, OnLabel):
        return plain(read.__dict__)
    return plain({**read.__dict__, "lots": [plain(lot.__dict__) for lot in read.lots]})
