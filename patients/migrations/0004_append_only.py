from django.db import migrations

from audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("patients", "0003_withdrawn_entries")]
    operations = [
        *append_only("patients_measurement"),
        *append_only("patients_allergy"),
        *append_only("patients_problem"),
        *append_only("patients_identifier"),
    ]
