import pytest
from django.urls import reverse

from infusions.actions.reports import interrupt_infusion
from teams.models import Role
from tests.dashboards.programme import infusion
from tests.factories import make_running_cycle
from tests.people import make_person

pytestmark = pytest.mark.django_db
BOARD = "/board/"


def stop(cast, clock, cycle):
    return interrupt_infusion(
        cycle=cycle,
        by=cast.nadia,
        occurred_at=clock.now,
        cause="line",
        note="Air in line.",
        at=clock.now,
    )


@pytest.fixture
def stopped_and_running(cast, clock, sign_in, templates_loaded):
    """A stop needs a real ledger, so that infusion comes from the real actions."""
    stopped, running = make_running_cycle(cast, clock), infusion(cast)
    clock.forward(minutes=5)
    stop(cast, clock, stopped)
    stopped.refresh_from_db()
    return stopped, running


def test_a_stopped_infusion_is_on_top_in_act_now(cast, sign_in, stopped_and_running):
    stopped, running = stopped_and_running
    first, second = sign_in(cast.hugo).get(BOARD).context["groups"]
    assert (first.key, second.key) == ("now", "today")
    assert [row["family_name"] for row in first.rows] == [stopped.patient.family_name]
    assert [row["family_name"] for row in second.rows] == [running.patient.family_name]


def test_a_tile_shows_only_its_group(cast, sign_in, stopped_and_running):
    answer = sign_in(cast.hugo).get(BOARD, {"show": "now"})
    assert [group.key for group in answer.context["groups"]] == ["now"]


def test_an_unchanged_board_answers_304_to_the_live_poll(cast, clock, sign_in):
    infusion(cast)
    client = sign_in(cast.hugo)
    first = client.get(BOARD, headers={"X-Live": "1"})
    again = client.get(BOARD, headers={"X-Live": "1", "If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert again["ETag"] == first["ETag"]
    assert again.content == b""


def test_the_live_poll_carries_a_stop_at_once(cast, clock, sign_in, templates_loaded):
    cycle = make_running_cycle(cast, clock)
    client = sign_in(cast.hugo)
    before = client.get(BOARD, headers={"X-Live": "1"})
    stop(cast, clock, cycle)
    after = client.get(BOARD, headers={"X-Live": "1", "If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert "Stopped" not in before.content.decode()
    assert "Stopped" in after.content.decode()


def test_an_outsider_sees_nobody_and_no_chart(cast, clock, sign_in):
    cycle = infusion(cast)
    for person in (cast.outsider, cast.twin_nurse):
        client = sign_in(person)
        assert client.get(BOARD).context["groups"] == []
        assert client.get(reverse("dashboards:chart", args=[cycle.patient.uuid])).status_code == 404


@pytest.mark.parametrize(
    ("username", "page"),
    [
        ("olga", "dashboards:board"),
        ("tom", "dashboards:board"),
        ("hugo", "dashboards:board"),
        ("quinn", "dashboards:board"),
        ("adam", "teams:people"),
        ("priya", "audit:events"),
    ],
)
def test_each_role_begins_on_its_own_page(cast, sign_in, username, page):
    answer = sign_in(getattr(cast, username)).get("/")
    assert answer["Location"] == reverse(page)
    assert sign_in(getattr(cast, username)).get(answer["Location"]).status_code == 200


def test_a_patient_begins_on_today(cast, sign_in):
    person = make_person("tansy", cast.organisation, role=Role.PATIENT)
    assert sign_in(person).get("/")["Location"] == reverse("education:today")
