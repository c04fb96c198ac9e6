from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from infusions.actions.bag_corrections import correct_vial
from infusions.actions.checks import check_bag, read_again
from infusions.models import BagCheck, NearMiss
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.disputes import disputed, rereading
from tests.infusions.planning import LOT, STABILISER, made, reading, released
from tests.people import PASSWORD


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def test_readings_that_agree_release_and_sign_the_bag(cast, clock):
    bag = released(cast, clock)
    assert (bag.state, bag.checked_by, bag.released_at) == ("released", cast.farid, clock.now)
    assert bag.checks.get().signature.meaning == "verified_compounding"


def test_lots_may_be_typed_in_small_letters_with_spaces(cast, clock):
    bag = made(cast, clock)
    assert check_bag(**reading(cast, clock, bag, lots=f" {LOT.lower()} ,\nst 9 ")).agreed


def test_nobody_checks_their_own_bag(cast, clock):
    bag = made(cast, clock, by=cast.farid)
    assert refusal(lambda: check_bag(**reading(cast, clock, bag))) == "bag.own_check"


def test_a_technician_does_not_check(cast, clock):
    bag = made(cast, clock, by=cast.farid)
    code = refusal(lambda: check_bag(**reading(cast, clock, bag, by=cast.tom)))
    assert code == "permission.role"


WRONG = [
    {"lots": "OTHER1, ST-9"},
    {"lots": LOT},
    {"drawn_ml": Decimal("17")},
    {"stabiliser_ml": Decimal("55")},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_after_a_first_difference_both_read_again_the_maker_first(cast, clock, wrong):
    bag = made(cast, clock)
    assert not check_bag(**reading(cast, clock, bag, **wrong)).agreed
    bag.refresh_from_db()
    assert bag.state == "made"
    assert refusal(lambda: check_bag(**reading(cast, clock, bag))) == "bag.maker_first"
    read_again(**rereading(cast, clock, bag))
    assert check_bag(**reading(cast, clock, bag)).agreed


@pytest.mark.parametrize("wrong", WRONG)
def test_after_a_second_difference_nobody_uses_the_bag(cast, clock, wrong):
    bag = disputed(cast, clock, **wrong)
    assert (bag.state, bag.checked_by) == ("disputed", None)
    assert refusal(lambda: check_bag(**reading(cast, clock, bag))) == "bag.not_to_check"


def test_a_maker_who_reads_something_else_corrects_the_log_first(cast, clock):
    bag = made(cast, clock)
    check_bag(**reading(cast, clock, bag, lots="QX78K, ST-9"))
    assert not read_again(**rereading(cast, clock, bag, lots="QX78K, ST-9")).agreed
    assert refusal(lambda: check_bag(**reading(cast, clock, bag))) == "bag.maker_first"
    vial = bag.vial_lots.get()
    right = {"lot": "QX78K", "expires_on": vial.expires_on, "count": vial.count}
    facts = {"by": cast.tom, "at": clock.now, "correction_reason": "misread"}
    correct_vial(vial=vial, **right, **facts)
    assert read_again(**rereading(cast, clock, bag, lots="QX78K, ST-9")).agreed
    assert check_bag(**reading(cast, clock, bag, lots="QX78K, ST-9")).agreed


def test_only_the_maker_reads_again_and_only_when_asked(cast, clock):
    bag = made(cast, clock)
    assert refusal(lambda: read_again(**rereading(cast, clock, bag))) == "bag.not_to_read_again"
    check_bag(**reading(cast, clock, bag, drawn_ml=Decimal("17")))
    mine = rereading(cast, clock, bag, by=cast.petra)
    assert refusal(lambda: read_again(**mine)) == "bag.not_to_read_again"
    assert Reminder.objects.get(kind="bag_to_read_again").policy[0]["people"] == [cast.tom.pk]


def test_a_scanned_lot_brings_its_expiry_along(cast, clock):
    """The package number is GS1's demonstration prefix."""
    scan = f"]d2010952123400001317271231{'10' + LOT}"
    assert check_bag(**reading(cast, clock, made(cast, clock), lots=f"{scan}\nST-9")).agreed


def test_a_scanned_vial_of_another_expiry_is_another_vial(cast, clock):
    scan = f"(01)09521234000013(17)281231(10){LOT}"
    bag = made(cast, clock)
    assert not check_bag(**reading(cast, clock, bag, lots=f"{scan}\nST-9")).agreed
    assert [one.kind for one in NearMiss.objects.all()] == ["expiry"]


def test_a_damaged_scan_is_refused_and_is_no_reading(cast, clock):
    bag = made(cast, clock)
    scan = f"(01)09521234000012(17)271231(10){LOT}"
    refused = refusal(lambda: check_bag(**reading(cast, clock, bag, lots=scan)))
    assert refused == "scan.check_digit"
    assert not BagCheck.objects.exists()


def test_a_check_from_afar_names_its_evidence(cast, clock):
    bag = made(cast, clock)
    remote = reading(cast, clock, bag, method="video")
    assert refusal(lambda: check_bag(**remote)) == "check.no_evidence"
    check = check_bag(**remote | {"method_note": "call with Tom Tech"})
    assert (check.method, check.method_note) == ("video", "call with Tom Tech")
    assert check.signature.content["method"] == "video"


def test_whoever_comes_second_is_told_who_was_first(cast, clock):
    bag = released(cast, clock)
    with pytest.raises(HardStop) as caught:
        check_bag(**reading(cast, clock, bag, by=cast.petra, version=1))
    assert caught.value.stops[0].code == "bag.not_to_check"
    assert "Farid Pharma" in str(caught.value)


def test_a_reading_in_two_seconds_does_not_count(cast, clock):
    bag = made(cast, clock)
    opened = timezone.now() - timedelta(seconds=2)
    check = check_bag(**reading(cast, clock, bag, opened_at=opened))
    bag.refresh_from_db()
    assert (check.too_fast, check.agreed, bag.state) == (True, False, "made")


def test_a_wrong_password_leaves_no_reading(cast, clock):
    bag = made(cast, clock)
    code = refusal(lambda: check_bag(**reading(cast, clock, bag, password="no")))
    assert code == "signature.wrong_password"
    assert not BagCheck.objects.exists()


def test_an_expired_bag_is_not_released(cast, clock):
    bag = made(cast, clock, storage="room")
    clock.forward(hours=48)
    assert refusal(lambda: check_bag(**reading(cast, clock, bag))) == "bag.expired"


def posted(client, bag, **typed):
    url = reverse("infusions:check_bag", args=[bag.uuid])
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in ("idempotency_key", "version", "opened")}
    data |= {"lots": f"{LOT}\n{STABILISER}", "drawn_ml": "1.7", "method": "in_person"}
    data |= {"stabiliser_ml": f"{bag.stabiliser_ml:.2f}".rstrip("0").rstrip(".")}
    return client.post(url, data | {"password": PASSWORD} | typed, follow=True)


def said(page) -> str:
    return " ".join(str(message) for message in page.context["messages"])


def test_the_page_says_they_differ_but_not_where(cast, clock, sign_in, monkeypatch):
    monkeypatch.setattr("infusions.actions.readings.READING_TAKES", timedelta(0))
    bag = made(cast, clock)
    page = posted(sign_in(cast.farid), bag, drawn_ml="17")
    assert "do not agree" in said(page)
    assert not any(word in said(page).lower() for word in ("lot", "drawn", "stabiliser", " ml"))
    assert b'name="drawn_ml"' not in page.content
    assert b"Tom Tech reads the bag again first" in page.content


def test_readings_that_agree_are_typed_and_scanned_on_the_page(cast, clock, sign_in, monkeypatch):
    monkeypatch.setattr("infusions.actions.readings.READING_TAKES", timedelta(0))
    bag = made(cast, clock)
    page = posted(sign_in(cast.farid), bag, drawn_ml=str(bag.drawn_ml.normalize()))
    assert "The bag is released" in said(page)


def test_the_maker_reads_again_on_the_same_page(cast, clock, sign_in, monkeypatch):
    monkeypatch.setattr("infusions.actions.readings.READING_TAKES", timedelta(0))
    bag = made(cast, clock)
    check_bag(**reading(cast, clock, bag, drawn_ml=Decimal("17")))
    client = sign_in(cast.tom)
    body = client.get(reverse("infusions:check_bag", args=[bag.uuid])).content.decode()
    assert "Read your bag again" in body
    assert ">17" not in body
    assert '"17' not in body
    page = posted(client, bag, drawn_ml=str(bag.drawn_ml.normalize()))
    assert "Now the second person" in said(page)


def test_an_opening_time_that_was_made_up_is_refused(cast, clock, sign_in):
    bag = made(cast, clock)
    data = {"idempotency_key": key(), "opened": "2020-01-01T00:00:00+00:00", "password": PASSWORD}
    data |= {"lots": LOT, "drawn_ml": "1.7", "stabiliser_ml": "5", "method": "in_person"}
    url = reverse("infusions:check_bag", args=[bag.uuid])
    assert sign_in(cast.farid).post(url, data).status_code == 422
    assert not BagCheck.objects.exists()


def test_the_maker_sees_no_check_form(cast, clock, sign_in):
    bag = made(cast, clock, by=cast.farid)
    body = sign_in(cast.farid).get(reverse("infusions:check_bag", args=[bag.uuid])).content
    assert b"Another pharmacist" in body
    assert b'name="password"' not in body
