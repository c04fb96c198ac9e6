"""Two different pharmacists read a row blind; what does not agree goes to a third."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from audit.models import Event
from infusions import values
from infusions.actions.passports import decide_row, withdraw_row
from infusions.models import RowPassport, RowReading
from protocol import label
from protocol.label_rows import Status
from protocol.stops import HardStop
from teams.models import Meaning, Signature
from tests.infusions.passports import (
    ROW,
    SOURCE,
    US,
    own_bag,
    read,
    read_twice,
    right,
    status_of,
    third,
    used,
)
from tests.people import PASSWORD, join, make_person

pytestmark = pytest.mark.django_db


def refusal(act) -> str:
    with pytest.raises(HardStop) as caught:
        act()
    return caught.value.stops[0].code


def differing(cast, clock):
    read(cast, clock, cast.farid)
    return read(cast, clock, cast.petra, typed=right(cast, rate_ml_per_h="11"))


def decided(cast, clock, passport, choice, **changes):
    facts = {"choice": choice, "reason": "I read page 12.", "by": third(cast), **SOURCE}
    facts |= {"password": PASSWORD, "statement": "I decide.", "at": clock.now}
    return decide_row(passport=passport, **{**facts, **changes})


def test_one_reading_verifies_nothing(cast, clock):
    assert read(cast, clock, cast.farid).state == "read_once"
    assert status_of(cast) == "unverified"


def test_two_readings_that_agree_with_the_row_verify_it(cast, clock):
    passport = read_twice(cast, clock, ROW)
    assert (passport.state, passport.verified_at) == ("verified", clock.now)
    row = next(one for one in used(cast).rows if one.row_id == ROW)
    assert (row.status, row.verified_by) == (Status.VERIFIED, "Farid Pharma, Petra Pharma")


def test_each_reading_is_signed_and_says_where_it_was_read(cast, clock):
    read_twice(cast, clock, ROW)
    assert Signature.objects.filter(meaning=Meaning.READ_ROW).count() == 2
    assert {(one.document, one.page, one.section) for one in RowReading.objects.all()} == {
        (SOURCE["document"], SOURCE["page"], SOURCE["section"])
    }


def test_nobody_reads_a_row_twice(cast, clock):
    read(cast, clock, cast.farid)
    assert refusal(lambda: read(cast, clock, cast.farid)) == "label.same_reader"


def test_a_wrong_password_reads_nothing(cast, clock):
    wrong = {"password": "guess"}
    assert refusal(lambda: read(cast, clock, cast.farid, **wrong)) == "signature.wrong_password"
    assert not RowPassport.objects.exists()


@pytest.mark.parametrize("person", ["tom", "olga", "adam", "nadia"])
def test_only_pharmacists_read(cast, clock, person):
    assert refusal(lambda: read(cast, clock, getattr(cast, person))) == "permission.role"


def test_an_unknown_row_is_not_read(cast, clock):
    row_id = next(r.row_id for r in label.load(US).rows if r.status is Status.UNKNOWN)
    act = lambda: read(cast, clock, cast.farid, row_id=row_id, typed={})  # noqa: E731
    assert refusal(act) == "label.row_unknown"


def test_a_training_row_is_not_read(cast, clock):
    act = lambda: read(cast, clock, cast.farid, label_id="training-us-current")  # noqa: E731
    assert refusal(act) == "label.training_only"


def test_readings_that_differ_wait_for_a_third(cast, clock):
    assert differing(cast, clock).state == "differ"
    assert status_of(cast) == "unverified"
    assert refusal(lambda: read(cast, clock, third(cast))) == "label.row_differs"


def test_two_equal_readings_against_the_row_leave_it_unverified(cast, clock):
    typed = right(cast, rate_ml_per_h="11")
    read(cast, clock, cast.farid, typed=typed)
    assert read(cast, clock, cast.petra, typed=typed).state == "otherwise"
    assert status_of(cast) == "unverified"


def test_the_third_reader_verifies_with_the_reading_that_is_the_rows(cast, clock):
    assert decided(cast, clock, differing(cast, clock), "1").state == "verified"
    assert status_of(cast) == "verified"


@pytest.mark.parametrize("choice", ["2", "neither"])
def test_the_third_reader_leaves_it_unverified(cast, clock, choice):
    assert decided(cast, clock, differing(cast, clock), choice).state == "left"
    assert status_of(cast) == "unverified"


def test_a_row_that_was_left_may_be_read_again(cast, clock):
    decided(cast, clock, differing(cast, clock), "neither")
    assert read_twice(cast, clock, ROW).state == "verified"


def test_none_of_the_two_readers_decides(cast, clock):
    passport = differing(cast, clock)
    for person in (cast.farid, cast.petra):
        act = lambda: decided(cast, clock, passport, "1", by=person)  # noqa: B023, E731
        assert refusal(act) == "label.same_reader"


def test_a_decision_needs_a_reason(cast, clock):
    passport = differing(cast, clock)
    assert refusal(lambda: decided(cast, clock, passport, "1", reason=" ")) == "label.no_reason"


def test_a_changed_row_lapses(cast, clock, monkeypatch):
    read_twice(cast, clock, ROW)
    before = label.load(US)
    rows = tuple(replace(r, note="edited") if r.row_id == ROW else r for r in before.durations)
    monkeypatch.setattr(values, "load", lambda label_id: replace(before, durations=rows))
    assert status_of(cast) == "unverified"


def test_verification_belongs_to_the_organisation(cast, clock):
    read_twice(cast, clock, ROW)
    other = values.label_for(cast.other_team.site.organisation_id, US)
    assert {row.status for row in other.rows} == {Status.UNVERIFIED, Status.UNKNOWN}


def test_a_withdrawn_row_is_unverified_and_may_be_read_again(cast, clock):
    passport = read_twice(cast, clock, ROW)
    facts = {"by": cast.petra, "password": PASSWORD, "statement": "no", "at": clock.now}
    withdraw_row(passport=passport, reason="Wrong edition", **facts)
    assert status_of(cast) == "unverified"
    assert read_twice(cast, clock, ROW).state == "verified"


def test_a_passport_of_another_hospital_is_out_of_reach(cast, clock):
    passport = differing(cast, clock)
    other = cast.other_team.site.organisation
    stranger = join(make_person("zoe", other, role="pharmacist"), cast.other_team)
    with pytest.raises(RowPassport.DoesNotExist):
        decided(cast, clock, passport, "1", by=stranger)


def test_a_sites_own_row_counts_once_another_pharmacist_reads_the_same(cast, clock):
    passport = own_bag(cast, clock)
    assert own_id(cast) == []
    read(cast, clock, cast.petra, row_id=passport.row_id)
    assert own_id(cast) == ["site.bag.72.fixed.28"]


def test_whoever_added_an_own_row_does_not_read_it_again(cast, clock):
    passport = own_bag(cast, clock)
    act = lambda: read(cast, clock, cast.farid, row_id=passport.row_id)  # noqa: E731
    assert refusal(act) == "label.same_reader"


def test_an_own_row_that_reads_otherwise_does_not_count(cast, clock):
    passport = own_bag(cast, clock)
    typed = right(cast, passport.row_id, saline_ml="127")
    assert read(cast, clock, cast.petra, row_id=passport.row_id, typed=typed).state == "differ"
    assert own_id(cast) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reconstituted_ml": Decimal("71.5"), "vials": 26}, "label.balance"),
        ({"saline_ml": Decimal(12)}, "label.balance"),
        ({"vials": 2}, "label.too_few_vials"),
        ({"hours": 73}, "label.no_length"),
    ],
)
def test_an_own_bag_that_was_mistyped_is_refused(cast, clock, changes, code):
    assert refusal(lambda: own_bag(cast, clock, **changes)) == code
    assert not RowPassport.objects.exists()


def test_an_own_row_is_there_once(cast, clock):
    own_bag(cast, clock)
    assert refusal(lambda: own_bag(cast, clock, by=cast.petra)) == "label.own_row_there"


def test_the_record_never_says_what_was_read(cast, clock):
    read(cast, clock, cast.farid, typed=right(cast, rate_ml_per_h="10.125"))
    events = Event.objects.filter(verb="read_row")
    assert events.count() == 1
    assert "10.125" not in json.dumps([event.after for event in events])


def own_id(cast) -> list[str]:
    return [row.row_id for row in used(cast).rows if row.status is Status.SITE]
