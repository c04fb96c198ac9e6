"""The pages of label sets: who sees them, what a second reader does not, and the forms."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from infusions.models import Cycle, LabelAdoption, RowPassport
from protocol import label
from protocol.label_rows import Status
from tests.factories import key
from tests.infusions.passports import ROW, US, adopt, own_bag, read, read_twice, right, third
from tests.infusions.planning import planned
from tests.infusions.test_adopt_label import real_cycle
from tests.people import PASSWORD, join, make_person

pytestmark = pytest.mark.django_db
TRAINING = "training-us-current"


def address(name, *args):
    return reverse(f"infusions:{name}", args=args)


def stranger(cast, role="pharmacist"):
    other = cast.other_team.site.organisation
    return join(make_person("zoe", other, role=role, first="Zoe"), cast.other_team)


def typed(cast, **changes):
    """The reading form as a browser sends it."""
    words = {"": "not_stated"}
    values = right(cast)
    chosen = {"preservative", "filter_required"}
    data = {f"value_{n}": words.get(v, v) if n in chosen else v for n, v in values.items()}
    source = {"document": "US PI, June 2026", "page": "12", "section": "2.4"}
    return {**data, **source, "password": PASSWORD, "idempotency_key": key(), **changes}


@pytest.mark.parametrize("person", ["farid", "tom", "olga", "nadia", "carla", "quinn", "adam"])
def test_staff_see_the_sets_of_their_hospital(cast, sign_in, person):
    client = sign_in(getattr(cast, person))
    assert client.get(address("label_sets")).status_code == 200
    assert client.get(address("label_set", US)).status_code == 200
    assert client.get(address("label_row", US, ROW)).status_code == 200


def test_the_list_shows_what_each_site_works_with(cast, sign_in):
    page = sign_in(cast.farid).get(address("label_sets")).content.decode()
    assert "City Hospital ward" in page and "Other Hospital" not in page
    assert "Adopted before passports" in page
    assert "0 of" in page


def test_sets_and_rows_that_are_not_there_are_not_found(cast, sign_in):
    client = sign_in(cast.farid)
    for path in (
        address("label_set", "us-pi-1999"),
        address("label_row", US, "bag.none"),
        address("read_row", US, "bag.none"),
        address("read_row", TRAINING, ROW),
        address("add_site_row", US, "dose"),
        address("add_site_row", TRAINING, "bag"),
    ):
        assert client.get(path).status_code == 404, path


def test_a_training_set_is_not_found_outside_training(cast, sign_in):
    cast.organisation.is_training = False
    cast.organisation.save()
    client = sign_in(cast.farid)
    assert client.get(address("label_set", TRAINING)).status_code == 404
    assert TRAINING not in client.get(address("label_sets")).content.decode()


def test_passports_and_sites_of_another_hospital_are_not_found(cast, clock, sign_in):
    passport = read(cast, clock, cast.farid)
    client = sign_in(stranger(cast))
    for path in (
        address("withdraw_row", passport.uuid),
        address("decide_row", passport.uuid),
        address("adopt_label", cast.team.site.uuid, US),
        address("cycle_label", planned(cast, clock).uuid),
    ):
        assert client.get(path).status_code == 404, path


def test_another_hospital_sees_no_reading_of_ours(cast, clock, sign_in):
    read_twice(cast, clock, ROW)
    page = sign_in(stranger(cast)).get(address("label_row", US, ROW)).content.decode()
    assert "Farid" not in page and "Not read" in page


@pytest.mark.parametrize("name", ["read_row", "add_site_row"])
def test_only_pharmacists_read(cast, sign_in, name):
    last = ROW if name == "read_row" else "bag"
    for person in (cast.tom, cast.olga, cast.adam, cast.nadia):
        assert sign_in(person).get(address(name, US, last)).status_code == 403


def test_two_pharmacists_verify_a_row_on_the_page(cast, sign_in):
    for person in (cast.farid, cast.petra):
        client = sign_in(person)
        assert client.get(address("read_row", US, ROW)).status_code == 200
        answer = client.post(address("read_row", US, ROW), typed(cast))
        assert answer.status_code == 302 or answer.status_code == 303
    assert RowPassport.objects.get().state == "verified"
    page = client.get(address("label_row", US, ROW)).content.decode()
    assert "Farid Pharma" in page and "Petra Pharma" in page and "US PI, June 2026" in page


def test_the_reading_page_holds_no_value_of_the_row_or_of_the_first_reader(cast, clock, sign_in):
    read(cast, clock, cast.farid, typed=right(cast, rate_ml_per_h="17.25"))
    page = sign_in(cast.petra).get(address("read_row", US, ROW)).content.decode()
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]
    assert "17.25" not in main
    assert not re.search(r'name="value_[^"]*"[^>]*(checked|value="\d)', main)
    assert "US PI, June 2026" not in main


@pytest.mark.parametrize("name", ["label_row", "label_set"])
def test_the_second_reader_sees_no_value_of_a_row_that_was_read_once(cast, clock, sign_in, name):
    read(cast, clock, cast.farid, typed=right(cast, rate_ml_per_h="17.25"))
    args = (US, ROW) if name == "label_row" else (US,)
    page = sign_in(cast.petra).get(address(name, *args)).content.decode()
    assert "17.25" not in page
    assert "Hidden until it was read a second time" in page


def test_a_reading_that_differs_shows_both_to_the_third_only(cast, clock, sign_in):
    read(cast, clock, cast.farid)
    passport = read(cast, clock, cast.petra, typed=right(cast, rate_ml_per_h="17.25"))
    page = sign_in(third(cast)).get(address("decide_row", passport.uuid)).content.decode()
    assert "17.25 mL/h" in page and "10 mL/h" in page
    data = {"choice": "1", "reason": "Page 12", "document": "US PI", "page": "12"}
    data |= {"password": PASSWORD, "idempotency_key": key(), "version": passport.version}
    client = sign_in(third(cast))
    assert client.post(address("decide_row", passport.uuid), data).status_code in (302, 303)
    passport.refresh_from_db()
    assert passport.state == "verified"


def test_the_filter_shows_rows_of_one_state(cast, clock, sign_in):
    read_twice(cast, clock, ROW)
    client = sign_in(cast.farid)
    page = client.get(address("label_set", US), {"status": "verified"}).content.decode()
    assert ROW in page and "duration.48h" not in page
    page = client.get(address("label_set", US), {"status": "unknown"}).content.decode()
    assert f'rows/{ROW}/"' not in page


def test_a_row_of_the_sites_own_is_added_on_the_page(cast, sign_in):
    data = {"hours": "72", "basis": "fixed", "dose_mcg": "28", "reconstituted_ml": "7.15"}
    data |= {"vials": "3", "stabiliser_ml": "5.5", "saline_ml": "126"}
    data |= {"bacteriostatic_saline_ml": "0", "document": "SOP 12, 2026", "page": "3"}
    data |= {"password": PASSWORD, "idempotency_key": key()}
    client = sign_in(cast.farid)
    answer = client.post(address("add_site_row", US, "bag"), data, follow=True)
    assert RowPassport.objects.get().site_row.source == "Site protocol: SOP 12, 2026, p. 3"
    assert "Site protocol" in answer.content.decode()


def test_the_value_of_an_own_row_is_hidden_until_read_twice(cast, clock, sign_in):
    passport = own_bag(cast, clock)
    page = sign_in(cast.olga).get(address("label_row", US, passport.row_id)).content.decode()
    assert "126 mL" not in page
    read(cast, clock, cast.petra, row_id=passport.row_id)
    page = sign_in(cast.olga).get(address("label_row", US, passport.row_id)).content.decode()
    assert "126 mL" in page


def test_adopting_shows_the_diff_and_the_patients(cast, clock, sign_in):
    cycle = real_cycle(cast, clock)
    url = address("adopt_label", cast.team.site.uuid, "us-pi-2017")
    client = sign_in(cast.farid)
    page = client.get(url).content.decode()
    assert "Patients concerned" in page and str(cycle.patient) in page
    assert '<s class="muted">5.4</s>' in page and "<b>22</b>" in page
    data = {"password": PASSWORD, "idempotency_key": key()}
    assert client.post(url, data).status_code in (302, 303)
    assert LabelAdoption.objects.get(label_id="us-pi-2017").signature.signer == cast.farid


def test_a_wrong_password_adopts_nothing(cast, sign_in):
    url = address("adopt_label", cast.team.site.uuid, "us-pi-2017")
    data = {"password": "guess", "idempotency_key": key()}
    assert sign_in(cast.farid).post(url, data).status_code == 422
    assert not LabelAdoption.objects.filter(label_id="us-pi-2017").exists()


def test_the_oncologist_moves_a_cycle_on_its_page(cast, clock, sign_in):
    cycle = real_cycle(cast, clock)
    adopt(cast, clock, "us-pi-2017")
    cast.organisation.is_training = False
    cast.organisation.save()
    url = address("cycle_label", cycle.uuid)
    assert "Move this cycle" not in sign_in(cast.farid).get(url).content.decode()
    client = sign_in(cast.olga)
    page = client.get(url).content.decode()
    assert "Move this cycle" in page and "could not be made" in page
    cycle.refresh_from_db()
    data = {"reason": "New label", "password": PASSWORD, "idempotency_key": key()}
    data["version"] = cycle.version
    assert client.post(url, data).status_code in (302, 303)
    assert Cycle.objects.get(pk=cycle.pk).label_id == "us-pi-2017"


def test_a_site_without_a_set_is_told_so_when_planning(cast, clock, sign_in):
    patient = planned(cast, clock).patient
    LabelAdoption.objects.filter(site=cast.team.site).update(ended_at=clock.now)
    page = sign_in(cast.carla).get(address("plan_cycle", patient.uuid)).content.decode()
    assert "has adopted no label set" in page


def test_the_number_of_queries_does_not_grow_with_readings_and_cycles(cast, clock, sign_in):
    client = sign_in(cast.farid)
    paths = [address("label_sets"), address("label_set", US), address("label_row", US, ROW)]
    for path in paths:
        client.get(path)
    few = [queries(client, path) for path in paths]
    rows = [r.row_id for r in label.load(US).rows if r.status is not Status.UNKNOWN]
    read_twice(cast, clock, *rows[:12])
    planned(cast, clock)
    planned(cast, clock)
    many = [queries(client, path) for path in paths]
    assert many == few


def queries(client, path) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)
