"""Covered until, the weakest link and its owner on the board and on the chart."""

from datetime import timedelta

import pytest
from django.urls import reverse

from infusions.actions.responsibility import move_responsibility
from infusions.models import Cycle
from tests.dashboards.programme import infusion
from tests.factories import make_running_cycle

pytestmark = pytest.mark.usefixtures("templates_loaded")
BOARD = "/board/"


def rows(client) -> list[dict]:
    return [row for group in client.get(BOARD).context["groups"] for row in group.rows]


def test_the_board_names_the_weakest_link_and_its_owner(cast, clock, sign_in):
    make_running_cycle(cast, clock)
    row = rows(sign_in(cast.nadia))[0]
    assert (row["next_time"], row["weakest"]) == ("11:15", "next bag not made")
    assert row["weakest_owner"] == "Pharmacy"


def test_the_owner_is_a_person_when_one_is_known(cast, clock, sign_in):
    cycle = make_running_cycle(cast, clock)
    facts = {"to_setting": "clinic", "nurse": cast.ines, "by": cast.ines, "at": clock.now}
    move_responsibility(cycle=cycle, **facts)
    cycle.plans.get(is_current=True).bags.filter(n__gt=1).delete()
    Cycle.objects.filter(pk=cycle.pk).update(
        weakest_link={"kind": "cycle_end", "reason": "end", "owner": "infusion_nurse", "name": "I"}
    )
    assert rows(sign_in(cast.nadia))[0]["weakest_owner"] == "I"


def test_the_shortest_cover_is_on_top(cast, clock, sign_in, django_assert_num_queries):
    made = [infusion(cast) for _n in range(3)]
    hours = (20, 5, 12)
    for cycle, left in zip(made, hours, strict=True):
        until = clock.now + timedelta(hours=left)
        Cycle.objects.filter(pk=cycle.pk).update(covered_until=until, next_change_at=until)
    shown = [row["family_name"] for row in rows(sign_in(cast.hugo))]
    assert shown == [made[n].patient.family_name for n in (1, 2, 0)]


def test_an_unknown_cover_comes_after_a_known_one_on_every_database(cast, clock, sign_in):
    first, second = infusion(cast), infusion(cast)
    soon = clock.now + timedelta(hours=9)
    Cycle.objects.filter(pk=second.pk).update(covered_until=soon)
    shown = [row["family_name"] for row in rows(sign_in(cast.hugo))]
    assert shown == [second.patient.family_name, first.patient.family_name]


def test_the_chart_says_until_when_and_that_nobody_recorded_a_payer(cast, clock, sign_in):
    cycle = make_running_cycle(cast, clock)
    page = reverse("dashboards:chart", args=[cycle.patient.uuid])
    body = sign_in(cast.nadia).get(page).content.decode()
    assert "Covered until" in body
    assert "next bag not made" in body
    assert "No authorisation recorded" in body
