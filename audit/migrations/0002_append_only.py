import django.utils.timezone
from django.db import migrations, models

from audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.AlterField(
            model_name="seal",
            name="sealed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="sealedevent",
            name="digest",
            field=models.CharField(default="", max_length=64),
        ),
        # Last: SQLite rebuilds a table whose columns change, and loses its triggers.
        *append_only("audit_event"),
        *append_only("audit_seal"),
        *append_only("audit_sealedevent"),
    ]
