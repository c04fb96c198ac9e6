"""Programs read what their person may read."""

import pytest
from django.core.management import call_command
from knox.models import AuthToken
from rest_framework.test import APIClient

from audit.models import Event
from teams.permissions import Permission
from tests.factories import make_patient
from tests.infusions.planning import made, signed

LISTS = ("patients", "cycles", "bags", "events", "tasks", "handoffs")


@pytest.fixture
def calling():
    """`calling(person)`: a program with a token of theirs."""

    def as_person(person) -> APIClient:
        _row, token = AuthToken.objects.create(user=person)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return client

    return as_person


@pytest.mark.parametrize("name", LISTS)
def test_nothing_is_read_without_a_token(cast, name):
    assert APIClient().get(f"/api/v1/{name}/").status_code == 401


@pytest.mark.parametrize("name", LISTS)
def test_a_role_without_charts_reads_nothing(cast, calling, name):
    assert calling(cast.adam).get(f"/api/v1/{name}/").status_code == 403


def test_a_nurse_reads_their_patients_only(cast, calling):
    patient = make_patient(cast)
    answer = calling(cast.nadia).get("/api/v1/patients/").json()
    assert [row["uuid"] for row in answer["results"]] == [str(patient.uuid)]
    assert calling(cast.twin_nurse).get("/api/v1/patients/").json()["count"] == 0


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_for_others_the_rows_do_not_exist(cast, clock, calling, who):
    bag = made(cast, clock)
    outside = calling(getattr(cast, who))
    for address in (
        f"patients/{bag.cycle.patient.uuid}/",
        f"cycles/{bag.cycle.uuid}/",
        f"bags/{bag.uuid}/",
    ):
        assert outside.get(f"/api/v1/{address}").status_code == 404
    assert outside.get("/api/v1/tasks/").json()["count"] == 0


def test_a_cycle_and_its_bag_are_read_with_units_as_text(cast, clock, calling):
    bag = made(cast, clock)
    client = calling(cast.tom)
    assert client.get(f"/api/v1/cycles/{bag.cycle.uuid}/").json()["state"] == "ordered"
    row = client.get(f"/api/v1/bags/?cycle={bag.cycle.uuid}").json()["results"][0]
    bag.refresh_from_db()
    assert row["rate_ml_per_h"] == str(bag.rate_ml_per_h)
    assert row["vial_lots"][0]["lot"] == "QX77K"


def test_the_tasks_of_a_patient_are_read_soonest_first(cast, clock, calling):
    cycle = signed(cast, clock)
    rows = calling(cast.farid).get(f"/api/v1/tasks/?patient={cycle.patient.uuid}").json()["results"]
    assert "bag_needed" in {row["kind"] for row in rows}
    assert [row["due_at"] for row in rows] == sorted(row["due_at"] for row in rows)


def test_a_filter_that_is_no_uuid_is_said(cast, calling):
    answer = calling(cast.nadia).get("/api/v1/cycles/?patient=me")
    assert (answer.status_code, answer.json()) == (400, {"patient": "This is not a UUID."})


def test_every_chart_that_is_read_is_recorded(cast, calling):
    patients = [make_patient(cast), make_patient(cast)]
    calling(cast.nadia).get("/api/v1/patients/")
    seen = Event.objects.filter(verb="looked_at", actor="Nadia Ward", after__page="api:patients")
    assert {event.patient_ref for event in seen} == {str(patient.uuid) for patient in patients}


@pytest.mark.parametrize("name", ["patients", "cycles", "bags", "tasks"])
def test_more_rows_need_no_more_queries(
    cast, clock, calling, name, django_assert_max_num_queries, django_assert_num_queries
):
    client = calling(cast.nadia)
    made(cast, clock)
    with django_assert_max_num_queries(20) as first:
        assert client.get(f"/api/v1/{name}/").json()["count"] >= 1
    made(cast, clock)
    made(cast, clock)
    with django_assert_num_queries(len(first)):
        client.get(f"/api/v1/{name}/")


def test_a_disabled_person_s_token_opens_nothing(cast, calling):
    client = calling(cast.nadia)
    cast.nadia.is_active = False
    cast.nadia.save()
    assert client.get("/api/v1/patients/").status_code == 401


def test_the_openapi_document_is_complete(db, tmp_path):
    target = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))
    text = target.read_text()
    assert all(f"/api/v1/{name}/" in text for name in (*LISTS, "bags/{uuid}/moves"))
    assert "Idempotency-Key" in text


def test_the_openapi_document_is_for_people_of_ours(cast, calling):
    assert APIClient().get("/api/v1/schema/").status_code == 401
    assert calling(cast.nadia).get("/api/v1/schema/").status_code == 200


def test_a_view_without_a_permission_is_refused(rf, cast):
    from rest_framework.request import Request

    from api.rest.permissions import RoutePermission

    request = Request(rf.get("/"))
    request.user = cast.nadia
    view = type("Forgotten", (), {})()
    assert not RoutePermission().has_permission(request, view)
    view.permission = Permission.SEE_CHART
    assert RoutePermission().has_permission(request, view)


def test_the_checker_is_not_told_what_the_bag_should_say(cast, clock, calling):
    bag = made(cast, clock)
    row = calling(cast.farid).get(f"/api/v1/bags/{bag.uuid}/").json()
    assert [row[name] for name in ("drawn_ml", "rate_ml_per_h", "vial_lots")] == [None] * 3
    assert calling(cast.tom).get(f"/api/v1/bags/{bag.uuid}/").json()["drawn_ml"] is not None


def test_the_plan_tells_the_numbers_of_the_bags_to_make(cast, clock, calling):
    cycle = signed(cast, clock)
    rows = calling(cast.tom).get(f"/api/v1/cycles/{cycle.uuid}/plan/").json()
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    assert sum(row["runs_minutes"] for row in rows) == cycle.total_hours * 60
    assert calling(cast.outsider).get(f"/api/v1/cycles/{cycle.uuid}/plan/").status_code == 404


def test_no_more_than_two_hundred_rows_come_at_once(cast, calling, monkeypatch):
    make_patient(cast)
    make_patient(cast)
    monkeypatch.setattr("api.rest.paging.Pages.max_limit", 1)
    assert len(calling(cast.nadia).get("/api/v1/patients/?limit=800").json()["results"]) == 1


def test_an_unknown_address_is_answered_as_json(cast, calling):
    assert APIClient().get("/api/v1/nothing/").status_code == 401
    for method in ("get", "post"):
        answer = getattr(calling(cast.nadia), method)("/api/v1/nothing/")
        assert (answer.status_code, "schema" in answer.json()["detail"]) == (404, True)


def test_a_cycle_says_whether_its_label_set_is_for_training_only(cast, clock, calling):
    signed(cast, clock)
    row = calling(cast.farid).get("/api/v1/cycles/").json()["results"][0]
    assert (row["label_id"], row["label_is_training"]) == ("training-us-current", True)
