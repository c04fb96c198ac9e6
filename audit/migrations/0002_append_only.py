from django.db import migrations

from audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        *append_only("audit_event"),
        *append_only("audit_seal"),
        *append_only("audit_sealedevent"),
    ]
