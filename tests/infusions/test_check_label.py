"""Check 2: the label on the bag, read by another person before the bag goes anywhere."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from infusions.actions.bags import move_bag
from infusions.actions.label_checks import check_label
from infusions.actions.labels import print_label
from infusions.actions.runs import start_infusion
from infusions.models import Bag, NearMiss
from infusions.readiness import label_stop
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.infusions.planning import label_reading, labelled, made, released
from tests.infusions.running import hang, ready_to_start
from tests.people import PASSWORD


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def printed(cast, clock, bag=None, **more):
    bag = bag or released(cast, clock)
    print_label(bag=bag, paper="thermal", by=cast.tom, at=clock.now, **more)
    bag.refresh_from_db()
    return bag


def moved(cast, clock, bag, place="ward"):
    facts = {"code": bag.code, "place": place, "storage": "cold", "moved_at": clock.now}
    return move_bag(bag=bag, by=cast.nadia, at=clock.now, **facts)


def test_a_label_that_agrees_lets_the_bag_go(cast, clock):
    bag = labelled(cast, clock)
    assert (bag.label_checked_by, bag.label_checked_how) == (cast.farid, "typed")
    assert bag.checks.get(stage="label").signature.signer == cast.farid
    assert moved(cast, clock, bag).place == "ward"


def test_a_scanned_code_is_told_from_a_typed_one(cast, clock):
    bag = printed(cast, clock)
    check_label(**label_reading(cast, clock, bag, code=f"]d291{bag.code}"))
    bag.refresh_from_db()
    assert bag.label_checked_how == "scanned"


def test_without_it_the_bag_stays_in_the_pharmacy_and_says_where_to_go(cast, clock):
    bag = printed(cast, clock)
    with pytest.raises(HardStop) as caught:
        moved(cast, clock, bag)
    stop = caught.value.stops[0]
    assert stop.code == "bag.label_not_checked"
    assert stop.link == reverse("infusions:check_label", args=[bag.uuid])


def test_a_bag_that_is_not_released_stays_too(cast, clock):
    bag = made(cast, clock)
    assert refusal(lambda: moved(cast, clock, bag)) == "bag.not_released"
    assert moved(cast, clock, bag, place="pharmacy").place == "pharmacy"


@pytest.mark.usefixtures("templates_loaded")
def test_it_is_not_hung_either(cast, clock):
    bag = ready_to_start(cast, clock)
    Bag.objects.filter(pk=bag.pk).update(
        label_checked_how="", label_checked_by=None, label_checked_at=None
    )
    with pytest.raises(HardStop) as caught:
        start_infusion(**hang(cast, clock, bag))
    assert "bag.label_not_checked" in [stop.code for stop in caught.value.stops]


def test_the_maker_does_not_read_it(cast, clock):
    bag = printed(cast, clock, released(cast, clock, bag=made(cast, clock, by=cast.petra)))
    facts = label_reading(cast, clock, bag, by=cast.petra)
    assert refusal(lambda: check_label(**facts)) == "label.own_check"


@pytest.mark.parametrize("name", ["tom", "nadia", "olga", "quinn"])
def test_a_pharmacist_reads_it(cast, clock, name):
    bag = printed(cast, clock, released(cast, clock, bag=made(cast, clock, by=cast.petra)))
    facts = label_reading(cast, clock, bag, by=getattr(cast, name))
    assert refusal(lambda: check_label(**facts)) == "label.not_yours"


def test_nothing_is_read_before_it_is_printed(cast, clock):
    bag = released(cast, clock)
    assert refusal(lambda: check_label(**label_reading(cast, clock, bag))) == "label.not_printed"


def test_an_old_label_is_printed_again_first(cast, clock):
    bag = printed(cast, clock)
    patient = bag.cycle.patient
    patient.family_name = "Corrected"
    patient.save()
    assert refusal(lambda: check_label(**label_reading(cast, clock, bag))) == "label.not_right"


def test_another_label_is_another_one_to_read(cast, clock):
    bag = printed(cast, clock, labelled(cast, clock), reason="smeared")
    assert bag.label_checked_how == ""
    assert label_stop(bag).code == "bag.label_not_checked"
    assert Reminder.objects.filter(kind="label_to_check", state="waiting").exists()
    assert labelled(cast, clock, bag=bag).label_checked_how == "typed"


WRONG = [
    {"code": "B-OTHER"},
    {"rate_ml_per_h": Decimal(50)},
    {"volume_ml": Decimal(1)},
    {"duration_h": Decimal(96)},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_the_second_difference_is_for_a_third_person(cast, clock, wrong):
    bag = printed(cast, clock)
    assert not check_label(**label_reading(cast, clock, bag, **wrong)).agreed
    bag.refresh_from_db()
    assert (bag.state, bag.label_checked_how) == ("released", "")
    check_label(**label_reading(cast, clock, bag, **wrong))
    bag.refresh_from_db()
    assert bag.state == "disputed"
    assert {one.stage for one in NearMiss.objects.all()} == {"label"}


def test_whoever_comes_second_is_told_who_was_first(cast, clock):
    bag = labelled(cast, clock)
    with pytest.raises(HardStop) as caught:
        check_label(**label_reading(cast, clock, bag, by=cast.petra))
    assert "Farid Pharma" in str(caught.value)


def test_the_page_holds_nothing_of_what_stands_on_the_label(cast, clock, sign_in):
    bag = printed(cast, clock)
    body = sign_in(cast.farid).get(reverse("infusions:check_label", args=[bag.uuid]))
    main = body.content.decode().split("<main")[1].split("</main")[0]
    for figure in (bag.rate_ml_per_h, bag.infused_ml):
        assert f"{figure.normalize():f} mL" not in main
    form = body.context["form"]
    for name in ("code", "rate_ml_per_h", "volume_ml", "duration_h"):
        assert form[name].value() is None
        assert form[name].field.widget.attrs["autocomplete"] == "off"


def test_the_whole_page_from_label_to_gone(cast, clock, sign_in, monkeypatch):
    monkeypatch.setattr("infusions.actions.readings.READING_TAKES", timedelta(0))
    bag = printed(cast, clock)
    client, url = sign_in(cast.farid), reverse("infusions:check_label", args=[bag.uuid])
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in ("idempotency_key", "version", "opened")}
    data |= {"code": f"91{bag.code}", "rate_ml_per_h": f"{bag.rate_ml_per_h.normalize():f}"}
    data |= {"volume_ml": f"{bag.infused_ml.normalize():f}", "duration_h": str(bag.bag_hours)}
    data |= {"method": "photo", "method_note": "photo 3 of 3", "password": PASSWORD}
    page = client.post(url, data, follow=True)
    assert "may leave the pharmacy" in page.content.decode()
    assert "photo 3 of 3" in page.content.decode()


def test_the_move_page_leads_to_the_label(cast, clock, sign_in):
    bag = printed(cast, clock)
    client, url = sign_in(cast.nadia), reverse("infusions:move_bag", args=[bag.uuid])
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in ("idempotency_key", "version")}
    at = clock.now.astimezone(ZoneInfo("America/New_York"))
    data |= {"code": bag.code, "place": "ward", "storage": "cold"}
    page = client.post(url, data | {"moved_at": f"{at:%Y-%m-%dT%H:%M}"})
    assert page.status_code == 422
    assert reverse("infusions:check_label", args=[bag.uuid]) in page.content.decode()
