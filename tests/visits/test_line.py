"""The visit card: bag, needle and dressing are one entry into the line."""

from datetime import timedelta

from django.urls import reverse

from infusions.queries import plan_of
from tests.infusions.planning import planned
from tests.visits.test_schedule import make_visit

HOUR = timedelta(hours=1)


def page_of(cast, clock, sign_in, *, care):
    site = cast.team.site
    site.bag_hours, site.line_care_days = {"inpatient": 48, "home": 168}, care
    site.save()
    cycle = planned(cast, clock, home_from_hour=72)
    bag = plan_of(cycle).bags.get(n=4)
    change_at = cycle.planned_start + timedelta(minutes=bag.minute)
    window = {"window_from": change_at - HOUR, "window_to": change_at + HOUR}
    visit = make_visit(cast, clock, cycle=cycle, **window)
    page = sign_in(cast.hugo).get(reverse("visits:visit", args=[visit.uuid]))
    return page.content.decode()


def test_the_visit_card_shows_one_line_entry(cast, clock, sign_in):
    body = page_of(cast, clock, sign_in, care={"needle": [1, 60], "dressing": [1, 60]})
    assert "At the line" in body
    assert "one line entry" in body
    assert "never through the drug line" in body


def test_without_intervals_of_the_site_nothing_is_planned(cast, clock, sign_in):
    assert "At the line" not in page_of(cast, clock, sign_in, care={})
