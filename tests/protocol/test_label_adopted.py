"""A set as a site may use it: readings hold for the row that was read, and own rows come first."""

from dataclasses import replace
from datetime import date

import pytest

from protocol.bags import recipe
from protocol.label_adopted import Read, applied, own_row
from protocol.label_balance import check_balance
from protocol.label_diff import changes
from protocol.label_facts import digest_of, digest_of_set, facts_of, values_of
from protocol.label_rows import Status
from protocol.stops import HardStop
from tests.protocol.cases import EU, SETS, TRAINING, US, US_2017, codes_of, d, full_dose

READ = Read("Farid Pharma, Petra Pharma", date(2027, 1, 4))


def read_all(label):
    return {(row.row_id, digest_of(row)): READ for row in label.rows}


def own_bag(**changes):
    data = {"row_id": "site.bag.28.72h", "hours": 72, "basis": "fixed", "dose_mcg": 28}
    data |= {"reconstituted_ml": d("7.15"), "vials": 3, "stabiliser_ml": d("5.5")}
    data |= {"saline_ml": d("125"), **changes}
    return own_row("bag", data, source="Site protocol P-12, page 3")


def test_a_row_read_twice_is_verified_and_says_by_whom():
    row = applied(US, read_all(US)).durations[0]
    assert (row.status, row.verified_by, row.verified_at) == (Status.VERIFIED, READ.by, READ.on)


def test_nothing_read_leaves_every_row_as_unsure_as_it_was():
    assert {row.status for row in applied(US, {}).rows} == {row.status for row in US.rows}


def test_unknown_rows_stay_unknown_whatever_was_read():
    unknown = {row.row_id for row in US.rows if row.status is Status.UNKNOWN}
    after = {row.row_id for row in applied(US, read_all(US)).rows if row.status is Status.UNKNOWN}
    assert unknown == after != set()


def test_a_changed_row_is_unverified_again():
    changed = replace(US, durations=(replace(US.durations[0], note="otherwise"),))
    row = applied(changed, read_all(US)).durations[0]
    assert row.status is Status.UNVERIFIED


def test_a_file_that_calls_itself_verified_counts_for_no_site():
    claimed = replace(US.course, status=Status.VERIFIED, verified_by="x", verified_at=READ.on)
    assert applied(replace(US, course=claimed), {}).course.status is Status.UNVERIFIED


def test_the_digest_does_not_follow_who_verified():
    row = US.durations[0]
    signed = replace(row, status=Status.VERIFIED, verified_by="x", verified_at=READ.on)
    assert digest_of(signed) == digest_of(row)
    assert digest_of(replace(row, rate_ml_per_h=d("9"))) != digest_of(row)


def test_every_set_has_a_digest_of_its_own():
    assert len({digest_of_set(label) for label in SETS}) == len(SETS)


def test_every_row_of_every_set_has_values_to_read():
    for label in SETS:
        for row in label.rows:
            assert [fact.name for fact in facts_of(row)] == list(values_of(row))


def test_an_own_row_read_twice_takes_the_place_of_the_row_it_answers_for():
    own = own_bag()
    label = applied(US, read_all(US) | {(own.row_id, digest_of(own)): READ}, [own])
    found = [row for row in label.bags if (row.hours, row.dose_mcg) == (72, 28)]
    assert [(row.row_id, row.status) for row in found] == [(own.row_id, Status.SITE)]


def test_an_own_row_that_nobody_read_is_not_in_the_set():
    assert own_bag().row_id not in {row.row_id for row in applied(US, {}, [own_bag()]).rows}


def test_an_own_row_makes_a_bag_marked_as_the_sites():
    own = own_bag()
    rows = {"duration.72h", "reconstitution"}
    storage = own_row(
        "storage",
        {"row_id": "site.storage.preserved.72h", "item": "bag", "preservative": True}
        | {"hours": [72], "room_hours": 72, "cold_hours": 72},
        source="Site protocol P-12, page 4",
    )
    read = {key: READ for key in read_all(US) if key[0] in rows}
    read |= {(row.row_id, digest_of(row)): READ for row in (own, storage)}
    label = applied(US, read, [own, storage])
    made = recipe(label, dose=full_dose(US), weight_kg=d(70), bsa_m2=None, hours=72, training=False)
    assert (made.row_id, made.status) == (own.row_id, Status.SITE)


def test_an_own_row_that_lacks_a_column_is_refused():
    assert codes_of(lambda: own_row("bag", {"row_id": "x"}, source="P")) == ["label.own_row"]


@pytest.mark.parametrize("label", SETS, ids=lambda label: label.id)
def test_every_known_bag_of_every_set_is_in_balance(label):
    for row in label.bags:
        if row.status is not Status.UNKNOWN:
            check_balance(label, row)


def test_a_refusal_names_the_row():
    with pytest.raises(HardStop) as caught:
        recipe(EU, dose=full_dose(EU), weight_kg=d(70), bsa_m2=None, hours=24, training=False)
    assert {stop.row_id for stop in caught.value.stops} <= {row.row_id for row in EU.rows}
    assert all(stop.row_id for stop in caught.value.stops)


def test_a_set_does_not_differ_from_itself():
    assert changes(US, US) == ()


def test_the_diff_names_old_and_new():
    found = {change.row.row_id: change for change in changes(US_2017, US)}
    week = found["duration.168h"]
    assert ("preservative_from_kg", "22", "5.4") in week.fields
    assert found["duration.72h"].kind == "added"
    assert {change.kind for change in changes(US, US_2017)} >= {"removed", "changed"}


def test_training_rows_are_never_verified():
    rows = applied(TRAINING, read_all(TRAINING)).rows
    assert {row.status for row in rows} == {Status.TRAINING_COMPUTED}
