from django.db import migrations

from audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0002_initial")]
    operations = [
        *append_only("monitoring_vitalsigns"),
        *append_only("monitoring_neurocheck"),
    ]
