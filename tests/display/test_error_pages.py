"""What somebody reads when a request is not taken: never the framework's own page."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_form_kept_past_a_new_sign_in_says_what_to_do():
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "nadia"})
    body = answer.content.decode()
    assert answer.status_code == 403
    assert "reload the page and enter it again" in body
    assert "CSRF" not in body


@pytest.mark.parametrize("name", ["400.html", "500.html", "403_csrf.html"])
def test_a_page_for_a_fault_needs_nothing_and_says_what_to_do(name, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = render_to_string(name)
    assert "Go to the first page" in page
    assert "Infusion Coord" in page and '<main id="main"' in page
    assert "style=" not in page and "<script>" not in page
