"""The only two ends of a quarantine: checked again, or discarded. Both are told on the row."""

from datetime import datetime

from infusions.models import Bag, Quarantine
from infusions.pharmacy.holds import standing_causes
from protocol.stops import HardStop


def refuse_while_set_apart(bag: Bag) -> None:
    """Nobody checks a bag out of quarantine while a cause still stands."""
    stops = standing_causes(bag)
    if stops:
        raise HardStop(*stops)


def end_quarantines(bag: Bag, outcome: Quarantine.Outcome, *, by, at: datetime) -> None:
    for row in bag.quarantines.filter(ended_at=None):
        row.outcome, row.ended_by, row.ended_at = outcome, by, at
        row.save(update_fields=["outcome", "ended_by", "ended_at"])
