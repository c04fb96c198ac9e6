import pytest
from django.urls import reverse

from audit.models import Event
from patients.actions import give_access
from patients.models import Access
from patients.queries import visible_to
from protocol.stops import HardStop
from teams.models import Role
from tests.factories import key, make_patient
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(cast):
    return make_patient(cast)


@pytest.fixture
def marta(cast):
    return make_person("marta", cast.organisation, role=Role.CAREGIVER, first="Marta")


def page_of(patient) -> str:
    return reverse("patients:access", args=[patient.uuid])


def give(client, patient, user):
    return client.post(page_of(patient), {"idempotency_key": key(), "user": user.pk})


def test_a_caregiver_is_given_access_and_sees_today(cast, sign_in, patient, marta):
    answer = give(sign_in(cast.carla), patient, marta)
    assert answer.status_code == 302
    assert list(visible_to(marta)) == [patient]
    assert patient.family_name in sign_in(marta).get("/education/today/").content.decode()
    event = Event.objects.get(verb="gave_access")
    assert (event.patient_ref, event.actor_id) == (str(patient.uuid), str(cast.carla.pk))


def test_ended_access_shows_nothing_and_the_row_stays(cast, clock, sign_in, patient, marta):
    row = give_access(patient=patient, user=marta, by=cast.carla, at=clock.now)
    clock.forward(minutes=1)
    sign_in(cast.carla).post(page_of(patient), {"idempotency_key": key(), "access": row.pk})
    row.refresh_from_db()
    assert row.to_at == clock.now
    assert list(visible_to(marta)) == []
    assert Event.objects.filter(verb="ended_access", patient_ref=str(patient.uuid)).exists()


def test_access_can_be_given_again_but_not_twice(cast, clock, sign_in, patient, marta):
    client = sign_in(cast.carla)
    row = give_access(patient=patient, user=marta, by=cast.carla, at=clock.now)
    assert give(client, patient, marta).status_code == 422
    client.post(page_of(patient), {"idempotency_key": key(), "access": row.pk})
    assert give(client, patient, marta).status_code == 302
    assert Access.objects.count() == 2


def test_staff_and_other_hospitals_accounts_are_refused(cast, clock, sign_in, patient):
    theirs = cast.other_team.site.organisation
    foreign = make_person("far", theirs, role=Role.CAREGIVER)
    for user in (cast.outsider, foreign):
        assert give(sign_in(cast.carla), patient, user).status_code == 422
        with pytest.raises(HardStop, match="caregiver"):
            give_access(patient=patient, user=user, by=cast.carla, at=clock.now)
    assert not Access.objects.exists()


def test_a_patients_own_account_is_for_one_patient(cast, clock, patient):
    tansy = make_person("tansy", cast.organisation, role=Role.PATIENT)
    give_access(patient=patient, user=tansy, by=cast.carla, at=clock.now)
    with pytest.raises(HardStop, match="another patient"):
        give_access(patient=make_patient(cast), user=tansy, by=cast.carla, at=clock.now)


def test_access_of_another_patient_is_not_ended_here(cast, clock, sign_in, patient, marta):
    row = give_access(patient=make_patient(cast), user=marta, by=cast.carla, at=clock.now)
    sent = {"idempotency_key": key(), "access": row.pk}
    assert sign_in(cast.carla).post(page_of(patient), sent).status_code == 422
    row.refresh_from_db()
    assert row.to_at is None


def test_only_who_manages_the_team_opens_the_page(cast, sign_in, patient):
    assert sign_in(cast.nadia).get(page_of(patient)).status_code == 403
    assert sign_in(cast.twin_nurse).get(page_of(patient)).status_code in (403, 404)
    assert sign_in(cast.carla).get(page_of(patient)).status_code == 200


def test_a_case_manager_elsewhere_finds_nothing(cast, sign_in, patient):
    other = make_person("cara", cast.organisation, role=Role.CASE_MANAGER)
    assert sign_in(other).get(page_of(patient)).status_code == 404


def test_the_chart_links_to_the_page_for_a_case_manager_only(cast, sign_in, patient):
    chart = reverse("dashboards:chart", args=[patient.uuid])
    assert page_of(patient) in sign_in(cast.carla).get(chart).content.decode()
    assert page_of(patient) not in sign_in(cast.nadia).get(chart).content.decode()
