from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Event
from infusions.models import Bag, Cycle, StopReport
from tests.dashboards.programme import infusion
from tests.education.builders import caregiver_of, planned_cycle
from tests.factories import make_patient

pytestmark = pytest.mark.django_db
URL = "/education/today/"


def test_a_caregiver_sees_the_plan_the_number_and_the_button_for_a_stopped_pump(cast, sign_in):
    cycle = planned_cycle(cast)
    page = sign_in(caregiver_of(cast, cycle.patient)).get(URL).content.decode()
    assert "Not started yet" in page
    assert "tel:+1 555 0100" in page
    assert reverse("infusions:report_stop", args=[cycle.patient.uuid]) in page


def test_a_stopped_infusion_is_said_plainly(cast, sign_in, clock):
    cycle = planned_cycle(cast, state="interrupted", started_at=clock.now, stopped_at=clock.now)
    page = sign_in(caregiver_of(cast, cycle.patient)).get(URL).content.decode()
    assert "The infusion is stopped since" in page
    assert "Do not start it yourself" in page


def test_only_ones_own_patient_is_shown_and_the_look_is_recorded(cast, sign_in):
    own, other = make_patient(cast), make_patient(cast)
    page = sign_in(caregiver_of(cast, own)).get(URL).content.decode()
    assert own.family_name in page and other.family_name not in page
    assert Event.objects.get(verb="looked_at").patient_ref == str(own.uuid)


def test_an_account_without_a_patient_is_told_so(cast, sign_in):
    person = caregiver_of(cast, make_patient(cast))
    person.accesses.all().delete()
    assert "not linked to a patient" in sign_in(person).get(URL).content.decode()


def test_staff_have_no_today_page(cast, sign_in):
    assert sign_in(cast.nadia).get(URL).status_code == 403


def test_the_page_keeps_itself_fresh_and_a_refresh_is_no_new_look(cast, sign_in):
    own = make_patient(cast)
    client = sign_in(caregiver_of(cast, own))
    first = client.get(URL, headers={"X-Live": "1"})
    assert "<html" not in first.content.decode()
    again = client.get(URL, headers={"X-Live": "1", "If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert not Event.objects.filter(verb="looked_at").exists()


@pytest.fixture
def at_home(cast, clock, sign_in):
    """A running infusion whose bag ends, and is changed, in 23 h; and the page of its caregiver."""
    cycle = infusion(cast, responsible_setting="home")
    Cycle.objects.filter(pk=cycle.pk).update(bag_delivered_s=73 * 3600)
    bag_lasts(cycle, 99)
    client = sign_in(caregiver_of(cast, cycle.patient))

    def page(**later) -> str:
        clock.forward(**later)
        return client.get(URL).content.decode()

    return cycle, page


RUNNING = "As far as we know, the infusion is running"


def bag_lasts(cycle, hours: int) -> None:
    Bag.objects.filter(pk=cycle.current_bag_id).update(
        discard_after=cycle.as_of + timedelta(hours=hours)
    )


def test_a_bag_that_runs_is_said_to_run(at_home):
    _cycle, page = at_home
    assert RUNNING in page(hours=22)


def test_a_change_within_a_quarter_of_an_hour_is_soon(at_home):
    _cycle, page = at_home
    text = page(hours=22, minutes=45)
    assert "The bag is changed soon: Today 09:00" in text
    assert RUNNING not in text


@pytest.mark.parametrize("minutes", [0, 12, 16, 600])
def test_an_empty_bag_is_never_said_to_run(at_home, minutes):
    _cycle, page = at_home
    text = page(hours=23, minutes=minutes)
    assert "The bag should be empty now." in text
    assert "Call +1 555 0100 (" in text
    assert RUNNING not in text
    for forbidden in ("flush", "setting", "mL/h"):
        assert forbidden not in text.split("<main")[1].split("Lessons")[0].lower()


def test_an_overdue_change_is_said_with_whom_to_call(at_home):
    cycle, page = at_home
    Cycle.objects.filter(pk=cycle.pk).update(next_change_at=cycle.as_of + timedelta(hours=10))
    text = page(hours=10, minutes=25)
    assert "The bag should have been changed:" in text and "25 min ago" in text
    assert "call now" in text and RUNNING not in text


def test_a_bag_past_its_time_is_said(at_home):
    cycle, page = at_home
    bag_lasts(cycle, 5)
    assert "That time is over." in page(hours=5, minutes=1)


def test_the_last_bag_ends_the_infusion(at_home):
    cycle, page = at_home
    Cycle.objects.filter(pk=cycle.pk).update(
        next_change_at=None, expected_end_at=cycle.as_of + timedelta(hours=9)
    )
    assert "The infusion ends" in page(hours=1)
    assert "The infusion should have ended:" in page(hours=8, minutes=30)


def test_a_long_stop_says_that_only_the_team_starts_it(cast, sign_in, clock):
    since = clock.now - timedelta(hours=3, minutes=59)
    cycle = planned_cycle(cast, state="interrupted", started_at=since, stopped_at=since)
    client = sign_in(caregiver_of(cast, cycle.patient))
    assert "Your team knows" in client.get(URL).content.decode()
    clock.forward(minutes=1)
    text = client.get(URL).content.decode()
    assert "only your team starts it again" in text and "Your team knows" not in text


def test_a_reported_stop_counts_before_a_nurse_has_looked(cast, at_home, clock):
    cycle, page = at_home
    StopReport.objects.create(
        patient=cycle.patient,
        cycle=cycle,
        stopped_at=clock.now,
        recorded_by=cast.hugo,
        recorded_at=clock.now,
    )
    text = page(minutes=20)
    assert "A stop was reported" in text and RUNNING not in text


@pytest.mark.parametrize(
    ("state", "words"),
    [("ended", "This infusion ended on"), ("discontinued", "ended this infusion early")],
)
def test_an_infusion_that_is_over_is_said_to_be(cast, sign_in, clock, state, words):
    cycle = planned_cycle(cast, state=state, started_at=clock.now, ended_at=clock.now)
    assert words in sign_in(caregiver_of(cast, cycle.patient)).get(URL).content.decode()
