"""Another plan while an infusion runs: hung bags stay, the rest is chosen, moved and accepted."""

import pytest
from django.urls import reverse

from audit.actions import subject_of
from infusions.queries import plan_of, planned_at
from notifications.models import Reminder
from tests.factories import key
from tests.infusions.friday import at, friday_afternoon
from tests.infusions.planning import made
from tests.people import PASSWORD

DAY = 24 * 60


@pytest.fixture
def running(cast, clock, templates_loaded):
    return friday_afternoon(cast, clock)


@pytest.fixture
def client(cast, running, sign_in):
    return sign_in(cast.farid)


def see(client, cycle, query=""):
    return client.get(reverse("infusions:plan", args=[cycle.uuid]) + query, follow=True)


def accept(client, cycle, query=""):
    cycle.refresh_from_db()
    page = see(client, cycle, query)
    assert page.status_code == 200, page.context["stops"]
    data = {"idempotency_key": key(), "version": cycle.version, "password": PASSWORD}
    data |= {"digest": page.context["form"]["digest"].value()}
    answer = client.post(page.context["accept_url"], data)
    assert answer.status_code == 302
    cycle.refresh_from_db()
    return plan_of(cycle)


def ends(page) -> list[str]:
    return [f"{row.ends_local:%a %d %H:%M}" for row in page.context["rows"]]


def other_tie(page):
    """A tie whose first bag is another than that of the plan in force."""
    first = page.context["tie_list"][0]["hours"][0]
    return next(tie for tie in page.context["tie_list"] if tie["hours"][0] != first)


def waiting(planned) -> list[str]:
    return list(
        Reminder.objects.filter(subject=subject_of(planned)).values_list("state", flat=True)
    )


def test_ties_are_those_of_what_is_left(client, running):
    page = see(client, running)
    assert all(sum(tie["hours"]) >= 576 for tie in page.context["tie_list"])
    assert page.context["ties"] == len(page.context["tie_list"])
    chosen = client.get(other_tie(page)["url"])
    assert chosen.context["rows"][0].n == 3
    assert chosen.context["shown"].choice.cost["cut_minutes"] == 0


def test_another_tie_is_accepted_and_the_old_plan_kept(client, running):
    old, tie = plan_of(running), other_tie(see(client, running))
    new = accept(client, running, "?" + tie["url"].partition("?")[2])
    old.refresh_from_db()
    assert (old.state, new.supersedes, new.from_minute) == ("superseded", old, 96 * 60)
    assert [bag.bag_hours for bag in new.bags.order_by("n")] == tie["hours"]
    assert running.current_bag.planned.plan == old
    assert running.next_change_at == at(16, 9)
    assert running.covered_until == at(16, 9)


def test_the_pharmacy_is_asked_for_the_bag_of_the_new_plan(client, running):
    old = plan_of(running).bags.get(n=3)
    new = accept(client, running, "?" + other_tie(see(client, running))["url"].partition("?")[2])
    assert "waiting" not in waiting(old)
    assert waiting(new.bags.get(n=3)) == ["waiting"]


def test_a_made_bag_goes_over_or_waits_for_review(cast, clock, client, running):
    page = see(client, running)
    bag = made(cast, clock, cycle=running, n=3)
    keeps = next(t for t in page.context["tie_list"][1:] if t["hours"][0] == bag.bag_hours)
    new = accept(client, running, "?" + keeps["url"].partition("?")[2])
    bag.refresh_from_db()
    assert bag.planned == new.bags.get(n=3)
    late = accept(client, running, "?hang=2027-01-15T16:45&length=96&leaves=2027-01-15T16:45")
    bag.refresh_from_db()
    fits = bag.bag_hours in list(late.bags.values_list("bag_hours", flat=True))
    assert (bag.planned.plan == late) is fits


def test_an_end_is_moved_and_accepted(client, running):
    before = plan_of(running)
    minute = before.bags.get(n=4).minute - DAY
    page = see(client, running, f"?move=3.{minute}")
    assert page.status_code == 200, page.context["stops"]
    new = accept(client, running, "?" + page.redirect_chain[-1][0].partition("?")[2])
    assert new.bags.get(n=4).minute == minute
    assert planned_at(new, minute) == planned_at(before, minute)


def test_an_end_that_cannot_be_is_refused_by_the_number_of_its_bag(client, running):
    page = see(client, running, f"?move=3.{7 * DAY + 30}")
    assert page.status_code == 422
    assert "Bag 3" in " ".join(stop.message for stop in page.context["stops"])


def test_a_hung_bag_is_not_moved(client, running):
    page = see(client, running, f"?move=2.{3 * DAY}")
    assert page.status_code == 422
    assert "no bag 2" in " ".join(stop.message for stop in page.context["stops"])


def test_a_wish_stays_with_the_plan_that_was_accepted_with_it(client, running):
    """Bags of a day only at home: a later move does not fall back to the bags of the site."""
    accept(client, running, "?home=24&tie=1")
    page = see(client, running)
    assert {hours for tie in page.context["tie_list"] for hours in tie["hours"]} <= {24}
    assert page.context["wish"]["home"].value() == "24"
    other = see(client, running, f"?move=3.{6 * DAY}")
    assert other.status_code == 422
    assert "24 h" in " ".join(stop.message for stop in other.context["stops"])


def test_comparing_is_about_what_is_left(client, running):
    address = reverse("infusions:compare_plans", args=[running.uuid])
    page = client.get(address, {"a": "", "b": "home=48&tie=1"})
    one, other = page.context["sides"]
    assert [side["rows"][0].n for side in (one, other)] == [3, 3]
    assert one["plan"] is not None
    assert page.status_code == 200
