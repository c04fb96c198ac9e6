"""What was sealed can be checked; what was tampered with is named."""

import json
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from audit.actions import record
from audit.models import Event, Seal, SealedEvent
from audit.sealing import seal
from audit.tasks import LATE, seal_events, seal_when_late
from audit.verifying import verify

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
TABLES = ("audit_event", "audit_seal", "audit_sealedevent")


@contextmanager
def somebody_with_the_database():
    """Switches the triggers off, as only the owner of the database can."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        else:
            cursor.execute("PRAGMA defer_foreign_keys = ON")
            for table in TABLES:
                for verb in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER {table}_append_only_{verb}")
        yield cursor


@pytest.fixture
def three_sealed(cast):
    for verb in ("started", "stopped", "resumed"):
        record(verb=verb, subject=cast.team, by=cast.nadia, after={"rate_ml_per_h": "0.6"})
    assert seal().count == 3
    return list(Event.objects.order_by("pk"))


def test_each_event_is_sealed_once_and_seals_are_chained(cast, three_sealed):
    record(verb="ended", subject=cast.team, by=cast.nadia)
    seal_events()
    first, second = Seal.objects.order_by("pk")
    assert second.previous == first.digest
    assert second.count == 1
    assert seal() is None
    assert verify().fault is None


def test_a_changed_event_is_named(three_sealed):
    with somebody_with_the_database() as cursor:
        cursor.execute(
            "UPDATE audit_event SET actor = 'Somebody else' WHERE id = %s", [three_sealed[1].pk]
        )
    fault = verify().fault
    assert (fault.kind, fault.event) == ("modified", three_sealed[1].pk)


def test_a_changed_value_inside_an_event_is_named(three_sealed):
    with somebody_with_the_database() as cursor:
        cursor.execute(
            "UPDATE audit_event SET after = %s WHERE id = %s",
            [json.dumps({"rate_ml_per_h": "6"}), three_sealed[2].pk],
        )
    assert verify().fault.event == three_sealed[2].pk


def test_a_removed_event_is_missed(three_sealed):
    with somebody_with_the_database() as cursor:
        cursor.execute("DELETE FROM audit_sealedevent WHERE event_id = %s", [three_sealed[0].pk])
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [three_sealed[0].pk])
    assert verify().fault.kind == "missing"


def test_a_removed_seal_is_missed(cast, three_sealed):
    first = Seal.objects.get()
    for verb in ("ended", "reviewed"):
        record(verb=verb, subject=cast.team, by=cast.nadia)
        seal()
    with somebody_with_the_database() as cursor:
        cursor.execute("DELETE FROM audit_sealedevent WHERE seal_id = %s", [first.pk])
        cursor.execute("DELETE FROM audit_seal WHERE id = %s", [first.pk])
    assert verify().fault.kind == "missing"


def test_two_seals_can_not_follow_the_same_one(three_sealed):
    first = Seal.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(count=0, previous=first.previous, digest="a" * 64)
    assert SealedEvent.objects.count() == 3


def test_a_seal_made_with_another_key_does_not_verify(cast, settings, three_sealed):
    settings.AUDIT_KEY = "another key"
    assert verify().fault.kind == "modified"


def test_the_command_says_intact_or_broken(capsys, three_sealed):
    call_command("audit_verify")
    assert "Intact: 3 events, 1 seals" in capsys.readouterr().out
    with somebody_with_the_database() as cursor:
        cursor.execute("UPDATE audit_event SET verb = 'x' WHERE id = %s", [three_sealed[0].pk])
    with pytest.raises(SystemExit) as stop:
        call_command("audit_verify", "--json")
    assert stop.value.code == 1
    assert json.loads(capsys.readouterr().out)["fault"]["event"] == three_sealed[0].pk


def test_the_standby_seals_only_what_the_workers_left(three_sealed, cast, monkeypatch):
    record(verb="stopped", subject=cast.team, by=cast.nadia)
    seal_when_late()
    assert Seal.objects.count() == 1
    later = Seal.objects.get().sealed_at + LATE
    monkeypatch.setattr("audit.tasks.timezone.now", lambda: later)
    seal_when_late()
    assert Seal.objects.count() == 2
