"""What is due before a start, a step and a restart, and whether it was given in time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from protocol.premedication import due, given_in_time
from tests.protocol.cases import EU, MONDAY, TRAINING, US, US_2014, codes_of, d, h


def asked(
    label=US, *, age=40, indication="rr", cycle_no=1, event="cycle_start", bsa=None, gap=None
):
    return due(
        label,
        age_years=age,
        indication=indication,
        cycle_no=cycle_no,
        event=event,
        bsa_m2=bsa,
        gap=gap,
    )


ANSWERS = [
    (40, "rr", 9, "cycle_start", "yes"),
    (40, "rr", 1, "step", "yes"),
    (40, "rr", 2, "step", "ask"),
    (40, "rr", 4, "restart", "yes"),
    (40, "mrd", 4, "cycle_start", "yes"),
    (40, "mrd", 1, "restart", "ask"),
    (40, "consolidation", 2, "cycle_start", "yes"),
    (40, "consolidation", 1, "restart", "ask"),
    (40, "mrd", 1, "step", "ask"),
    (8, "rr", 1, "cycle_start", "yes"),
    (8, "rr", 2, "cycle_start", "no"),
    (8, "rr", 1, "step", "yes"),
    (8, "mrd", 1, "restart", "yes"),
    (8, "mrd", 2, "restart", "no"),
    (8, "consolidation", 3, "restart", "no"),
]


@pytest.mark.parametrize(("age", "indication", "cycle_no", "event", "needed"), ANSWERS)
def test_the_us_label_answers_yes_no_or_ask(age, indication, cycle_no, event, needed):
    found = asked(age=age, indication=indication, cycle_no=cycle_no, event=event, bsa=d(1))
    assert found.needed == needed
    assert found.text


def test_an_adult_in_relapse_gets_20_mg_dexamethasone_an_hour_before():
    found = asked()
    assert (found.drug, found.dose_mg, found.route) == ("dexamethasone", d(20), "IV")
    assert (found.minutes_before, found.timing, found.row_id) == (
        60,
        "at_least",
        "premed.adult.rr.start",
    )


def test_mrd_and_relapse_have_different_drugs():
    found = asked(indication="mrd")
    assert (found.drug, found.dose_mg) == ("prednisone", d(100))
    assert found.alternatives == ("dexamethasone 16 mg",)


@pytest.mark.parametrize(("bsa", "dose"), [("0.74", "3.7"), ("1.59", "7.95"), ("4.5", "20")])
def test_a_child_gets_5_mg_per_m2_and_at_most_20(bsa, dose):
    assert asked(age=6, indication="mrd", bsa=d(bsa)).dose_mg == d(dose)


@pytest.mark.parametrize(("age", "drug_dose"), [(17, "8"), (18, "20")])
def test_a_patient_is_a_child_until_the_eighteenth_birthday(age, drug_dose):
    assert asked(age=age, bsa=d("1.60")).dose_mg == d(drug_dose)


def test_a_child_without_body_surface_cannot_be_dosed():
    assert codes_of(lambda: asked(age=6)) == ["premedication.bsa_missing"]


def test_a_later_restart_of_a_child_is_no_by_label_and_never_skipped_silently():
    found = asked(age=6, cycle_no=2, event="restart", gap=h(5))
    assert (found.needed, found.dose_mg) == ("no", None)
    assert "check protocol" in found.text


@pytest.mark.parametrize(("minutes", "needed"), [(239, "no"), (240, "yes"), (241, "yes")])
def test_a_restart_counts_from_four_hours_on(minutes, needed):
    assert asked(event="restart", gap=timedelta(minutes=minutes)).needed == needed


def test_a_restart_of_unknown_length_counts():
    assert asked(event="restart").needed == "yes"


def test_europe_gives_children_two_doses_and_is_silent_on_restarts():
    found = asked(EU, age=6, bsa=d(1))
    assert (found.dose_mg, found.minutes_before, found.timing) == (d(5), 30, "within")
    assert "10 mg/m2" in found.text
    assert asked(EU, event="restart").needed == "ask"


def test_a_rule_only_remembered_is_asked_about_outside_training():
    row = replace(US.premedications[0], confidence="X")
    found = asked(replace(US, premedications=(row,)))
    assert (found.needed, found.row_id) == ("ask", "premed.adult.rr.start")
    assert found.drug == ""


def test_silence_of_the_label_becomes_a_question():
    found = asked(US_2014, age=6, bsa=d(1))
    assert (found.needed, found.row_id) == ("ask", "premedication.silent")


def before(minutes, *, seconds=0):
    return MONDAY - timedelta(minutes=minutes, seconds=seconds)


WINDOWS = [
    (59, None, "premedication.too_late"),
    (60, None, None),
    (300, None, None),
    (59, (60, 90), "premedication.too_late"),
    (60, (60, 90), None),
    (90, (60, 90), None),
    (91, (60, 90), "premedication.too_early"),
    (-1, (60, 90), "premedication.after_event"),
]


@pytest.mark.parametrize(("minutes", "window", "code"), WINDOWS)
def test_relapse_premedication_must_fall_in_its_window(minutes, window, code):
    stop = given_in_time(asked(TRAINING), before(minutes), MONDAY, window)
    assert (stop and stop.code) == code


@pytest.mark.parametrize(
    ("minutes", "code"), [(0, None), (60, None), (61, "premedication.too_early")]
)
def test_within_an_hour_means_at_most_an_hour(minutes, code):
    found = asked(indication="consolidation")
    stop = given_in_time(found, before(minutes), MONDAY, None)
    assert (stop and stop.code) == code


def test_a_childs_dose_may_be_given_any_time_before():
    found = asked(age=6, bsa=d(1))
    assert given_in_time(found, before(5), MONDAY, None) is None


def test_one_second_too_late_is_too_late():
    stop = given_in_time(asked(), before(59, seconds=59), MONDAY, None)
    assert stop.code == "premedication.too_late"


def test_what_is_due_and_not_given_stops():
    stop = given_in_time(asked(), None, MONDAY, None)
    assert (stop.code, stop.severity) == ("premedication.missing", "hard")
    assert stop.message.startswith("Dexamethasone is due")


def test_an_open_question_asks_and_an_answered_one_does_not():
    question = asked(indication="mrd", event="restart")
    stop = given_in_time(question, None, MONDAY, None)
    assert (stop.code, stop.severity) == ("premedication.ask", "soft")
    assert given_in_time(question, before(60), MONDAY, None) is None


def test_what_is_not_due_needs_no_time():
    nothing = asked(age=6, cycle_no=2)
    assert given_in_time(nothing, None, MONDAY, None) is None
