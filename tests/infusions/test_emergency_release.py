"""Prescriber and pharmacist let a bag go on a single check; it is marked until it is read."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from infusions.actions.checks import check_bag
from infusions.actions.drawn_check import check_drawn
from infusions.actions.emergency import ask_for_emergency_release, confirm_emergency_release
from infusions.actions.label_checks import check_label
from infusions.labels.sheet import content_of, words_of
from infusions.models import EmergencyRelease
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.infusions.disputes import OTHER
from tests.infusions.making import hood_reading, made_by_steps, made_until, products
from tests.infusions.planning import label_reading, labelled, made, reading
from tests.infusions.test_check_label import printed
from tests.people import PASSWORD

WHY = "Alone at night, no video."


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def asked(cast, clock, subject, **changes):
    facts = {"by": cast.petra, "reason": WHY, "password": PASSWORD, "statement": "s"}
    return ask_for_emergency_release(subject=subject, at=clock.now, **{**facts, **changes})


def confirmed(cast, clock, subject, **changes):
    facts = {"by": cast.olga, "password": PASSWORD, "statement": "s"}
    return confirm_emergency_release(subject=subject, at=clock.now, **{**facts, **changes})


def alone(cast, clock):
    """Petra made it; she and the oncologist let it go."""
    bag = made(cast, clock, by=cast.petra)
    asked(cast, clock, bag)
    confirmed(cast, clock, bag)
    bag.refresh_from_db()
    return bag


def test_two_signatures_release_it_and_mark_it(cast, clock):
    bag = alone(cast, clock)
    assert (bag.state, bag.checked_by, bag.single_checked) == ("released", None, True)
    assert (bag.single_pharmacist, bag.single_prescriber) == (cast.petra, cast.olga)
    request = EmergencyRelease.objects.get()
    assert {request.ask_signature.signer, request.confirm_signature.signer} == {
        cast.petra,
        cast.olga,
    }
    assert Reminder.objects.filter(kind="bag_to_check", state="waiting").exists()


def test_the_prescriber_may_ask_first(cast, clock):
    bag = made(cast, clock, by=cast.petra)
    asked(cast, clock, bag, by=cast.olga)
    bag = confirmed(cast, clock, bag, by=cast.petra)
    assert (bag.single_pharmacist, bag.single_prescriber) == (cast.petra, cast.olga)


def test_one_signature_releases_nothing(cast, clock):
    bag = made(cast, clock, by=cast.petra)
    asked(cast, clock, bag)
    bag.refresh_from_db()
    assert bag.state == "made"
    assert refusal(lambda: confirmed(cast, clock, bag, by=cast.petra)) == "emergency.same_person"
    code = refusal(lambda: confirmed(cast, clock, bag, by=cast.farid))
    assert code == "emergency.same_profession"
    assert refusal(lambda: asked(cast, clock, bag)) == "emergency.asked"


@pytest.mark.parametrize("name", ["tom", "nadia", "carla", "quinn"])
def test_nobody_else_signs(cast, clock, name):
    bag = made(cast, clock, by=cast.petra)
    person = getattr(cast, name)
    assert refusal(lambda: asked(cast, clock, bag, by=person)) == "permission.role"
    asked(cast, clock, bag)
    assert refusal(lambda: confirmed(cast, clock, bag, by=person)) == "permission.role"


def test_it_says_why_and_by_password(cast, clock):
    bag = made(cast, clock, by=cast.petra)
    assert refusal(lambda: asked(cast, clock, bag, reason=" ")) == "emergency.no_reason"
    assert refusal(lambda: asked(cast, clock, bag, password="no")) == "signature.wrong_password"
    asked(cast, clock, bag)
    wrong = {"password": "no"}
    assert refusal(lambda: confirmed(cast, clock, bag, **wrong)) == "signature.wrong_password"


def test_a_bag_that_was_read_differently_is_not_let_go(cast, clock):
    bag = made(cast, clock, by=cast.tom)
    check_bag(**reading(cast, clock, bag, **OTHER))
    assert refusal(lambda: asked(cast, clock, bag)) == "emergency.read_differently"


def test_a_bag_that_is_expired_is_not_let_go(cast, clock):
    bag = made(cast, clock, by=cast.petra, storage="room")
    asked(cast, clock, bag)
    clock.forward(hours=48)
    assert refusal(lambda: confirmed(cast, clock, bag)) == "bag.expired"


def test_it_is_checked_afterwards(cast, clock):
    bag = alone(cast, clock)
    assert check_bag(**reading(cast, clock, bag)).agreed
    bag.refresh_from_db()
    assert (bag.state, bag.checked_by, bag.lacks_second_check) == ("released", cast.farid, False)
    assert bag.single_checked, "how it was released stays"


def test_its_label_is_read_by_nurse_or_prescriber(cast, clock):
    bag = printed(cast, clock, alone(cast, clock))
    code = refusal(lambda: check_label(**label_reading(cast, clock, bag, by=cast.petra)))
    assert code == "label.own_check"
    bag = labelled(cast, clock, bag=bag, by=cast.nadia)
    assert bag.label_checked_by == cast.nadia


def test_the_mark_is_on_the_label_page_board_and_api(cast, clock, sign_in):
    bag = alone(cast, clock)
    label = render_to_string("infusions/label/_label.html", {"label": words_of(content_of(bag))})
    assert "SINGLE-CHECKED" in label
    assert "Not checked by a second person" in label
    nurse = sign_in(cast.nadia)
    chart = reverse("dashboards:chart", args=[bag.cycle.patient.uuid])
    pages = [reverse("infusions:bag", args=[bag.uuid]), reverse("infusions:prep_board"), chart]
    for page in pages:
        assert "SINGLE-CHECKED" in nurse.get(page).content.decode(), page
    told = nurse.get(f"/api/v1/bags/{bag.uuid}/").json()
    assert (told["single_checked"], told["second_check_missing"]) == (True, True)
    check_bag(**reading(cast, clock, bag))
    told = nurse.get(f"/api/v1/bags/{bag.uuid}/").json()
    assert (told["single_checked"], told["second_check_missing"]) == (True, False)
    bag.refresh_from_db()
    label = render_to_string("infusions/label/_label.html", {"label": words_of(content_of(bag))})
    assert "SINGLE-CHECKED" not in label


def test_both_sign_on_the_page(cast, clock, sign_in):
    bag = made(cast, clock, by=cast.petra)
    url = reverse("infusions:bag_emergency", args=[bag.uuid])
    for person, typed in ((cast.petra, {"reason": WHY}), (cast.olga, {})):
        client = sign_in(person)
        form = client.get(url).context["form"]
        data = {name: form[name].value() for name in ("idempotency_key", "version")}
        page = client.post(url, data | typed | {"password": PASSWORD}, follow=True)
        assert page.status_code == 200
    bag.refresh_from_db()
    assert bag.lacks_second_check
    assert WHY in page.content.decode()


@pytest.fixture
def shelf(cast, clock):
    return products(cast, clock)


def test_work_in_the_hood_goes_on_and_the_bag_is_marked(cast, clock, shelf):
    session = made_until(cast, clock, "check_drawn")
    asked(cast, clock, session)
    confirmed(cast, clock, session)
    assert refusal(lambda: check_drawn(**hood_reading(cast, clock, session))) == (
        "make.read_already"
    )
    bag = made_by_steps(cast, clock, session=session)
    assert (bag.state, bag.lacks_second_check) == ("released", True)
    assert bag.emergency_release.reason == WHY


def test_nothing_is_let_through_before_it_is_drawn(cast, clock, shelf):
    session = made_until(cast, clock, "draw_drug")
    assert refusal(lambda: asked(cast, clock, session)) == "emergency.state"
