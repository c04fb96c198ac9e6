"""Who may read a pump back hears that one waits."""

from decimal import Decimal

import pytest

from infusions.actions.bags import discard_bag
from infusions.actions.pumps import enter_program, read_back
from notifications.actions.escalation import raise_due
from notifications.models import OutboxMessage, Reminder
from tests.infusions.pump_rows import bare_bag
from tests.people import PASSWORD

RIGHT = {
    "rate_ml_per_h": Decimal("2.57"),
    "volume_ml": Decimal("246.72"),
    "duration_h": Decimal("96"),
}


@pytest.fixture
def bag(cast):
    return bare_bag(cast)


def entered(bag, cast, **more):
    return enter_program(bag=bag, pump_serial="P-1", by=cast.nadia, **RIGHT, **more)


def waiting():
    return Reminder.objects.filter(kind="pump_to_read", state__in=["waiting", "raised"])


def test_the_others_who_may_read_are_told_and_who_entered_it_is_not(bag, cast, clock):
    entered(bag, cast)
    raise_due(clock.now)
    told = set(OutboxMessage.objects.values_list("to__username", flat=True))
    assert told == {"ines", "hugo", "farid", "petra"}


def test_it_leads_to_the_page_of_the_reading_and_tells_no_figure(bag, cast):
    program = entered(bag, cast)
    assert str(program.uuid) in waiting().get().path
    assert "2.57" not in str(waiting().values())


@pytest.mark.parametrize("volume", ["246.72", "246.7"])
def test_a_reading_closes_it_whether_they_agree_or_not(bag, cast, volume):
    program = entered(bag, cast)
    read = RIGHT | {"volume_ml": Decimal(volume)}
    read_back(program=program, by=cast.ines, method="at_pump", password=PASSWORD, **read)
    assert not waiting().exists()
    assert Reminder.objects.get(kind="pump_to_read").state == "done"


def test_a_discarded_bag_is_read_back_by_nobody(bag, cast, clock):
    entered(bag, cast)
    discard_bag(bag=bag, reason="leaks", by=cast.nadia, at=clock.now)
    assert not waiting().exists()


def test_a_program_entered_again_is_asked_for_once(bag, cast):
    first = entered(bag, cast)
    second = entered(bag, cast, correction_reason="another pump")
    assert str(second.uuid) in waiting().get().path
    assert Reminder.objects.get(path__contains=str(first.uuid)).state == "cancelled"
