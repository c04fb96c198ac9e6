from functools import partial

from django.db import migrations

from audit.triggers import (
    frozen_columns,
    install_append_only,
    never_removed,
    remove_append_only,
)

TABLE = "patients_identifier"


class Migration(migrations.Migration):
    """A corrected number says that it no longer counts (`is_current`); nothing else of it changes.

    The migration before rebuilt the table on SQLite, which loses its triggers."""

    dependencies = [("patients", "0005_identifier_corrections")]
    operations = [
        migrations.RunPython(
            partial(remove_append_only, table=TABLE), partial(install_append_only, table=TABLE)
        ),
        *never_removed(TABLE),
        *frozen_columns(
            TABLE,
            [
                "patient_id",
                "organisation_id",
                "system",
                "value",
                "recorded_by_id",
                "recorded_at",
                "corrects_id",
                "correction_reason",
            ],
        ),
    ]
