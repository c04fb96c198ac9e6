"""Every question to the prescriber can be answered, and an answer closes that question only."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from audit.actions import subject_of
from infusions.actions.bag_review import call_prescriber
from infusions.actions.questions import answer_question
from infusions.actions.reports import interrupt_infusion
from infusions.questions import asked_now, entries_of
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.infusions.running import running
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("templates_loaded")


def still_open(subject: str) -> bool:
    rows = Reminder.objects.filter(subject=subject, kind="prescriber_question")
    return rows.filter(state__in=["waiting", "raised", "acknowledged"]).exists()


def decided(cast, clock, cycle, question, **facts):
    cycle.refresh_from_db()
    return answer_question(
        cycle=cycle,
        question=question,
        answer="Seen.",
        by=cast.olga,
        password=PASSWORD,
        at=clock.now,
        **facts,
    )


def asked_about_bag(cast, clock):
    cycle = running(cast, clock)
    call_prescriber(cycle.current_bag, at=clock.now)
    return cycle, subject_of(cycle.current_bag)


def test_an_answer_about_a_bag_closes_its_question(cast, clock):
    cycle, subject = asked_about_bag(cast, clock)
    assert [entry.subject for entry in entries_of(cycle)] == [subject]
    decided(cast, clock, cycle, "entry", about=subject)
    assert entries_of(cycle) == []
    assert not still_open(subject)


def test_another_answer_leaves_it_open(cast, clock):
    cycle, subject = asked_about_bag(cast, clock)
    decided(cast, clock, cycle, "step_premedication", premedicate=True)
    assert still_open(subject)


def test_a_question_is_answered_once(cast, clock):
    cycle, subject = asked_about_bag(cast, clock)
    decided(cast, clock, cycle, "entry", about=subject)
    with pytest.raises(HardStop, match="answered already"):
        decided(cast, clock, cycle, "entry", about=subject)


def test_the_question_of_a_stop_closes_by_its_own_answer_and_stays_closed(cast, clock):
    cycle = running(cast, clock)
    clock.forward(hours=1)
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now, cause="adverse_reaction")
    decided(cast, clock, cycle, "restart_premedication", premedicate=True)
    assert still_open(subject_of(cycle))
    decided(cast, clock, cycle, "adverse_reaction", goes_on=True)
    cycle.refresh_from_db()
    assert not still_open(subject_of(cycle))
    assert asked_now(cycle) is None


def test_the_page_lists_the_entry_and_takes_the_answer(cast, clock, sign_in):
    cycle, subject = asked_about_bag(cast, clock)
    page = reverse("infusions:prescriber_answer", args=[cycle.uuid])
    client = sign_in(cast.olga)
    shown = client.get(page).content.decode()
    assert cycle.current_bag.code in shown
    assert reverse("infusions:bag", args=[cycle.current_bag.uuid]) in shown
    cycle.refresh_from_db()
    body = {
        "question": f"entry {subject}",
        "answer": "It runs on.",
        "password": PASSWORD,
        "version": cycle.version,
        "idempotency_key": "3f9a6f5e-6d0e-4b7a-9c55-0a43a2f1d111",
    }
    answered = client.post(page, urlencode(body), "application/x-www-form-urlencoded")
    assert answered.status_code == 302, answered.content.decode()
    assert not still_open(subject)
