from datetime import timedelta

import pytest
from django.urls import reverse

from infusions.models import Bag, Cycle
from tests.factories import key, make_patient
from tests.infusions.planning import LOT, labelled, made, planned, signed
from tests.people import PASSWORD


def plan_data(**changes):
    fields = {
        "idempotency_key": key(),
        "indication": "rr",
        "philadelphia": "negative",
        "number": "1",
        "label_id": "training-us-current",
        "planned_start": "2027-01-05 10:00",
        "home_after_days": "9",
    }
    return {**fields, **changes}


def work_data(**changes):
    fields = {
        "idempotency_key": key(),
        "how_reason": "The network was down.",
        "lot_1": LOT,
        "expires_1": "2027-12-31",
        "count_1": "1",
        "stabiliser_lot": "ST-9",
        "drawn_ml": "1.7",
        "prepared_at": "2027-01-04 10:00",
        "storage": "cold",
        "hood_confirmed": "on",
        "garbing_confirmed": "on",
    }
    return {**fields, **changes}


def test_a_case_manager_plans_a_cycle_in_local_time(cast, clock, sign_in):
    url = reverse("infusions:plan_cycle", args=[make_patient(cast).uuid])
    client = sign_in(cast.carla)
    assert client.get(url).status_code == 200
    page = client.post(url, plan_data(), follow=True)
    cycle = Cycle.objects.get()
    assert cycle.planned_start == clock.now + timedelta(days=1)
    assert b"28 mcg/day" in page.content
    assert b"Training label set" in page.content


def test_a_refused_plan_keeps_what_was_typed(cast, clock, sign_in):
    url = reverse("infusions:plan_cycle", args=[make_patient(cast).uuid])
    page = sign_in(cast.carla).post(url, plan_data(label_id="us-pi-current"))
    assert page.status_code == 422
    assert b"2027-01-05 10:00" in page.content
    assert b"verif" in page.content


def test_the_oncologist_signs_on_the_page(cast, clock, sign_in):
    cycle = planned(cast, clock)
    url = reverse("infusions:order", args=[cycle.uuid])
    data = {"idempotency_key": key(), "version": cycle.version, "password": PASSWORD}
    page = sign_in(cast.olga).post(url, data, follow=True)
    assert b"Olga Onco" in page.content
    assert b"prescribed" in page.content


def test_a_nurse_sees_the_order_and_cannot_sign(cast, clock, sign_in):
    url = reverse("infusions:order", args=[planned(cast, clock).uuid])
    client = sign_in(cast.nadia)
    assert b'name="password"' not in client.get(url).content
    page = client.post(url, {"idempotency_key": key(), "password": PASSWORD})
    assert page.status_code == 422


def test_a_technician_logs_a_bag_once(cast, clock, sign_in):
    url = reverse("infusions:compound", args=[signed(cast, clock).uuid, 1])
    client = sign_in(cast.tom)
    assert b"Never put stabiliser into a vial" in client.get(url).content
    data = work_data()
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 302
    assert Bag.objects.count() == 1


def test_a_bag_made_on_paper_says_why(cast, clock, sign_in):
    url = reverse("infusions:compound", args=[signed(cast, clock).uuid, 1])
    page = sign_in(cast.tom).post(url, work_data(how_reason=""))
    assert page.status_code == 422
    assert not Bag.objects.exists()
    shown = sign_in(cast.tom).post(url, work_data(), follow=True)
    assert b"Logged afterwards: The network was down." in shown.content


def test_a_comma_in_the_volume_is_refused_beside_the_field(cast, clock, sign_in):
    url = reverse("infusions:compound", args=[signed(cast, clock).uuid, 1])
    page = sign_in(cast.tom).post(url, work_data(drawn_ml="1,7"))
    assert page.status_code == 422
    assert "drawn_ml" in page.context["form"].errors
    assert b"1,7" in page.content


def test_a_nurse_scans_a_bag_to_the_ward(cast, clock, sign_in):
    bag = labelled(cast, clock)
    url = reverse("infusions:move_bag", args=[bag.uuid])
    data = {"code": bag.code.lower(), "place": "ward", "storage": "cold"}
    data |= {"moved_at": "2027-01-04 10:00", "idempotency_key": key()}
    sign_in(cast.nadia).post(url, data)
    bag.refresh_from_db()
    assert bag.place == "ward"


@pytest.mark.parametrize("page", ["move_bag", "discard_bag", "bag"])
def test_bag_pages_open_for_the_pharmacy(cast, clock, sign_in, page):
    url = reverse(f"infusions:{page}", args=[labelled(cast, clock).uuid])
    assert sign_in(cast.farid).get(url).status_code == 200


def test_a_vial_is_corrected_on_its_page(cast, clock, sign_in):
    bag = labelled(cast, clock)
    vial = bag.vial_lots.get()
    data = {"lot": "QX78K", "expires_on": "2027-12-31", "count": 1, "idempotency_key": key()}
    data["correction_reason"] = "misread"
    url = reverse("infusions:correct_vial", args=[vial.uuid])
    page = sign_in(cast.tom).post(url, data, follow=True)
    assert b"QX78K" in page.content
    assert f"<s>{LOT}".encode() in page.content


def test_the_board_has_a_lane_for_each_state(cast, clock, sign_in):
    planned(cast, clock)
    labelled(cast, clock)
    made(cast, clock)
    lanes = sign_in(cast.farid).get(reverse("infusions:prep_board")).context["lanes"]
    counts = {lane.key: lane.count for lane in lanes}
    assert (counts["review"], counts["check"], counts["ready"]) == (1, 1, 1)
    assert counts["make"] >= 2


def test_the_board_asks_the_same_number_of_queries_for_many(
    cast, clock, sign_in, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    made(cast, clock)
    client, url = sign_in(cast.farid), reverse("infusions:prep_board")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _each in range(4):
        made(cast, clock)
    with django_assert_num_queries(len(one)):
        client.get(url)


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_outsiders_find_nothing(cast, clock, sign_in, who):
    bag = labelled(cast, clock)
    client = sign_in(getattr(cast, who))
    for name, row in [("plan", bag.cycle), ("order", bag.cycle), ("bag", bag), ("move_bag", bag)]:
        assert client.get(reverse(f"infusions:{name}", args=[row.uuid])).status_code == 404
    board = client.get(reverse("infusions:prep_board"))
    assert bag.code.encode() not in board.content
