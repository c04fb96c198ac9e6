import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients import actions
from tests.factories import make_patient

pytestmark = pytest.mark.django_db
URL = "/patients/"


def test_the_list_shows_the_patients_of_my_teams_only(cast, sign_in):
    make_patient(cast, family_name="Aurelio")
    assert "Aurelio" in sign_in(cast.nadia).get(URL).content.decode()


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_outsiders_see_nobody(cast, sign_in, who):
    make_patient(cast, family_name="Aurelio")
    assert "Aurelio" not in sign_in(getattr(cast, who)).get(URL).content.decode()


@pytest.mark.parametrize("text", ["aure", "TST-40231", "tansy aurelio", "Aurelio, Tansy"])
def test_a_patient_is_found_by_name_or_number(cast, sign_in, text):
    make_patient(cast, family_name="Aurelio", given_name="Tansy", record_number="TST-40231")
    make_patient(cast, family_name="Bertram")
    page = sign_in(cast.nadia).post(URL, {"q": text}).content.decode()
    assert "Aurelio" in page and "Bertram" not in page


def test_nobody_found_is_said(cast, sign_in):
    assert "Nobody found" in sign_in(cast.nadia).post(URL, {"q": "zzz"}).content.decode()


def test_the_number_of_queries_does_not_grow_with_patients(cast, sign_in, clock):
    client = sign_in(cast.nadia)
    make_patient(cast)
    counts = []
    for more in (0, 24):
        for _n in range(more):
            actions.add_problem(
                patient=make_patient(cast), by=cast.nadia, at=clock.now, text="Epilepsy"
            )
        client.get(URL)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(URL)
        counts.append(len(caught))
    assert counts[0] == counts[1]
