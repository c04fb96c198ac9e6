"""The tables whose rows the database itself keeps. SQLite loses triggers when a later migration
rebuilds a table, so every table is looked at after all migrations."""

import pytest
from django.db import connection

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
APPEND_ONLY = (
    "audit_event",
    "audit_seal",
    "audit_sealedevent",
    "checklists_answer",
    "checklists_template",
    "education_teachback",
    "infusions_bagmove",
    "infusions_bagvial",
    "infusions_bagwork",
    "infusions_infusionevent",
    "infusions_medicationgiven",
    "monitoring_neurocheck",
    "monitoring_vitalsigns",
    "patients_allergy",
    "patients_measurement",
    "patients_problem",
    "teams_signature",
)
FROZEN = (
    "checklists_checklist_frozen",
    "infusions_bag_frozen",
    "infusions_pumpprogram_frozen",
    "infusions_pumpprogram_frozen_after_read_at",
    "patients_identifier_frozen",
)


@pytest.fixture
def triggers(db) -> set[str]:
    names = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_rows_of_the_record_are_neither_changed_nor_removed(triggers, table):
    mine = {f"{table}_append_only"}
    if connection.vendor == "sqlite":
        mine = {f"{table}_append_only_update", f"{table}_append_only_delete"}
    assert mine <= triggers


@pytest.mark.parametrize("name", FROZEN)
def test_what_was_written_once_stays(triggers, name):
    assert name in triggers


def test_numbers_of_a_patient_are_not_removed(triggers):
    assert {name for name in triggers if name.startswith("patients_identifier_append_only")}
