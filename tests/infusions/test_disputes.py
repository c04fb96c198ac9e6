"""A third pharmacist reads blind, then sees both sets and decides."""

import pytest
from django.urls import reverse

from infusions.actions.checks import check_bag
from infusions.actions.label_checks import check_label
from infusions.models import Dispute
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.infusions.disputes import OTHER, decided, disputed, fourth_pharmacist, third_reads
from tests.infusions.planning import LOT, label_reading, reading
from tests.infusions.test_check_label import printed


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def test_what_was_logged_is_right_when_a_third_reads_the_same(cast, clock):
    bag = disputed(cast, clock)
    assert third_reads(cast, clock, bag).agreed
    dispute = decided(cast, clock, bag, "as_logged")
    bag.refresh_from_db()
    assert (bag.state, bag.checked_by) == ("released", cast.petra)
    assert dispute.signature.signer == cast.petra
    assert not Reminder.objects.filter(kind="bag_disputed", state="waiting").exists()


def test_what_was_logged_is_wrong_goes_back_to_be_read_anew(cast, clock):
    bag = disputed(cast, clock)
    third_reads(cast, clock, bag, **OTHER)
    assert refusal(lambda: decided(cast, clock, bag, "as_logged")) == "dispute.other_reading"
    decided(cast, clock, bag, "as_read")
    bag.refresh_from_db()
    assert (bag.state, bag.checked_by) == ("made", None)
    assert Reminder.objects.filter(kind="bag_to_check", state="waiting").exists()
    assert check_bag(**reading(cast, clock, bag)).agreed


def test_a_rejected_bag_is_made_again(cast, clock):
    bag = disputed(cast, clock)
    third_reads(cast, clock, bag)
    decided(cast, clock, bag, "reject")
    bag.refresh_from_db()
    assert bag.state == "rejected"
    assert Reminder.objects.filter(kind="bag_needed", state="waiting").exists()


@pytest.mark.parametrize("name", ["farid", "tom", "nadia", "olga"])
def test_the_third_is_a_pharmacist_who_neither_made_nor_read_it(cast, clock, name):
    bag = disputed(cast, clock)
    code = refusal(lambda: third_reads(cast, clock, bag, by=getattr(cast, name)))
    assert code in ("dispute.not_third", "permission.role")


def test_nobody_decides_without_a_reading_of_their_own(cast, clock):
    bag = disputed(cast, clock)
    assert refusal(lambda: decided(cast, clock, bag, "reject")) == "dispute.read_first"
    third_reads(cast, clock, bag)
    paul = fourth_pharmacist(cast)
    assert refusal(lambda: third_reads(cast, clock, bag, by=paul)) == "dispute.read_already"
    assert refusal(lambda: decided(cast, clock, bag, "reject", by=paul)) == "dispute.read_first"
    assert refusal(lambda: decided(cast, clock, bag, "reject", reason=" ")) == "dispute.no_reason"


def test_a_third_reading_that_agrees_is_not_turned_around(cast, clock):
    bag = disputed(cast, clock)
    third_reads(cast, clock, bag)
    assert refusal(lambda: decided(cast, clock, bag, "as_read")) == "dispute.same_reading"


def text_of(client, url) -> str:
    return client.get(url).content.decode().replace("\xa0", " ")


def test_both_sets_are_shown_to_both_and_to_the_third_only_afterwards(cast, clock, sign_in):
    bag = disputed(cast, clock)
    url = reverse("infusions:bag_dispute", args=[bag.uuid])
    for person in (cast.tom, cast.farid):
        body = text_of(sign_in(person), url)
        assert LOT in body
        assert "17 mL" in body
        assert 'name="password"' not in body
    petra = sign_in(cast.petra)
    pages = [url, reverse("infusions:bag", args=[bag.uuid]), f"/api/v1/bags/{bag.uuid}/"]
    for page in pages:
        body = text_of(petra, page)
        assert LOT not in body
        assert "17 mL" not in body
    third_reads(cast, clock, bag)
    body = text_of(petra, url)
    assert LOT in body
    assert 'value="as_logged"' in body
    assert 'value="as_read"' not in body


def disputed_label(cast, clock):
    bag = printed(cast, clock)
    for _each in range(2):
        check_label(**label_reading(cast, clock, bag, code="B-OTHER"))
    bag.refresh_from_db()
    return bag


def third_reads_label(cast, clock, bag, **changes):
    from infusions.actions.disputes import read_label_as_third

    facts = label_reading(cast, clock, bag, **{"by": cast.petra, **changes})
    facts = {name: one for name, one in facts.items() if name not in ("password", "statement")}
    return read_label_as_third(subject=facts.pop("bag"), **facts)


def test_a_third_reading_of_the_label_accepts_it(cast, clock):
    bag = disputed_label(cast, clock)
    assert third_reads_label(cast, clock, bag).agreed
    decided(cast, clock, bag, "as_logged")
    bag.refresh_from_db()
    assert (bag.state, bag.label_checked_by) == ("released", cast.petra)


def test_a_wrong_label_is_printed_again(cast, clock):
    bag = disputed_label(cast, clock)
    third_reads_label(cast, clock, bag, code="B-OTHER")
    decided(cast, clock, bag, "as_read")
    bag.refresh_from_db()
    assert (bag.state, bag.label_checked_how) == ("released", "")
    printed(cast, clock, bag, reason="wrong label")
    assert check_label(**label_reading(cast, clock, bag)).agreed


def test_one_decision(cast, clock):
    bag = disputed(cast, clock)
    third_reads(cast, clock, bag)
    decided(cast, clock, bag, "reject")
    assert refusal(lambda: decided(cast, clock, bag, "reject")) == "dispute.none"
    assert Dispute.objects.get().decision == "reject"
