import pytest
from django.urls import reverse

from audit.models import Event
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
