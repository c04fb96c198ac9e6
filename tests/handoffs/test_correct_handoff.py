"""An offer put right before it is accepted."""

from datetime import timedelta

import pytest
from django.urls import reverse

from handoffs.actions import accept_handoff
from handoffs.corrections import correct_handoff
from handoffs.models import Handoff
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.factories import key
from tests.handoffs.builders import running_cycle
from tests.handoffs.offers import make_offer, offer_form
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


def fixed(cast, clock, handoff, **told):
    facts = {
        "by": cast.nadia,
        "password": PASSWORD,
        "correction_reason": "wrong rate in the summary",
        "at": clock.now,
        "to_setting": "home",
        "to_nurse": cast.hugo,
        "planned_transfer_at": clock.now + timedelta(hours=4),
        "severity": "watcher",
        "summary": "Day 4, mild fever.",
        "actions": handoff.actions,
        "contingency": handoff.contingency,
        "known_warnings": ["supervised"],
        "warnings_reason": handoff.warnings_reason,
    }
    return correct_handoff(handoff=handoff, **{**facts, **told})


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def test_the_corrected_offer_waits_and_the_first_text_stays(cast, clock):
    first = make_offer(cast, running_cycle(cast))
    fresh = fixed(cast, clock, first)
    first.refresh_from_db()
    assert (first.state, first.summary) == ("withdrawn", "Day 4, well.")
    assert (fresh.state, fresh.corrects, fresh.summary) == ("open", first, "Day 4, mild fever.")
    assert fresh.sent_signature_id != first.sent_signature_id
    waiting = Reminder.objects.filter(kind="handoff_open", state="waiting")
    assert [one.subject for one in waiting] == [f"handoffs.handoff:{fresh.uuid}"]


def test_the_first_offer_is_not_accepted_any_more(cast, clock):
    first = make_offer(cast, running_cycle(cast))
    fresh = fixed(cast, clock, first)
    words = {"read_back": "Watch for fever, call at once.", "password": PASSWORD, "by": cast.hugo}
    assert refusal(lambda: accept_handoff(handoff=first, **words)) == "handoff.answered"
    assert accept_handoff(handoff=fresh, **words).state == "accepted"


def test_an_accepted_offer_the_receiver_and_no_reason_are_refused(cast, clock):
    first = make_offer(cast, running_cycle(cast))
    assert refusal(lambda: fixed(cast, clock, first, by=cast.hugo)) == "handoff.receiver_corrects"
    no_reason = {"correction_reason": " "}
    assert refusal(lambda: fixed(cast, clock, first, **no_reason)) == "correction.no_reason"
    words = {"read_back": "Watch for fever, call at once.", "password": PASSWORD, "by": cast.hugo}
    accept_handoff(handoff=first, **words)
    assert refusal(lambda: fixed(cast, clock, first)) == "handoff.answered"


def test_a_correction_that_cannot_be_offered_leaves_the_first_open(cast, clock):
    first = make_offer(cast, running_cycle(cast))
    past = {"planned_transfer_at": clock.now - timedelta(hours=1)}
    assert refusal(lambda: fixed(cast, clock, first, **past)) == "handoff.in_the_past"
    assert Handoff.objects.get().state == "open"


def test_the_page_begins_with_the_first_text_and_shows_both(cast, clock, sign_in):
    first = make_offer(cast, running_cycle(cast))
    client = sign_in(cast.nadia)
    page = reverse("handoffs:correct", args=[first.uuid])
    assert page in client.get(reverse("handoffs:handoff", args=[first.uuid])).content.decode()
    assert "Day 4, well." in client.get(page).content.decode()
    body = offer_form(cast, correction_reason="a fever was left out", idempotency_key=key())
    answer = client.post(page, body)
    fresh = Handoff.objects.get(state="open")
    assert answer.headers["Location"] == reverse("handoffs:handoff", args=[fresh.uuid])
    assert "a fever was left out" in client.get(answer.headers["Location"]).content.decode()
    old = client.get(reverse("handoffs:handoff", args=[first.uuid])).content.decode()
    assert "<s>Day 4, well.</s>" in old


def test_the_receiver_and_outsiders_find_no_correction(cast, clock, sign_in):
    page = reverse("handoffs:correct", args=[make_offer(cast, running_cycle(cast)).uuid])
    assert sign_in(cast.hugo).get(page).status_code == 404
    assert sign_in(cast.twin_nurse).get(page).status_code == 404
