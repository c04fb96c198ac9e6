"""Label sets: loading, choosing, and refusing what is not well said."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest

from protocol.label import FOLDER, Status, label_ids, load, newest, parse
from tests.protocol.cases import SETS, TRAINING, US, codes_of

IN_FORCE = [
    (date(2015, 1, 1), "US", "us-pi-2014"),
    (date(2017, 5, 2), "US", "us-pi-2014"),
    (date(2017, 5, 3), "US", "us-pi-2017"),
    (date(2026, 11, 23), "US", "us-pi-current"),
    (date(2026, 11, 23), "EU", "eu-smpc"),
]


def contents(label_id="us-pi-2014"):
    text = (FOLDER / f"{label_id}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def test_the_five_sets_are_there():
    assert label_ids() == [
        "eu-smpc",
        "training-us-current",
        "us-pi-2014",
        "us-pi-2017",
        "us-pi-current",
    ]


@pytest.mark.parametrize(("on", "jurisdiction", "label_id"), IN_FORCE)
def test_the_newest_set_in_force_is_found_by_date(on, jurisdiction, label_id):
    assert newest(on, jurisdiction).id == label_id


def test_the_training_set_is_only_found_when_asked_for():
    assert newest(date(2026, 11, 23), "US", training=True) is TRAINING


def test_a_date_or_country_without_a_set_is_refused():
    assert codes_of(lambda: newest(date(2014, 1, 1), "US")) == ["label.none_in_force"]
    assert codes_of(lambda: newest(date(2026, 1, 1), "CH")) == ["label.none_in_force"]


def test_an_unknown_set_is_refused_with_the_sets_there_are():
    assert codes_of(lambda: load("us-pi-1999")) == ["label.unknown_set"]


def test_no_row_of_a_real_set_claims_to_be_verified_or_computed():
    real = {row.status for label in SETS if not label.is_training for row in label.rows}
    assert real == {Status.UNVERIFIED, Status.UNKNOWN}


def test_every_row_of_the_training_set_says_that_it_is_computed():
    assert {row.status for row in TRAINING.rows} == {Status.TRAINING_COMPUTED}


@pytest.mark.parametrize("label", SETS, ids=lambda label: label.id)
def test_every_row_says_where_it_is_from_and_how_sure_we_are(label):
    assert {row.confidence for row in label.rows} <= {"V", "V2", "C", "X", "R", "-"}
    assert all(row.source for row in label.rows)
    assert all((row.confidence == "-") is (row.status is Status.UNKNOWN) for row in label.rows)


def test_the_training_set_takes_its_rules_from_the_us_set():
    wanted = [(row.row_id, row.fixed_mcg_per_day) for row in US.doses]
    assert [(row.row_id, row.fixed_mcg_per_day) for row in TRAINING.doses] == wanted


FAULTS = [
    (lambda c: c.update(extra=[]), "unknown tables: extra"),
    (lambda c: c.pop("restart"), "missing tables: restart"),
    (lambda c: c["course"].update(weight=45), "CourseRow does not know weight"),
    (lambda c: c["course"].pop("cycle_hours"), "CourseRow misses cycle_hours"),
    (lambda c: c["course"].update(cycle_hours="672"), "cycle_hours cannot be '672'"),
    (lambda c: c["course"].update(status="sure"), "sure"),
    (lambda c: c["dose"][0].update(indication="aml"), "indication is one of rr"),
    (lambda c: c["cycle"][0].update(supervised_days=["1"]), "supervised_days cannot hold"),
    (lambda c: c["bag"][0].pop("vials"), "gives no vials"),
    (lambda c: c.update(bag={}), "expected an array of tables"),
    (lambda c: c.update(course=[]), "expected a table"),
    (lambda c: c["dose"].append(c["dose"][0]), "row ids used twice in us-pi-2014: dose.rr.1.low"),
    (lambda c: c["course"].update(status="verified"), "by whom and when is not said"),
    (lambda c: c.update(inherit={"label": "eu-smpc"}), "inherit names a label"),
    (
        lambda c: c.update(inherit={"label": "eu-smpc", "status": "unverified", "tables": ["x"]}),
        "tables to inherit that are missing: x",
    ),
]


@pytest.mark.parametrize(("spoil", "message"), FAULTS)
def test_a_faulty_file_is_refused_with_the_fault_named(spoil, message):
    data = contents()
    spoil(data)
    with pytest.raises(ValueError, match=message):
        parse(data)


def test_a_file_must_hold_the_set_it_is_named_after(monkeypatch):
    monkeypatch.setattr("protocol.label._read", lambda label_id: contents("us-pi-2014"))
    with pytest.raises(ValueError, match="eu-smpc.toml holds the label set us-pi-2014"):
        load.__wrapped__("eu-smpc")


def test_what_is_unknown_stays_unknown_when_inherited():
    data = contents("eu-smpc")
    for table in ("bag", "cycle"):
        data.pop(table)
    data["inherit"] = {
        "label": "eu-smpc",
        "status": "training-computed",
        "tables": ["bag", "cycle"],
    }
    statuses = {row.status for row in parse(data).bags}
    assert statuses == {Status.UNKNOWN, Status.TRAINING_COMPUTED}
