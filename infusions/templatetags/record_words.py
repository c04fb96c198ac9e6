"""`{% load record_words %}`: what label rows and ledger entries keep as codes, in words."""

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protocol.label_rows import Status

register = template.Library()

STATUS = {
    Status.VERIFIED: gettext_lazy("read twice in the label"),
    Status.UNVERIFIED: gettext_lazy("not verified here yet"),
    Status.UNKNOWN: gettext_lazy("not known"),
    Status.TRAINING_COMPUTED: gettext_lazy("computed for training, not from the label"),
    Status.SITE: gettext_lazy("protocol of this site, read twice"),
}
FLAGS = {
    "cause_missing": gettext_lazy("No reason was given"),
    "time_missing": gettext_lazy("No time was given: the time of saving counts"),
    "time_unusable": gettext_lazy("The time could not be used: the time of saving counts"),
    "page_was_stale": gettext_lazy("Saved from a page that was out of date"),
    "late_entry": gettext_lazy("Entered late"),
    "from_report": gettext_lazy("From a report"),
    "line_flushed": gettext_lazy("The line was flushed"),
}


def in_words(code: str) -> str:
    """A code that has no words yet is at least no code."""
    return str(code).replace("_", " ").replace("-", " ")


@register.filter
def status_words(status: str) -> str:
    """How far a label row may be trusted."""
    return str(STATUS.get(status) or in_words(status))


@register.filter
def flag_words(flag: str) -> str:
    """What is odd about an entry of the ledger."""
    return str(FLAGS.get(flag) or in_words(flag))


@register.simple_tag
def reference(source: str, row_id: str = "") -> str:
    """Where a value of a label set comes from, small: for whoever looks it up."""
    parts = ", ".join(part.strip() for part in str(source or "").split(",") if part.strip())
    if not parts and not row_id:
        return ""
    return format_html(
        '<small class="reference" title="{}">{}</small>',
        _("Row %(row)s of the label set") % {"row": row_id} if row_id else "",
        _("Source: %(source)s") % {"source": parts} if parts else row_id,
    )
