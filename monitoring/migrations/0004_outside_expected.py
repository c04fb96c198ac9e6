from functools import partial

from django.db import migrations, models

from audit.triggers import append_only, install_append_only, remove_append_only

TABLE = "monitoring_vitalsigns"


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0003_append_only")]
    operations = [
        # SQLite rebuilds the table and loses its triggers: off before, on again afterwards.
        migrations.RunPython(
            partial(remove_append_only, table=TABLE), partial(install_append_only, table=TABLE)
        ),
        migrations.AddField(
            model_name="vitalsigns",
            name="outside_expected",
            field=models.JSONField(blank=True, default=list),
        ),
        *append_only(TABLE),
    ]
