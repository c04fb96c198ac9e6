from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from infusions.actions.checks import check_bag
from infusions.models import BagCheck
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.planning import LOT, made, reading, released
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
    assert check_bag(**reading(cast, clock, bag, lots=f" {LOT.lower()} ")).agreed


def test_nobody_checks_their_own_bag(cast, clock):
    bag = made(cast, clock, by=cast.farid)
    assert refusal(lambda: check_bag(**reading(cast, clock, bag))) == "bag.own_check"


def test_a_technician_does_not_check(cast, clock):
    bag = made(cast, clock, by=cast.farid)
    code = refusal(lambda: check_bag(**reading(cast, clock, bag, by=cast.tom)))
    assert code == "permission.role"


@pytest.mark.parametrize(
    "wrong",
    [{"lots": "OTHER1"}, {"drawn_ml": Decimal("17")}, {"rate_ml_per_h": Decimal("50")}],
)
def test_the_first_difference_keeps_the_bag_and_the_second_rejects_it(cast, clock, wrong):
    bag = made(cast, clock)
    check_bag(**reading(cast, clock, bag, **wrong))
    bag.refresh_from_db()
    assert bag.state == "made"
    check_bag(**reading(cast, clock, bag, **wrong))
    bag.refresh_from_db()
    assert (bag.state, bag.checked_by) == ("rejected", None)


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


def test_the_check_page_holds_no_byte_of_what_was_logged(cast, clock, sign_in):
    bag = made(cast, clock)
    client = sign_in(cast.farid)
    pages = [reverse(f"infusions:{page}", args=[bag.uuid]) for page in ("check_bag", "bag")]
    for page in [*pages, f"/api/v1/bags/{bag.uuid}/", "/api/v1/bags/"]:
        body = client.get(page).content.decode()
        assert bag.code in body
        assert LOT not in body
        assert "ST-9" not in body
        assert f"{bag.drawn_ml:.2f} " not in body
        assert "1.7 mL" not in body
        assert "5 mL/h" not in body
        assert '"1.7' not in body


def test_the_page_says_they_differ_but_not_where(cast, clock, sign_in, monkeypatch):
    monkeypatch.setattr("infusions.actions.checks.READING_TAKES", timedelta(0))
    bag = made(cast, clock)
    client = sign_in(cast.farid)
    url = reverse("infusions:check_bag", args=[bag.uuid])
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in ("idempotency_key", "version", "opened")}
    data |= {"lots": LOT, "drawn_ml": "17", "rate_ml_per_h": "5", "password": PASSWORD}
    page = client.post(url, data, follow=True)
    said = " ".join(str(message) for message in page.context["messages"])
    assert "do not agree" in said
    assert not any(word in said for word in ("lot", "drawn", "rate", "mL"))
    assert page.context["form"]["drawn_ml"].value() is None


def test_an_opening_time_that_was_made_up_is_refused(cast, clock, sign_in):
    bag = made(cast, clock)
    data = {"idempotency_key": key(), "opened": "2020-01-01T00:00:00+00:00", "password": PASSWORD}
    data |= {"lots": LOT, "drawn_ml": "1.7", "rate_ml_per_h": "5"}
    url = reverse("infusions:check_bag", args=[bag.uuid])
    assert sign_in(cast.farid).post(url, data).status_code == 422
    assert not BagCheck.objects.exists()


def test_the_maker_sees_no_check_form(cast, clock, sign_in):
    bag = made(cast, clock, by=cast.farid)
    body = sign_in(cast.farid).get(reverse("infusions:check_bag", args=[bag.uuid])).content
    assert b"Another pharmacist" in body
    assert b'name="password"' not in body
