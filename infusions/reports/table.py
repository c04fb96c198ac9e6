"""The month as a table for a spreadsheet: CSV, and a workbook. What a person typed cannot act as a
formula there."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from display.formats import local
from infusions.reports.month import Month, Span, WasteSum

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
TENTH, CENT = Decimal("0.1"), Decimal("0.01")
Cell = str | int | Decimal
Row = tuple[Cell, ...]


def guarded(value: Cell) -> Cell:
    """Text that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" ").startswith(STARTS):
        return f"'{value}"
    return value


def summary_of(month: Month) -> list[Row]:
    """(part, what, figure, unit)"""
    rows: list[Row] = [(_("Part"), _("What"), _("Figure"), _("Unit"))]
    bags, waste = _("Bags"), _("Waste")
    rows += [
        (bags, _("Bags made"), month.bags, ""),
        (bags, _("Vials opened"), month.vials, _("vials")),
        (bags, _("Drug in the bags"), month.drug_mcg, "mcg"),
        *_costs(bags, _("Cost of the vials opened"), month.opened),
    ]
    for one in [*month.sums, month.total]:
        name = one.name or _("All waste")
        rows += [
            (waste, name, one.vials.quantize(CENT), _("vials' worth")),
            (waste, name, one.drug_mcg.quantize(TENTH), "mcg"),
            *_costs(waste, name, one),
        ]
    misses = _("Near misses")
    rows += [(misses, f"{step}: {kind}", n, "") for step, kind, n in month.near_misses]
    rows.append((misses, _("Not told yet, still being read"), month.hidden, ""))
    rows.append((_("Releases"), _("On a single check"), len(month.single_checked), ""))
    rows.append((_("Labels"), _("Reprints"), len(month.reprints), ""))
    rows += _times(_("From order to release of the first bag"), month.order_to_release)
    rows += _times(_("From making to release"), month.made_to_release)
    rows += [(_("Cost by"), source, "", "") for source in month.sources]
    return rows


def waste_rows(month: Month) -> list[Row]:
    head = (_("When"), _("Bag"), _("What"), _("Why"), _("Vials' worth"), _("Drug, mcg"),
            _("Cost"), _("Currency"))  # fmt: skip
    unknown = _("not known")
    return [
        head,
        *(
            (
                f"{local(one.at, month.zone):%Y-%m-%d %H:%M}",
                one.code,
                one.name,
                one.why,
                one.vials.quantize(CENT),
                one.drug_mcg.quantize(TENTH),
                unknown if one.cost is None else one.cost,
                one.currency,
            )
            for one in month.waste
        ),
    ]


def csv_of(month: Month) -> bytes:
    """The figures, an empty line, the waste log. UTF-8 with a mark, so that names stay right."""
    held = StringIO()
    writer = csv.writer(held)
    for row in [*summary_of(month), (), *waste_rows(month)]:
        writer.writerow([guarded(cell) for cell in row])
    return ("\ufeff" + held.getvalue()).encode()


def xlsx_of(month: Month) -> bytes:
    book = Workbook(write_only=True)
    _sheet(book, _("Month"), summary_of(month), (18, 42, 14, 14))
    _sheet(book, _("Waste log"), waste_rows(month), (18, 22, 34, 46, 14, 12, 14, 10))
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def _sheet(book: Workbook, title: str, rows: list[Row], widths: tuple[int, ...]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for n, width in enumerate(widths):
        sheet.column_dimensions["ABCDEFGH"[n]].width = width
    for n, row in enumerate(rows):
        sheet.append([_cell(sheet, cell, bold=n == 0) for cell in row])


def _cell(sheet, value: Cell, *, bold: bool):
    cell = WriteOnlyCell(sheet, value=guarded(value))
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _costs(part: str, name: str, found: WasteSum) -> list[Row]:
    rows: list[Row] = [(part, name, amount, currency) for currency, amount in found.costs]
    if found.unpriced:
        rows.append((part, _("%(name)s, cost not known") % {"name": name}, found.unpriced, ""))
    return rows


def _times(name: str, span: Span) -> list[Row]:
    part = _("Times")
    if span.middle is None:
        return [(part, name, _("none"), "")]
    return [
        (part, _("%(name)s: median") % {"name": name}, _hours(span.middle), "h"),
        (part, _("%(name)s: longest") % {"name": name}, _hours(span.longest), "h"),
    ]


def _hours(span: timedelta | None) -> Decimal:
    assert span is not None
    return (Decimal(int(span.total_seconds())) / 3600).quantize(CENT)
