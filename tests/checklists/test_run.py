import re

import pytest
from django.urls import reverse

from audit.models import Event
from tests.checklists.answers import passing_answers
from tests.factories import key
from tests.people import PASSWORD


@pytest.fixture
def url(opened):
    return reverse("checklists:run", args=[opened.uuid])


def body(checklist, *, step="sign", **changed):
    sent = {"idempotency_key": key(), "step": step, "password": PASSWORD}
    return {k: v for k, v in (sent | passing_answers(checklist) | changed).items() if v}


@pytest.mark.hazard("HZ-10")
def test_page_fills_nothing_in(opened, cast, sign_in, url):
    page = sign_in(cast.nadia).get(url).content.decode()
    assert page.count('type="radio"') > 20
    assert not re.search(r"<input[^>]*\schecked", page)
    assert "B-7F3K-01" not in page
    assert Event.objects.filter(verb="looked_at").count() == 1


def test_signing_goes_on_to_the_chart(opened, cast, sign_in, url, patient):
    answer = sign_in(cast.nadia).post(url, body(opened))
    assert answer.status_code == 302
    assert answer.url == reverse("dashboards:chart", args=[patient.uuid])
    opened.refresh_from_db()
    assert opened.signature.signer == cast.nadia


def test_an_unanswered_item_is_named_and_nothing_typed_is_lost(opened, cast, sign_in, url):
    answer = sign_in(cast.nadia).post(url, body(opened, filter=None))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Answer this before you sign." in page
    assert 'value="B-7F3K-01"' in page
    assert opened.answers.count() == 0


def test_saving_keeps_what_is_answered_so_far(opened, cast, sign_in, url):
    sent = {"idempotency_key": key(), "step": "save", "consent": "yes"}
    assert sign_in(cast.nadia).post(url, sent).url == url
    assert opened.answers.get().item == "consent"


def test_a_flushed_line_is_kept_shown_and_audited(opened, cast, sign_in, url):
    client = sign_in(cast.nadia)
    assert client.post(url, body(opened, line_flushed="yes")).url == url
    opened.refresh_from_db()
    assert opened.signed_at is None
    assert opened.answers.get(item="line_flushed").value == "yes"
    assert "Call the oncologist now" in client.get(url).content.decode()
    assert Event.objects.get(outcome="refused").reason == "checklist.wrong"


def test_wrong_password_stands_beside_the_field(opened, cast, sign_in, url):
    answer = sign_in(cast.nadia).post(url, body(opened, password="wrong"))
    assert answer.status_code == 422
    assert "That is not your password." in answer.content.decode()


def test_a_sent_form_sent_again_adds_nothing(opened, cast, sign_in, url):
    client, sent = sign_in(cast.nadia), None
    sent = body(opened)
    client.post(url, sent)
    count = opened.answers.count()
    assert client.post(url, sent).status_code == 302
    assert opened.answers.count() == count


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_others_find_nothing(opened, cast, sign_in, url, who):
    client = sign_in(getattr(cast, who))
    assert client.get(url).status_code == 404
    assert client.post(url, body(opened)).status_code == 404


def test_a_role_that_may_not_answer_is_refused(cast, sign_in, url):
    assert sign_in(cast.farid).get(url).status_code == 403


def test_correction_page_keeps_the_first_answer(opened, cast, sign_in, url):
    client = sign_in(cast.nadia)
    client.post(url, body(opened))
    answer = opened.answers.get(item="filter")
    page = reverse("checklists:correct_answer", args=[opened.uuid, answer.uuid])
    assert client.get(page).status_code == 200
    sent = {"idempotency_key": key(), "value": "no", "correction_reason": "Looked again"}
    assert client.post(page, sent).url == url
    assert [a.value for a in opened.answers.filter(item="filter").order_by("id")] == ["yes", "no"]
    assert "is-corrected" in client.get(url).content.decode()


def test_correction_without_a_reason_is_refused(opened, cast, sign_in, url):
    client = sign_in(cast.nadia)
    client.post(url, body(opened))
    page = reverse(
        "checklists:correct_answer", args=[opened.uuid, opened.answers.get(item="filter").uuid]
    )
    assert client.post(page, {"idempotency_key": key(), "value": "no"}).status_code == 422
