"""What was written stays: the database refuses, whoever asks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.actions import record
from audit.models import Event
from infusions.models import Bag, InfusionEvent
from teams.actions.signatures import sign
from teams.models import Meaning, Signature
from tests.infusions.planning import made, signed
from tests.people import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


def raw(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET verb = 'nothing'", "DELETE FROM audit_event"]
)
def test_an_event_can_not_be_changed_or_removed(cast, statement):
    record(verb="started", subject=cast.team, by=cast.nadia)
    with pytest.raises(IntegrityError, match="append-only"):
        raw(statement)
    assert Event.objects.get(verb="started").actor == "Nadia Ward"


@pytest.mark.parametrize(
    "statement", ["UPDATE teams_signature SET role = 'x'", "DELETE FROM teams_signature"]
)
def test_a_signature_can_not_be_changed_or_removed(cast, clock, statement):
    sign(
        by=cast.olga,
        password=PASSWORD,
        meaning=Meaning.PRESCRIBED,
        statement="I prescribe this.",
        subject=cast.team,
        content={"mcg_per_day": "28"},
        at=clock.now,
    )
    with pytest.raises(IntegrityError, match="append-only"):
        raw(statement)
    assert Signature.objects.get().role == "oncologist"


def test_a_published_checklist_can_not_be_rewritten(db):
    raw(
        "INSERT INTO checklists_template (kind, version, title, items, sha256)"
        " VALUES ('pre_infusion', 91, 'Before', '[]', 'x')"
    )
    with pytest.raises(IntegrityError, match="append-only"):
        raw("UPDATE checklists_template SET title = 'After'")


def test_an_event_of_the_ledger_can_not_be_moved_in_time(cast, clock):
    event = InfusionEvent.objects.create(
        cycle=signed(cast, clock),
        seq=1,
        kind="interrupted",
        occurred_at=clock.now,
        recorded_at=clock.now,
        recorded_by=cast.nadia,
    )
    for statement in (
        "UPDATE infusions_infusionevent SET occurred_at = recorded_at, seq = 2",
        "DELETE FROM infusions_infusionevent",
    ):
        with pytest.raises(IntegrityError, match="append-only"):
            raw(statement)
    event.refresh_from_db()
    assert event.seq == 1


def test_when_a_bag_was_hung_is_written_once(cast, clock):
    bag = made(cast, clock)
    Bag.objects.filter(pk=bag.pk).update(hung_at=clock.now)
    with pytest.raises(IntegrityError, match="hung_at may not change"), transaction.atomic():
        Bag.objects.filter(pk=bag.pk).update(hung_at=clock.now + timedelta(hours=1))
    with pytest.raises(IntegrityError, match="hung_at may not change"), transaction.atomic():
        Bag.objects.filter(pk=bag.pk).update(hung_at=None)
    Bag.objects.filter(pk=bag.pk).update(place="ward")
    bag.refresh_from_db()
    assert (bag.hung_at, bag.place) == (clock.now, "ward")
