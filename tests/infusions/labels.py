"""What is needed to print a label in tests and to read it back."""

from dataclasses import dataclass

import pypdfium2
import zxingcpp

from infusions.actions.labels import print_label
from infusions.labels.pdf import pdf_of
from tests.infusions.planning import released

MM = 72 / 25.4
PRINTER_DPI = 203  # the coarse kind of thermal printer


@dataclass
class Seen:
    """One printed page: size in mm, its text in one line, what a scanner reads, and how much of
    the paper each letter leaves free (mm from the nearest edge)."""

    size: tuple[float, float]
    text: str
    codes: list
    margin: float


def printed(cast, clock, bag=None, **changes):
    facts = {"paper": "thermal", "by": cast.tom, "at": clock.now, **changes}
    return print_label(bag=bag or released(cast, clock), **facts)


def seen(label) -> Seen:
    return look_at(pdf_of(label))


def look_at(pdf: bytes) -> Seen:
    document = pypdfium2.PdfDocument(pdf)
    try:
        assert len(document) == 1, "a label is one page"
        page = document[0]
        width, height = page.get_size()
        words = page.get_textpage()
        boxes = [words.get_charbox(n) for n in range(words.count_chars())]
        inked = [box for box in boxes if box[2] > box[0]]
        margins = [min(b[0], b[1], width - b[2], height - b[3]) for b in inked]
        image = page.render(scale=PRINTER_DPI / 72).to_pil()
        return Seen(
            size=(round(width / MM), round(height / MM)),
            text=" ".join(words.get_text_range().split()),
            codes=zxingcpp.read_barcodes(image),
            margin=min(margins) / MM,
        )
    finally:
        document.close()
