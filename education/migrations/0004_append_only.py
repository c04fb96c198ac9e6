from django.db import migrations

from audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("education", "0003_initial")]
    operations = [*append_only("education_teachback")]
