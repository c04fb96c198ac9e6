import pytest
from django.db import DatabaseError, transaction

from audit.models import Event
from checklists.actions import answer_items, correct_answer, open_checklist, sign_checklist
from checklists.gate import current_answers, require
from checklists.models import Answer, Template
from protocol.stops import HardStop
from tests.checklists.answers import passing_answers
from tests.checklists.conftest import SUBJECT
from tests.people import PASSWORD


def answer_all(checklist, by, **changed):
    answer_items(checklist=checklist, values=passing_answers(checklist) | changed, by=by)


def signed(checklist, by):
    answer_all(checklist, by)
    return sign_checklist(checklist=checklist, by=by, password=PASSWORD)


def codes(caught):
    return {(stop.code, stop.field) for stop in caught.value.stops}


def pass_gate(clock):
    return require(kind="pre_infusion", subject=SUBJECT, at=clock.now)


def test_a_new_list_has_no_answers(opened):
    assert opened.answers.count() == 0


def test_signed_list_passes(opened, cast, clock):
    checklist = signed(opened, cast.nadia)
    assert pass_gate(clock) == checklist
    assert checklist.signature.meaning == "completed_checklist"


def test_nothing_passes_without_a_signed_list(opened, clock):
    with pytest.raises(HardStop) as caught:
        pass_gate(clock)
    assert codes(caught) == {("checklist.missing", "")}


def test_one_item_short_is_not_signed(opened, cast):
    values = passing_answers(opened)
    del values["filter"]
    answer_items(checklist=opened, values=values, by=cast.nadia)
    with pytest.raises(HardStop) as caught:
        sign_checklist(checklist=opened, by=cast.nadia, password=PASSWORD)
    assert codes(caught) == {("checklist.missing", "filter")}


def test_flushed_line_is_not_signed_and_says_whom_to_call(opened, cast):
    answer_all(opened, cast.nadia, line_flushed="yes")
    with pytest.raises(HardStop) as caught:
        sign_checklist(checklist=opened, by=cast.nadia, password=PASSWORD)
    assert codes(caught) == {("checklist.wrong", "line_flushed")}
    assert "Call the oncologist now" in str(caught.value)


def test_another_bags_code_is_not_signed(opened, cast):
    answer_all(opened, cast.nadia, bag_code="B-7F3K-02")
    with pytest.raises(HardStop) as caught:
        sign_checklist(checklist=opened, by=cast.nadia, password=PASSWORD)
    assert codes(caught) == {("checklist.wrong", "bag_code")}


@pytest.mark.hazard("HZ-10")
def test_answers_last_sixty_minutes_and_not_one_more(opened, cast, clock):
    signed(opened, cast.nadia)
    clock.forward(minutes=60)
    assert pass_gate(clock)
    clock.forward(seconds=1)
    with pytest.raises(HardStop) as caught:
        pass_gate(clock)
    assert ("checklist.expired", "pump_locked") in codes(caught)
    assert ("checklist.expired", "consent") not in codes(caught)


@pytest.mark.hazard("HZ-10")
def test_a_list_counts_for_its_own_bag_only(opened, cast, clock):
    signed(opened, cast.nadia)
    with pytest.raises(HardStop):
        require(kind="pre_infusion", subject="infusions.bag:5678", at=clock.now)


@pytest.mark.hazard("HZ-10")
def test_the_next_list_copies_nothing(opened, cast, patient):
    signed(opened, cast.nadia)
    following = open_checklist(
        kind="pre_infusion", subject=SUBJECT, patient=patient, by=cast.nadia, facts=opened.facts
    )
    assert following != opened
    assert following.answers.count() == 0


def test_answers_given_after_the_start_do_not_count(opened, cast, clock):
    started = clock.now
    clock.forward(minutes=5)
    signed(opened, cast.nadia)
    with pytest.raises(HardStop) as caught:
        require(kind="pre_infusion", subject=SUBJECT, at=started)
    assert ("checklist.later", "pump_locked") in codes(caught)


def test_answering_again_later_counts(opened, cast, clock):
    answer_all(opened, cast.nadia, filter="no")
    clock.forward(minutes=2)
    answer_items(checklist=opened, values={"filter": "yes"}, by=cast.ines)
    assert current_answers(opened)["filter"].value == "yes"
    assert sign_checklist(checklist=opened, by=cast.nadia, password=PASSWORD).signed_at


def test_correction_to_a_wrong_answer_closes_the_gate(opened, cast, clock):
    signed(opened, cast.nadia)
    answer = opened.answers.get(item="filter")
    correct_answer(answer=answer, value="no", reason="Looked again", by=cast.nadia)
    with pytest.raises(HardStop) as caught:
        pass_gate(clock)
    assert codes(caught) == {("checklist.wrong", "filter")}
    assert Answer.objects.filter(item="filter").count() == 2


@pytest.mark.hazard("HZ-10")
def test_correction_does_not_make_an_old_answer_new(opened, cast, clock):
    signed(opened, cast.nadia)
    clock.forward(minutes=61)
    for answer in list(opened.answers.all()):
        correct_answer(answer=answer, value=answer.value, reason="Again", by=cast.nadia)
    with pytest.raises(HardStop) as caught:
        pass_gate(clock)
    assert ("checklist.expired", "pump_locked") in codes(caught)


def test_correction_needs_a_reason(opened, cast):
    signed(opened, cast.nadia)
    with pytest.raises(HardStop) as caught:
        correct_answer(answer=opened.answers.first(), value="no", reason=" ", by=cast.nadia)
    assert caught.value.stops[0].code == "correction.no_reason"


def test_signed_list_takes_no_more_answers(opened, cast, clock):
    signed(opened, cast.nadia)
    clock.forward(minutes=1)
    with pytest.raises(HardStop) as caught:
        answer_items(checklist=opened, values={"filter": "no"}, by=cast.nadia)
    assert caught.value.stops[0].code == "checklist.signed"


@pytest.mark.parametrize("values", [{"filter": "maybe"}, {"filter": ""}, {"nonsense": "yes"}])
def test_what_is_no_answer_is_refused(opened, cast, values):
    with pytest.raises(HardStop) as caught:
        answer_items(checklist=opened, values=values, by=cast.nadia)
    assert caught.value.stops[0].code == "checklist.no_answer"


def test_wrong_password_signs_nothing(opened, cast):
    answer_all(opened, cast.nadia)
    with pytest.raises(HardStop):
        sign_checklist(checklist=opened, by=cast.nadia, password="wrong")
    opened.refresh_from_db()
    assert opened.signed_at is None


def test_answers_within_five_seconds_are_flagged(opened, cast):
    assert signed(opened, cast.nadia).too_fast


def test_answers_that_took_their_time_are_not_flagged(opened, cast):
    from datetime import timedelta

    type(opened).objects.update(created_at=opened.created_at - timedelta(seconds=30))
    assert not signed(opened, cast.nadia).too_fast


def test_pharmacist_may_not_answer(opened, cast):
    with pytest.raises(HardStop) as caught:
        answer_items(checklist=opened, values={"filter": "yes"}, by=cast.farid)
    assert caught.value.stops[0].code == "permission.role"


def test_every_step_is_audited(opened, cast, patient):
    signed(opened, cast.nadia)
    verbs = set(Event.objects.filter(patient_ref=str(patient.uuid)).values_list("verb", flat=True))
    assert {"opened_checklist", "answered_checklist", "signed_checklist"} <= verbs


@pytest.mark.engine
def test_database_refuses_to_change_answers_and_published_lists(opened, cast):
    answer_all(opened, cast.nadia)
    for rows, change in ((Answer.objects, {"value": "no"}), (Template.objects, {"title": "x"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
