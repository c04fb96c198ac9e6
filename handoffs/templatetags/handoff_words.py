from datetime import datetime

from django import template

register = template.Library()


@register.filter
def moment(text: str | None) -> datetime | None:
    """The instant kept as ISO text inside a frozen handoff."""
    return datetime.fromisoformat(text) if text else None
