""" "Does not apply" is no answer when the facts of the subject say that it does."""

import pytest
from django.urls import reverse

from checklists.actions import answer_items, correct_answer, open_checklist, sign_checklist
from checklists.gate import problems
from checklists.models import Answer
from protocol.stops import HardStop
from tests.checklists.answers import passing_answers
from tests.checklists.conftest import SUBJECT
from tests.people import PASSWORD

pytestmark = pytest.mark.hazard("HZ-07")


def opened_for(cast, patient, *, due):
    facts = {"code": "B-7F3K-01", "premedication_due": due}
    who = {"subject": SUBJECT, "patient": patient, "by": cast.nadia}
    return open_checklist(kind="pre_infusion", facts=facts, **who)


@pytest.fixture
def due(cast, patient, templates_loaded):
    return opened_for(cast, patient, due=True)


def test_premedication_that_is_due_applies(due, cast):
    values = passing_answers(due) | {"premedication": "na"}
    with pytest.raises(HardStop) as refused:
        answer_items(checklist=due, values=values, by=cast.nadia)
    assert refused.value.stops[0].field == "premedication"
    assert due.answers.count() == 0


def test_premedication_that_is_not_due_may_not_apply(cast, patient, templates_loaded):
    checklist = opened_for(cast, patient, due=False)
    values = passing_answers(checklist) | {"premedication": "na"}
    answer_items(checklist=checklist, values=values, by=cast.nadia)
    sign = {"checklist": checklist, "by": cast.nadia, "password": PASSWORD}
    assert sign_checklist(**sign).signed_at


def test_an_answer_is_not_corrected_into_one_that_is_none(due, cast):
    answer_items(checklist=due, values=passing_answers(due), by=cast.nadia)
    row = due.answers.get(item="premedication")
    with pytest.raises(HardStop):
        correct_answer(answer=row, value="na", reason="mistyped", by=cast.nadia)


def test_a_row_that_came_in_some_other_way_shuts_the_gate(due, cast, clock):
    answer_items(checklist=due, values=passing_answers(due), by=cast.nadia)
    clock.forward(minutes=1)
    Answer.objects.create(
        checklist=due,
        item="premedication",
        value="na",
        recorded_by=cast.nadia,
        recorded_at=clock.now,
    )
    assert [stop.field for stop in problems(due, clock.now)] == ["premedication"]


@pytest.mark.parametrize("is_due", [True, False])
def test_the_page_offers_it_only_where_it_is_an_answer(
    cast, patient, templates_loaded, sign_in, is_due
):
    checklist = opened_for(cast, patient, due=is_due)
    page = reverse("checklists:run", args=[checklist.uuid])
    text = sign_in(cast.nadia).get(page).content.decode()
    assert ('value="na"' in text) is not is_due
