from django import template

from clock.now import now
from visits.words import VisitState, state_of

register = template.Library()


@register.filter
def visit_state(visit) -> VisitState:
    """What is true of the visit now."""
    return state_of(visit, now())
