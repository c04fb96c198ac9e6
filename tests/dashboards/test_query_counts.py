"""A page asks the database as often for 25 patients as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.models import Patient
from tests.dashboards.programme import busy_infusion

pytestmark = pytest.mark.django_db
MANY = 25
PAGES = {
    "board": ("dashboards:board", "hugo"),
    "patients": ("patients:list", "hugo"),
    "prep_board": ("infusions:prep_board", "tom"),
    "visits": ("visits:list", "hugo"),
    "handoffs": ("handoffs:list", "hugo"),
    "inbox": ("notifications:inbox", "hugo"),
}


def shown_on(client, address) -> int:
    """How many of the patients the page names."""
    text = client.get(address).content.decode()
    return sum(name in text for name in Patient.objects.values_list("family_name", flat=True))


def queries_of(client, address) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in asked.captured_queries]


def more_patients(cast) -> None:
    for _n in range(MANY - 1):
        busy_infusion(cast)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_asks_as_often_for_many_patients(cast, clock, sign_in, page):
    name, username = PAGES[page]
    busy_infusion(cast)
    client = sign_in(getattr(cast, username))
    client.get(reverse(name))
    one = queries_of(client, reverse(name))
    more_patients(cast)
    assert shown_on(client, reverse(name)) == MANY
    many = queries_of(client, reverse(name))
    assert len(many) == len(one), "\n".join(many)


def test_the_chart_asks_as_often_among_many_patients(cast, clock, sign_in):
    cycle = busy_infusion(cast)
    client = sign_in(cast.hugo)
    address = reverse("dashboards:chart", args=[cycle.patient.uuid])
    client.get(address)
    one = queries_of(client, address)
    more_patients(cast)
    assert len(queries_of(client, address)) == len(one)
