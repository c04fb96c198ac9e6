from django.db import migrations

from audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("checklists", "0002_initial")]
    operations = append_only("checklists_template")
