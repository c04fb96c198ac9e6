import pytest

from notifications.actions.escalation import raise_due
from notifications.actions.reminders import acknowledge, cancel_for, done_for
from notifications.models import OutboxMessage, Reminder
from notifications.policies import POLICIES
from protocol.stops import HardStop
from teams.models import Role
from tests.factories import make_patient
from tests.notifications.builders import make_reminder

pytestmark = pytest.mark.django_db


def told(kind=None):
    rows = OutboxMessage.objects.filter(channel="in_app").select_related("to")
    return {row.to.username for row in rows if kind in (None, row.template)}


def test_asking_twice_for_the_same_need_makes_one_reminder(cast):
    patient = make_patient(cast)
    first = make_reminder(cast, patient=patient)
    assert make_reminder(cast, patient=patient) == first
    assert Reminder.objects.count() == 1


def test_the_policy_is_copied_so_that_a_later_edit_changes_nothing(cast, monkeypatch):
    reminder = make_reminder(cast)
    monkeypatch.setitem(POLICIES, "bag_change", [])
    reminder.refresh_from_db()
    assert len(reminder.policy) == 4


def test_nothing_is_raised_before_its_time(cast, clock):
    make_reminder(cast, in_minutes=61)
    assert raise_due(clock.now) == 0


def test_the_first_step_tells_the_ward_nurses_by_inbox_and_mail(cast, clock):
    make_reminder(cast, in_minutes=60)
    assert raise_due(clock.now) == 1
    assert told() == {"nadia", "ines"}
    assert OutboxMessage.objects.filter(channel="email").count() == 2


def test_an_unanswered_reminder_reaches_the_next_people(cast, clock):
    make_reminder(cast, kind="handoff_open", to=[cast.hugo])
    raise_due(clock.now)
    assert told() == {"hugo"}
    raise_due(clock.forward(minutes=15))
    assert told() == {"hugo", "carla"}
    raise_due(clock.forward(minutes=15))
    assert told() == {"hugo", "carla", "olga"}


def test_the_last_step_is_said_again(cast, clock):
    make_reminder(cast, kind="handoff_open", to=[cast.hugo])
    for _step in range(6):
        raise_due(clock.now)
        clock.forward(hours=1)
    assert OutboxMessage.objects.filter(to=cast.olga, channel="in_app").count() == 4


def test_raising_twice_at_one_time_tells_nobody_twice(cast, clock):
    make_reminder(cast)
    raise_due(clock.now)
    before = OutboxMessage.objects.count()
    assert raise_due(clock.now) == 0
    assert OutboxMessage.objects.count() == before


def test_a_step_without_people_goes_on_to_the_next_at_once(cast, clock):
    cast.team.memberships.filter(user__role=Role.INFUSION_NURSE).delete()
    make_reminder(cast)
    raise_due(clock.now)
    assert told() == {"carla"}


def test_people_of_another_team_are_never_told(cast, clock):
    make_reminder(cast)
    raise_due(clock.now)
    assert not {"otto", "twin"} & told()


def test_who_takes_it_on_ends_the_escalation(cast, clock):
    reminder = make_reminder(cast)
    raise_due(clock.now)
    acknowledge(reminder=reminder, by=cast.nadia, at=clock.now)
    assert raise_due(clock.forward(days=1)) == 0
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_second_person_cannot_take_on_what_is_taken(cast, clock):
    reminder = make_reminder(cast)
    acknowledge(reminder=reminder, by=cast.nadia, at=clock.now)
    with pytest.raises(HardStop, match="Nadia Ward has already"):
        acknowledge(reminder=reminder, by=cast.ines, at=clock.now)


def test_a_need_that_went_away_says_why(cast, clock):
    reminder = make_reminder(cast)
    assert cancel_for(subject=reminder.subject, because="the bag was changed", at=clock.now) == 1
    reminder.refresh_from_db()
    assert (reminder.state, reminder.closed_because) == ("cancelled", "the bag was changed")


def test_done_closes_only_the_kinds_named(cast, clock):
    patient = make_patient(cast)
    make_reminder(cast, patient=patient)
    make_reminder(cast, patient=patient, kind="step_dose")
    assert done_for(subject="infusions.cycle:one", kinds=["step_dose"], by=cast.nadia, at=clock.now)
    assert Reminder.objects.get(kind="bag_change").state == "waiting"
