"""The bench of the journeys: a site in New York, its holidays, one person per role, a set clock."""

import os
from contextlib import contextmanager
from datetime import UTC, datetime

from django.core.management import call_command
from django.utils import timezone

from clock.models import TrainingClock
from clock.now import now
from infusions.actions.cycles import plan_cycle
from tests.browser.desk import Desk, desk_for
from tests.factories import make_patient
from tests.people import PASSWORD, Cast

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
HOLIDAYS = ["2027-01-18", "2027-02-15"]
START = datetime(2027, 1, 4, 15, tzinfo=UTC)  # Mon 4 Jan 2027 10:00 in New York
LABEL = "training-us-current"
SEVEN_DAYS = 168


def set_clock(moment: datetime) -> None:
    """Domain time is `moment` now, and runs on from there."""
    real = timezone.now()
    fields = {"offset": moment - real, "moved_at": real}
    TrainingClock.objects.update_or_create(only=True, defaults=fields)


def set_site(cast: Cast, **columns) -> None:
    site = cast.team.site
    wanted = {"bag_hours": {"inpatient": 48, "home": SEVEN_DAYS}, "holidays": HOLIDAYS, **columns}
    for name, value in wanted.items():
        setattr(site, name, value)
    site.save()


def adult_cycle(cast: Cast, **changes):
    """Journey 1: 72 kg, relapsed, step at day 7, home after day 9."""
    return planned(cast, make_patient(cast, family_name="Walker"), **changes)


def child_cycle(cast: Cast, **changes):
    """Journey 2: six years, 18 kg, MRD-positive, start Tue 5 Jan 09:00, home after day 3."""
    born = datetime(2020, 5, 1, tzinfo=UTC).date()
    child = make_patient(cast, family_name="Rios", weight_kg="18", height_cm="110", born=born)
    start = START.replace(day=5, hour=14)
    fields = {"indication": "mrd", "home_from_hour": 72, "planned_start": start}
    return planned(cast, child, **{**fields, **changes})


def planned(cast: Cast, patient, **changes):
    fields = {
        "patient": patient,
        "indication": "rr",
        "philadelphia": "negative",
        "number": 1,
        "label_id": LABEL,
        "planned_start": START,
        "home_from_hour": 216,
        "by": cast.carla,
        "at": now(),
    }
    return plan_cycle(**{**fields, **changes})


class Bench:
    """People at their browsers; `bench.plan(cycle)` opens the plan page as the pharmacist."""

    def __init__(self, browser, url: str):
        call_command("load_checklists")
        self.browser, self.url, self.cast = browser, url, Cast()
        self.desks: dict[str, Desk] = {}

    def at(self, username: str) -> Desk:
        if username not in self.desks:
            self.desks[username] = desk_for(self.browser, self.url, username, PASSWORD)
        return self.desks[username]

    def plan(self, cycle, query: str = "", username: str = "farid") -> Desk:
        desk = self.at(username)
        desk.open(f"/infusions/cycles/{cycle.uuid}/plan/{query}")
        return desk


def figures(desk: Desk) -> dict[str, str]:
    """What the page shows for each goal."""
    rows = desk.page.locator(".plan-figures tbody tr")
    return {
        row.get_attribute("data-goal"): row.locator(".plan-figure").inner_text()
        for row in rows.all()
    }


@contextmanager
def answered(desk: Desk):
    """Around what makes the page ask for a plan: goes on when the answer stands on the page."""
    with desk.page.expect_response(lambda answer: "/plan/" in answer.url, timeout=60_000):
        yield
    desk.page.wait_for_function(
        "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
    )
