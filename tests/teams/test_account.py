"""What people do with their own account."""

import re

from django.urls import reverse
from knox.auth import TokenAuthentication
from knox.models import AuthToken

from audit.models import Event
from tests.factories import key
from tests.people import PASSWORD


def new_token(browser, password=PASSWORD):
    data = {"idempotency_key": key(), "password": password}
    return browser.post(reverse("teams:tokens"), data)


def test_a_person_changes_their_zone(cast, sign_in):
    data = {
        "idempotency_key": key(),
        "first_name": "Nadia",
        "last_name": "Ward",
        "zone": "Europe/Madrid",
    }
    sign_in(cast.nadia).post(reverse("teams:account"), data)
    cast.nadia.refresh_from_db()
    assert cast.nadia.zone == "Europe/Madrid"
    assert Event.objects.get(verb="edited_account").after["zone"] == "Europe/Madrid"


def test_a_new_token_works_and_is_shown_once(cast, sign_in):
    browser = sign_in(cast.nadia)
    page = new_token(browser).content.decode()
    token = re.search(r"data-token>(\w+)<", page)[1]
    user, _row = TokenAuthentication().authenticate_credentials(token.encode())
    assert user == cast.nadia
    assert token not in browser.get(reverse("teams:tokens")).content.decode()
    assert token not in str(Event.objects.get(verb="made_token").after)


def test_a_token_needs_the_password(cast, sign_in):
    answer = new_token(sign_in(cast.nadia), password="wrong")
    assert answer.status_code == 422
    assert "That is not your password" in answer.content.decode()
    assert Event.objects.get(outcome="refused").verb == "made_token"
    assert not AuthToken.objects.exists()


def test_a_token_is_revoked_by_its_owner_only(cast, sign_in):
    row, _token = AuthToken.objects.create(user=cast.olga)
    data = {"idempotency_key": key(), "token_key": row.token_key}
    assert sign_in(cast.nadia).post(reverse("teams:revoke_token"), data).status_code == 422
    data["idempotency_key"] = key()
    sign_in(cast.olga).post(reverse("teams:revoke_token"), data)
    assert not AuthToken.objects.exists()
    assert Event.objects.filter(verb="revoked_token", outcome="done").exists()
