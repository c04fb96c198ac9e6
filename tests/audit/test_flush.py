import pytest

from audit.actions import record_look
from audit.models import Event
from tests.factories import make_patient
from tests.people import Cast

pytestmark = [pytest.mark.engine, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_that_commits_leaves_nothing_for_the_next(clock, turn):
    people = Cast()
    record_look(patient=make_patient(people), by=people.nadia)
    assert Event.objects.count() == 1
