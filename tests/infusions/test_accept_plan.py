"""Accepting a plan: signed, computed again, the old one kept and marked."""

import pytest
from django.urls import reverse

from audit.models import Event
from infusions.models import BagPlan
from notifications.models import Reminder
from tests.factories import key
from tests.infusions.planning import made, planned, signed
from tests.people import PASSWORD


@pytest.fixture
def bench(cast, clock):
    site = cast.team.site
    site.bag_hours, site.holidays = {"inpatient": 48, "home": 168}, ["2027-01-18"]
    site.save()
    return signed(cast, clock, planned_start=clock.now, home_from_hour=216)


def accept(client, cycle, query="", **changes):
    page = client.get(reverse("infusions:plan", args=[cycle.uuid]) + query)
    form = page.context["form"]
    data = {"idempotency_key": key(), "version": cycle.version, "password": PASSWORD}
    data |= {"digest": form["digest"].value(), **changes}
    return client.post(page.context["accept_url"], data)


def test_the_plan_in_force_is_accepted_with_a_signature(cast, bench, sign_in):
    assert accept(sign_in(cast.carla), bench).status_code == 302
    plan = bench.plans.get()
    assert (plan.state, plan.accepted_by, plan.is_current) == ("accepted", cast.carla, True)
    assert "9 bags, 4 attendances at home" in plan.signature.statement
    assert Reminder.objects.get(kind="plan_to_accept").state == "done"


def test_another_tie_takes_the_place_of_the_first(cast, bench, sign_in):
    accept(sign_in(cast.farid), bench, "?tie=7")
    old, new = bench.plans.order_by("pk")
    assert (old.state, old.is_current, new.supersedes) == ("superseded", False, old)
    assert (new.state, new.kind, new.is_best, new.ties) == ("accepted", "chosen", True, 40)
    assert Event.objects.filter(verb="accepted_plan").count() == 1


def test_a_moved_start_moves_the_cycle(cast, bench, sign_in):
    accept(sign_in(cast.farid), bench, "?start=2027-01-04T15:00")
    bench.refresh_from_db()
    assert bench.planned_start.hour == 20  # 15:00 in New York
    wanted = Reminder.objects.get(kind="bag_needed", state="waiting")
    assert wanted.due_at == bench.planned_start


def test_a_bag_made_already_finds_its_place_in_the_new_plan(cast, clock, bench, sign_in):
    bag = made(cast, clock, cycle=bench)
    bench.refresh_from_db()
    accept(sign_in(cast.farid), bench, "?tie=7")
    bag.refresh_from_db()
    assert bag.planned.plan == bench.plans.get(is_current=True)


def test_a_plan_that_came_out_differently_is_not_accepted(cast, bench, sign_in):
    answer = accept(sign_in(cast.farid), bench, "?tie=7", digest="0" * 64)
    assert answer.status_code == 409
    assert BagPlan.objects.count() == 1


def test_a_wrong_password_accepts_nothing(cast, bench, sign_in):
    assert accept(sign_in(cast.farid), bench, "?tie=7", password="no").status_code == 422
    assert bench.plans.get().state == "proposed"


@pytest.mark.parametrize("who", ["nadia", "tom", "olga"])
def test_only_pharmacist_and_case_manager_accept(cast, bench, sign_in, who):
    answer = accept(sign_in(getattr(cast, who)), bench)
    assert answer.status_code == 422
    assert bench.plans.get().state == "proposed"


def test_the_old_plan_is_printed_with_its_mark(cast, bench, sign_in):
    client, old = sign_in(cast.farid), bench.plans.get()
    address = reverse("infusions:old_plan", args=[old.uuid])
    assert b"SUPERSEDED" not in client.get(address).content
    accept(client, bench, "?tie=7")
    page = client.get(address).content.decode()
    assert "SUPERSEDED" in page
    assert str(bench.plans.get(is_current=True).uuid) in page


def test_a_proposed_plan_stops_nobody_from_making_a_bag(cast, clock):
    cycle = signed(cast, clock)
    assert made(cast, clock, cycle=cycle).planned.plan.state == "proposed"


def test_the_case_is_kept_so_that_the_plan_can_be_computed_again(cast, clock):
    from protocol.planner import plan
    from protocol.planner_case import read_case

    row = planned(cast, clock).plans.get()
    again = plan(read_case(row.case))
    assert (again.cost, again.ties) == (row.cost, row.ties)
    assert [bag.bag_hours for bag in again.bags] == list(
        row.bags.order_by("n").values_list("bag_hours", flat=True)
    )


def test_a_bag_without_a_place_in_the_new_plan_waits_for_review(cast, clock, bench, sign_in):
    bag = made(cast, clock, cycle=bench)  # 48 h; the new plan has no such bag of this dose
    bench.refresh_from_db()
    client = sign_in(cast.farid)
    accept(client, bench, "?ward=any&tie=1")
    page = client.get(reverse("infusions:plan", args=[bench.uuid]))
    assert page.context["to_review"] == [bag]
    made(cast, clock, cycle=bench)  # the first bag of the new plan may be made


def test_any_length_on_the_ward_is_kept_for_later_moves(cast, bench, sign_in):
    """The plan holds bags of 72 h and more on the ward, which the site alone would refuse."""
    client = sign_in(cast.farid)
    accept(client, bench, "?ward=any&tie=1")
    address = reverse("infusions:plan", args=[bench.uuid])
    rows = client.get(address).context["rows"]
    assert max(row.hours for row in rows if row.setting == "inpatient") > 48
    last_home = rows[-2]
    move = f"?move={last_home.n}.{last_home.end_minute - 24 * 60}"
    page = client.get(address + move, follow=True)
    assert page.status_code == 200
    assert "ward=" in page.redirect_chain[-1][0]
