"""What is overdue, empty or expired says so, stands on top, and has no slack."""

from datetime import timedelta

import pytest
from django.urls import reverse

from infusions.cover.slack import running_slack
from infusions.models import Bag, Cycle
from tests.dashboards.programme import infusion

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(cast, clock):
    """The bag has drug for 23 h and may hang for 99."""
    made = infusion(cast)
    Cycle.objects.filter(pk=made.pk).update(bag_delivered_s=73 * 3600)
    Bag.objects.filter(pk=made.current_bag_id).update(
        discard_after=made.as_of + timedelta(hours=99)
    )
    return Cycle.objects.select_related("current_bag").get(pk=made.pk)


@pytest.fixture
def board(cast, sign_in):
    client = sign_in(cast.hugo)
    return lambda: {g.key: g.rows for g in client.get("/board/").context["groups"]}


def change_due(cycle, **later) -> None:
    moment = cycle.as_of + timedelta(**later)
    Cycle.objects.filter(pk=cycle.pk).update(next_change_at=moment)


def words(rows) -> str:
    return rows[0]["next_words"]


def test_a_change_that_is_due_counts_down(cycle, clock, board):
    change_due(cycle, hours=10)
    clock.forward(hours=9, minutes=55)
    assert words(board()["soon"]) == "Change in 5 min"


def test_a_late_change_is_overdue_and_in_act_now(cycle, clock, board):
    change_due(cycle, hours=10)
    clock.forward(hours=10, minutes=5)
    assert words(board()["now"]) == "Change overdue by 5 min"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(3, "Bag empty for 3 min, change overdue"), (16, "Bag empty for 16 min: record the stop")],
)
def test_an_empty_bag_says_since_when(cycle, clock, board, minutes, said):
    clock.forward(hours=23, minutes=minutes)
    assert words(board()["now"]) == said


def test_an_expired_bag_says_so(cycle, clock, board):
    soon = cycle.as_of + timedelta(hours=2)
    Bag.objects.filter(pk=cycle.current_bag_id).update(discard_after=soon)
    clock.forward(hours=2, minutes=10)
    assert words(board()["now"]) == "Bag expired 10 min ago"


def test_the_end_of_a_cycle_is_overdue_too(cycle, clock, board):
    end = cycle.as_of + timedelta(hours=8)
    Cycle.objects.filter(pk=cycle.pk).update(next_change_at=None, expected_end_at=end)
    clock.forward(hours=7)
    assert words(board()["soon"]) == "Cycle ends in 1 h 00"
    clock.forward(hours=2)
    assert words(board()["now"]) == "End overdue by 1 h 00"


def test_the_longest_overdue_is_on_top_and_empty_bags_before_it(cast, cycle, clock, board):
    first, second = infusion(cast), infusion(cast)
    change_due(first, hours=20)
    change_due(second, hours=10)
    clock.forward(hours=23, minutes=1)
    rows = board()["now"]
    order = [one.patient.family_name for one in (cycle, second, first)]
    assert [row["family_name"] for row in rows] == order


def test_an_empty_bag_has_no_slack(cycle, clock):
    assert running_slack(cycle, clock.now).minutes == 76 * 60
    assert running_slack(cycle, clock.forward(hours=23)) is None


def test_a_bag_stopped_when_it_was_empty_has_no_slack(cycle, clock):
    cycle.state, cycle.bag_delivered_s = "interrupted", 96 * 3600
    assert running_slack(cycle, clock.now) is None


def test_the_chart_says_it_in_words(cast, cycle, clock, sign_in):
    page = reverse("dashboards:chart", args=[cycle.patient.uuid])
    client = sign_in(cast.nadia)
    assert "can pause for" in client.get(page).content.decode()
    clock.forward(hours=23, minutes=20)
    shown = client.get(page).content.decode()
    assert "The bag must have been empty since" in shown
    assert "can pause for" not in shown
    assert "0 min left" not in shown


def test_a_start_that_did_not_happen_is_overdue(cast, cycle, clock, board):
    facts = {"state": "ordered", "current_bag": None, "planned_start": clock.now}
    Cycle.objects.filter(pk=cycle.pk).update(**facts)
    assert words(board()["starting"]) == "Planned start"
    clock.forward(minutes=50)
    assert words(board()["starting"]) == "Start overdue by 50 min"
