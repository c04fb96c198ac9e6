"""What speaks against a cycle as it is planned stands where it is planned and signed."""

import pytest
from django.urls import reverse

from tests.infusions.planning import planned
from tests.infusions.running import running
from tests.infusions.test_end import discontinued

pytestmark = pytest.mark.usefixtures("templates_loaded")
HOME = "inside the supervised days"
EARLY = "Cycle 1 was discontinued"


def shown(client, cycle) -> list[str]:
    pages = ("infusions:order", "infusions:plan")
    return [client.get(reverse(page, args=[cycle.uuid])).content.decode() for page in pages]


@pytest.mark.parametrize(("home_from_hour", "warns"), [(72, True), (216, False), (None, False)])
def test_going_home_inside_the_supervised_days(cast, clock, sign_in, home_from_hour, warns):
    cycle = planned(cast, clock, home_from_hour=home_from_hour)
    assert [HOME in page for page in shown(sign_in(cast.olga), cycle)] == [warns, warns]


def test_a_start_soon_after_a_discontinued_cycle(cast, clock, sign_in):
    cycle = running(cast, clock)
    discontinued(cast, clock, cycle)
    again = planned(cast, clock, patient=cycle.patient)
    assert all(EARLY in page for page in shown(sign_in(cast.olga), again))
    assert not any(EARLY in page for page in shown(sign_in(cast.olga), planned(cast, clock)))
