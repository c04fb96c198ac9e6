"""What is done at the line during one visit: the bag and the care that shares its entry."""

from datetime import datetime

from infusions import queries
from infusions.line_care import Entry
from infusions.models import Cycle
from infusions.plans.page import line_of
from infusions.plans.proposals import in_force
from infusions.plans.table import rows_of


def line_at_visit(cycle: Cycle, from_at: datetime, to_at: datetime, at: datetime) -> dict | None:
    """`entries` inside the window and how many entries the whole plan avoids; None where the site
    plans no care of the line, or nothing falls into the window."""
    plan = queries.plan_of(cycle)
    if not cycle.patient.care_team.site.line_care_days or plan is None or not plan.case:
        return None
    shown = in_force(cycle, plan)
    line = line_of(shown, rows_of(shown, at))
    found: list[Entry] = [one for one in line.entries if from_at <= one.at <= to_at] if line else []
    return {"entries": found, "avoided": line.avoided} if found else None
