"""Lucide icons as inline SVG text, each drawn once per process."""

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from lucide import _render_icon


@lru_cache(maxsize=512)
def icon(name: str, size: int = 18) -> SafeString:
    """The SVG of a lucide icon, hidden from screen readers. Words stand beside it."""
    attributes = {"class": "icon", "aria_hidden": "true", "focusable": "false"}
    svg = _render_icon(str(name) + "", int(size), **attributes)
    return mark_safe(svg.replace("\n", ""))
