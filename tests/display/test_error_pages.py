"""What somebody reads when a request is not taken: never the framework's own page."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_form_kept_past_a_new_sign_in_says_what_to_do():
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "nadia"})
    body = answer.content.decode()
    assert answer.status_code == 403
    assert "reload the page and enter it again" in body
    assert "CSRF" not in body
