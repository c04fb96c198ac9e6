from django.db import migrations

from audit.triggers import append_only, frozen_columns


class Migration(migrations.Migration):
    dependencies = [("checklists", "0004_facts_and_real_time")]
    operations = [
        *append_only("checklists_answer"),
        *frozen_columns(
            "checklists_checklist", ["template_id", "patient_id", "subject", "facts", "opened_at"]
        ),
    ]
