"""A GS1 code as scanned or typed: one strict way in for both.

A keyboard-wedge scanner sends FNC1 as the letter GS (0x1D), or as whatever its maker lets it type;
it may put the name of the symbol before the code (`]d2`, `]C1`). A person types the line printed
beside the symbol: `(01)09521234543213(17)280630(10)AB12`. All of them come out as the same `Scan`.
"""

import re
from dataclasses import dataclass
from datetime import date

from biip import ParseError
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commands.refusals import refuse

GS = "\x1d"
WRITTEN_GS = re.compile(r"<GS>|\{GS\}|\[GS\]|\\x1d|\\u001d|␝", re.IGNORECASE)
SYMBOL = re.compile(r"^\](?P<name>[A-Za-z]\d)")
GS1_SYMBOLS = {"d2", "C1", "Q3", "e0", "J1"}  # DataMatrix, GS1-128, QR, DataBar, DotCode
GTIN_LENGTHS = (8, 12, 13, 14)
LONGEST = 200
NAMES: dict[str, tuple[str, str | Promise]] = {
    "gtin": ("01", gettext_lazy("product number (01)")),
    "expires_on": ("17", gettext_lazy("expiry (17)")),
    "lot": ("10", gettext_lazy("lot (10)")),
    "serial": ("21", gettext_lazy("serial number (21)")),
    "bag_code": ("91", gettext_lazy("bag code (91)")),
}


@dataclass(frozen=True)
class Scan:
    """What a code says; "" or None where it says nothing. `gtin` has 14 digits; an expiry with day
    00 is the last day of its month. `raw` is what came in."""

    raw: str
    gtin: str = ""
    lot: str = ""
    expires_on: date | None = None
    serial: str = ""
    bag_code: str = ""

    def needs(self, *names: str, field: str = "scan") -> "Scan":
        """Itself; refuses a code in which one of these is missing, and names it."""
        missing = [str(NAMES[name][1]) for name in names if not getattr(self, name)]
        if missing:
            words = _("This code does not hold: %(missing)s. Scan the code with all of them, or "
                      "type what is printed beside it.")  # fmt: skip
            refuse("scan.missing", words % {"missing": ", ".join(missing)}, field=field)
        return self


def read(text: str, *, field: str = "scan") -> Scan:
    """Scanned or typed. Raises HardStop (`scan.empty`, `scan.not_gs1`, `scan.check_digit`, …) with
    a sentence; `field` names the form field."""
    if not text.strip():
        refuse("scan.empty", _("Nothing was scanned."), field=field)
    if len(text) > LONGEST:
        refuse("scan.not_gs1", _("This is too long for one code. Scan once."), field=field)
    found = _elements(tidy(text, field=field), field)
    return Scan(
        raw=text,
        gtin=found.get("gtin", ""),
        lot=found.get("lot", ""),
        expires_on=found.get("expires_on"),
        serial=found.get("serial", ""),
        bag_code=found.get("bag_code", ""),
    )


def tidy(text: str, *, field: str = "scan") -> str:
    """Without the name of the symbol and the first FNC1; every other FNC1 as GS."""
    code = WRITTEN_GS.sub(GS, text.strip(" \t\r\n"))
    symbol = SYMBOL.match(code)
    if symbol:
        if symbol["name"] not in GS1_SYMBOLS:
            refuse("scan.not_gs1", _not_gs1(), field=field)
        code = code[symbol.end() :]
    return code.strip(GS)


def gtin_of(text: str, *, field: str = "gtin") -> str:
    """A product number typed on its own, with 14 digits. Refuses a wrong check digit."""
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]+", digits, re.ASCII) or len(digits) not in GTIN_LENGTHS:
        refuse("scan.not_gtin", _("A product number has 8, 12, 13 or 14 digits."), field=field)
    try:
        Gtin.parse(digits)
    except ParseError:
        refuse("scan.check_digit", _wrong_digit(), field=field)
    return digits.zfill(14)


def _elements(code: str, field: str) -> dict:
    found: dict = {}
    for part in _parsed(code, field):
        if part.ai.ai == "01" and part.gtin is None:
            refuse("scan.check_digit", _wrong_digit(), field=field)
        for name, (number, _title) in NAMES.items():
            if part.ai.ai != number:
                continue
            value = part.date if name == "expires_on" else part.value
            if found.setdefault(name, value) != value:
                refuse("scan.twice", _("Two codes came in at once. Scan again."), field=field)
    if not found:
        refuse("scan.not_gs1", _not_gs1(), field=field)
    return found


def _parsed(code: str, field: str):
    try:
        if not code.startswith("("):
            return GS1Message.parse(code).element_strings
        message = GS1Message.parse_hri(code)
    except ParseError:
        refuse("scan.not_gs1", _not_gs1(), field=field)
    if message.as_hri() != "".join(code.split()):  # the library skips what it does not know
        refuse("scan.not_gs1", _not_gs1(), field=field)
    return message.element_strings


def _not_gs1() -> str:
    return _("This is not a GS1 code with a product number, lot and expiry. Scan the square code "
             "of the package, or type what is printed beside it: (01)… (17)… (10)…")  # fmt: skip


def _wrong_digit() -> str:
    return _("A digit of the product number is wrong. Scan again, or type it again.")
