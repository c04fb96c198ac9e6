import pytest
from django.urls import reverse

from audit.models import Event
from tests.dashboards.programme import infusion

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(cast, clock):
    return infusion(cast)


def chart_of(cycle) -> str:
    return reverse("dashboards:chart", args=[cycle.patient.uuid])


def looks_at(patient):
    return Event.objects.filter(verb="looked_at", patient_ref=str(patient.uuid))


def test_reading_a_chart_is_recorded(cast, sign_in, cycle):
    answer = sign_in(cast.hugo).get(chart_of(cycle))
    assert answer.status_code == 200
    look = looks_at(cycle.patient).get()
    assert (look.actor_id, look.after) == (str(cast.hugo.pk), {"page": "chart"})


def test_a_refused_look_shows_and_records_nothing(cast, sign_in, cycle):
    assert sign_in(cast.outsider).get(chart_of(cycle)).status_code == 404
    assert not looks_at(cycle.patient).exists()


def test_an_unchanged_chart_answers_304_to_the_live_poll(cast, sign_in, cycle):
    client = sign_in(cast.hugo)
    first = client.get(chart_of(cycle), headers={"X-Live": "1"})
    tag = first["ETag"]
    again = client.get(chart_of(cycle), headers={"X-Live": "1", "If-None-Match": tag})
    assert (first.status_code, again.status_code) == (200, 304)


def test_a_scanned_bag_code_leads_to_the_chart(cast, sign_in, cycle):
    answer = sign_in(cast.hugo).post("/find/", {"q": cycle.current_bag.code.lower()})
    assert answer["Location"] == chart_of(cycle)


def test_part_of_a_name_finds_and_an_outsider_finds_nobody(cast, sign_in, cycle):
    text = {"q": cycle.patient.family_name[:6]}
    assert sign_in(cast.hugo).post("/find/", text)["Location"] == chart_of(cycle)
    assert sign_in(cast.outsider).post("/find/", text).context["found"] == []
