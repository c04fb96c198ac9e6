"""What was written stays: the database refuses, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit.actions import record
from audit.models import Event
from teams.actions.signatures import sign
from teams.models import Meaning, Signature
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
