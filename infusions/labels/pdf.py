"""A label as PDF. Needs pango from the system; without it only printing is refused.

Nothing is fetched: the style sheets and the typeface are files of ours.
"""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from commands.refusals import refuse
from infusions.labels.code import code_svg
from infusions.labels.sheet import moment, words_of
from infusions.models import LabelPrint

NEEDED = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"  # Debian's names
# Letters of name and number that stand beside each other on one line; more of them run on.
LONG = 40


def can_draw() -> bool:
    return _weasyprint() is not None


@cache
def _weasyprint():
    """The library, or None where the system lacks pango: it says so by an OSError on import."""
    try:
        import weasyprint
    except OSError:
        return None
    return weasyprint


def need_pango() -> None:
    if not can_draw():
        refuse(
            "label.no_pango",
            _(
                "This server cannot draw labels: pango is not installed. Whoever runs it installs "
                "%(packages)s (Debian: apt-get install) and starts it again."
            )
            % {"packages": NEEDED},
        )


def pdf_of(printed: LabelPrint) -> bytes:
    """One page of the paper that was chosen. Refuses what does not fit: nothing is cut off."""
    need_pango()
    for density in dict.fromkeys([density_of(printed.content), "label-long"]):
        document = _document(printed, density)
        if len(document.pages) == 1:
            return document.write_pdf()
    return refuse(
        "label.does_not_fit",
        _("Name, number or reason are too long for this label. Print the A4 sheet."),
        field="paper",
    )


def density_of(content: dict) -> str:
    """A long name is not put into a column that would break it inside a word."""
    names = ("family_name", "given_name", "record_number")
    return "label-long" if sum(len(content[name]) for name in names) > LONG else ""


def _document(printed: LabelPrint, density: str):
    context = {
        "label": words_of(printed.content, printed=printed),
        "code_svg": code_svg(printed.content["code"]),
        "record": _print_of(printed) if printed.paper == LabelPrint.Paper.A4 else "",
        "density": density,
        "sheets": [static_file("css/label.css"), static_file(f"css/label_{printed.paper}.css")],
    }
    return document_of("infusions/label/document.html", context)


def document_of(template: str, context: dict):
    """A template laid out on its pages, in the typeface of the app."""
    weasyprint = _weasyprint()
    html = render_to_string(template, {**context, "font": _font()})
    only_files = weasyprint.URLFetcher(allowed_protocols=["file"])
    return weasyprint.HTML(string=html, url_fetcher=only_files).render()


def _print_of(printed: LabelPrint) -> str:
    at = moment(printed.printed_at, printed.content["zone"])
    return _("%(at)s by %(who)s, label %(n)s of this bag") % {
        "at": at,
        "who": printed.printed_by,
        "n": printed.n,
    }


def static_file(name: str) -> str:
    """Where a style sheet of ours lies, as the drawing asks for it."""
    found = finders.find(name)
    assert found, f"{name} belongs to the app"
    return Path(found).as_uri()


def _font() -> str:
    """The typeface of the pages, where npm brought it at set-up; else the system's."""
    return static_file("fonts/fonts.css") if settings.HAS_FONT else ""
