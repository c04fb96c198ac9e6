"""A record as PDF, drawn as the label is."""

from infusions.labels.pdf import document_of, need_pango, static_file
from infusions.records.shape import Record


def pdf_of(record: Record, *, label: dict | None, printed: str) -> bytes:
    """On A4. `label`: words of the newest label, copied in; `printed`: who and when."""
    need_pango()
    sheets = [static_file("css/label.css"), static_file("css/record.css")]
    context = {"record": record, "label": label, "printed": printed, "sheets": sheets}
    return document_of("infusions/record/document.html", context).write_pdf()
