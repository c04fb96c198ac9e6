"""Programs log a bag and scan it, under the rules of the pages."""

from uuid import uuid4

import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient

from audit.models import Event
from infusions.models import Bag
from tests.infusions.planning import labelled, made, signed, work

BAGS = "/api/v1/bags/"


@pytest.fixture
def calling():
    """`calling(person).post(address, data, key)`: a program with a token of theirs."""

    class Program:
        def __init__(self, person):
            _row, self.token = AuthToken.objects.create(user=person)

        def post(self, address, data, key=None):
            key = {} if key == "" else {"HTTP_IDEMPOTENCY_KEY": str(key or uuid4())}
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Token {self.token}", **key)
            return client.post(address, data, format="json")

    return Program


@pytest.fixture
def cycle(cast, clock):
    return signed(cast, clock)


def preparation(cast, clock, cycle, **changed):
    typed = work(cast, clock, cycle)
    for name in ("by", "at"):
        typed.pop(name)
    typed["cycle"] = str(cycle.uuid)
    typed["lots"] = [{"lot": a, "expires_on": str(b), "count": c} for a, b, c in typed["lots"]]
    typed["drawn_ml"] = str(typed["drawn_ml"])
    typed["prepared_at"] = clock.now.isoformat()
    return {**typed, **changed}


def scan(bag, clock, **changed):
    where = {"place": "ward", "storage": "cold", "moved_at": clock.now.isoformat()}
    return {"code": bag.code, **where, **changed}


def test_a_technician_logs_a_bag(cast, clock, cycle, calling):
    answer = calling(cast.tom).post(BAGS, preparation(cast, clock, cycle))
    bag = Bag.objects.get()
    assert answer.status_code == 201
    assert answer.json()["uuid"] == str(bag.uuid)
    assert (bag.compounded_by, bag.state) == (cast.tom, "made")
    assert Event.objects.filter(verb="compounded_bag", actor="Tom Tech", outcome="done").exists()


def test_the_same_key_makes_one_bag_and_one_answer(cast, clock, cycle, calling):
    program, key, data = calling(cast.tom), uuid4(), preparation(cast, clock, cycle)
    first, second = program.post(BAGS, data, key), program.post(BAGS, data, key)
    assert first.json() == second.json()
    assert (second.status_code, Bag.objects.count()) == (201, 1)


def test_a_key_is_not_used_for_something_else(cast, clock, cycle, calling):
    program, key, data = calling(cast.tom), uuid4(), preparation(cast, clock, cycle)
    program.post(BAGS, data, key)
    answer = program.post(BAGS, {**data, "stabiliser_lot": "ST-10"}, key)
    assert answer.status_code == 422
    assert answer.json()["stops"][0]["code"] == "command.reused_key"


def test_a_command_without_a_key_is_refused(cast, clock, cycle, calling):
    answer = calling(cast.tom).post(BAGS, preparation(cast, clock, cycle), key="")
    assert (answer.status_code, list(answer.json())) == (400, ["Idempotency-Key"])


def test_a_wrong_volume_is_refused_as_on_the_page(cast, clock, cycle, calling):
    answer = calling(cast.tom).post(BAGS, preparation(cast, clock, cycle, drawn_ml="1.0"))
    stop = answer.json()["stops"][0]
    assert (answer.status_code, stop["code"], stop["field"]) == (
        422,
        "bag.drawn_volume",
        "drawn_ml",
    )
    assert Event.objects.get(outcome="refused").reason == "bag.drawn_volume"
    assert not Bag.objects.exists()


@pytest.mark.parametrize("typed", ["1,2", "+1", "1e1", 1.5, "NaN", None])
def test_a_figure_that_is_not_plain_is_not_read(cast, clock, cycle, calling, typed):
    answer = calling(cast.tom).post(BAGS, preparation(cast, clock, cycle, drawn_ml=typed))
    assert (answer.status_code, list(answer.json())) == (400, ["drawn_ml"])


def test_an_old_version_of_the_cycle_is_a_conflict(cast, clock, cycle, calling):
    data = preparation(cast, clock, cycle, version=cycle.version - 1)
    assert calling(cast.tom).post(BAGS, data).status_code == 409


def test_a_nurse_logs_no_bag(cast, clock, cycle, calling):
    data = preparation(cast, clock, cycle)
    assert calling(cast.nadia).post(BAGS, data).status_code == 403


def test_for_another_hospital_the_cycle_does_not_exist(cast, clock, cycle, calling):
    cast.twin_nurse.role = "pharmacist"
    cast.twin_nurse.save()
    data = preparation(cast, clock, cycle)
    assert calling(cast.twin_nurse).post(BAGS, data).status_code == 404


def test_a_bag_does_not_leave_before_its_label_was_read(cast, clock, cycle, calling):
    bag = made(cast, clock, cycle=cycle)
    answer = calling(cast.nadia).post(f"{BAGS}{bag.uuid}/moves/", scan(bag, clock))
    assert answer.status_code == 422
    assert "bag.not_released" in answer.content.decode()


def test_a_scan_says_where_the_bag_is(cast, clock, cycle, calling):
    bag = labelled(cast, clock, bag=made(cast, clock, cycle=cycle))
    answer = calling(cast.nadia).post(f"{BAGS}{bag.uuid}/moves/", scan(bag, clock))
    assert (answer.status_code, answer.json()["place"]) == (201, "ward")
    bag.refresh_from_db()
    assert bag.place == "ward"


def test_the_scan_of_another_bag_is_refused(cast, clock, cycle, calling):
    bag = made(cast, clock, cycle=cycle)
    answer = calling(cast.nadia).post(f"{BAGS}{bag.uuid}/moves/", scan(bag, clock, code="XX"))
    assert (answer.status_code, answer.json()["stops"][0]["field"]) == (422, "code")


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_an_outsider_cannot_scan(cast, clock, cycle, calling, who):
    bag = made(cast, clock, cycle=cycle)
    address = f"{BAGS}{bag.uuid}/moves/"
    assert calling(getattr(cast, who)).post(address, scan(bag, clock)).status_code == 404
