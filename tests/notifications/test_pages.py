from datetime import timedelta

import pytest
from django.urls import reverse

from clock.models import TrainingClock
from notifications.actions.delivery import drain
from notifications.actions.escalation import raise_due
from notifications.actions.travel import travel
from notifications.models import OutboxMessage
from notifications.queries import unread_count
from protocol.stops import HardStop
from tests.factories import key
from tests.notifications.builders import make_reminder

pytestmark = pytest.mark.django_db
INBOX = "/notifications/"


@pytest.fixture
def raised(cast, clock):
    reminder = make_reminder(cast)
    raise_due(clock.now)
    drain(sender="worker")
    return reminder


def acknowledge(client, reminder):
    page = reverse("notifications:acknowledge", args=[reminder.uuid])
    return client.post(page, {"idempotency_key": key()})


def test_the_inbox_names_the_need_and_the_patient(raised, cast, sign_in):
    page = sign_in(cast.nadia).get(INBOX).content.decode()
    assert "A bag change is due" in page
    assert str(raised.patient) in page


def test_the_live_part_comes_alone_and_unchanged_is_304(raised, cast, sign_in):
    client = sign_in(cast.nadia)
    first = client.get(INBOX, headers={"X-Live": "1"})
    assert "<html" not in first.content.decode()
    again = client.get(INBOX, headers={"X-Live": "1", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["X-Domain-Now"]


def test_taking_it_on_ends_it_for_everybody(raised, cast, sign_in):
    client = sign_in(cast.nadia)
    assert acknowledge(client, raised).status_code == 302
    raised.refresh_from_db()
    assert raised.acknowledged_by == cast.nadia
    assert unread_count(cast.nadia) == 0
    refused = acknowledge(sign_in(cast.ines), raised)
    assert refused.status_code == 422
    assert "Nadia Ward has already taken this on" in refused.content.decode()


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
def test_outsiders_cannot_take_it_on(raised, cast, sign_in, who):
    assert acknowledge(sign_in(getattr(cast, who)), raised).status_code == 404


def test_a_person_who_left_the_team_reads_no_name(raised, cast, clock, sign_in):
    cast.nadia.memberships.update(to_at=clock.now - timedelta(minutes=1))
    assert str(raised.patient) not in sign_in(cast.nadia).get(INBOX).content.decode()


def test_mark_all_read(raised, cast, sign_in):
    sign_in(cast.nadia).post(reverse("notifications:read"))
    assert unread_count(cast.nadia) == 0


def test_travelling_raises_each_step_at_its_own_time(cast, clock):
    make_reminder(cast, in_minutes=120)
    travel(to=clock.now + timedelta(hours=3), by=cast.nadia)
    times = OutboxMessage.objects.order_by("created_at").values_list("created_at", flat=True)
    minutes = [(at - clock.now) // timedelta(minutes=1) for at in dict.fromkeys(times)]
    assert minutes == [60, 120, 135, 150]


def test_the_clock_never_goes_back(cast, clock):
    with pytest.raises(HardStop, match="only goes forward"):
        travel(to=clock.now - timedelta(minutes=1), by=cast.nadia)


def test_the_band_moves_the_clock_and_comes_back(cast, sign_in):
    page = sign_in(cast.nadia).post(
        reverse("notifications:travel"), {"minutes": "240", "next": "/visits/"}
    )
    assert page.headers["Location"] == "/visits/"
    assert TrainingClock.objects.get().offset > timedelta(hours=3, minutes=59)


def test_an_address_of_others_is_not_followed(cast, sign_in):
    page = sign_in(cast.nadia).post(
        reverse("notifications:travel"), {"minutes": "1", "next": "https://example.org/"}
    )
    assert page.headers["Location"] == reverse("notifications:travel")


@pytest.mark.parametrize("typed", [{}, {"to": "tomorrow"}, {"to": "2020-01-01 10:00"}])
def test_a_journey_without_a_later_moment_is_explained(cast, sign_in, typed):
    page = sign_in(cast.nadia).post(reverse("notifications:travel"), typed)
    assert page.status_code == 422
    assert page.context["form"].errors["to"]


def test_outside_training_there_is_no_clock_to_move(cast, sign_in, settings):
    client = sign_in(cast.nadia)
    settings.TRAINING = False
    assert client.get(reverse("notifications:travel")).status_code == 404


def test_a_role_without_the_clock_is_refused(cast, sign_in):
    cast.sol.role = "patient"
    cast.sol.save()
    assert sign_in(cast.sol).get(reverse("notifications:travel")).status_code == 403
