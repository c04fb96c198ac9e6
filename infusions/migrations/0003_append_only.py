from django.db import migrations

from audit.triggers import append_only, frozen_columns


class Migration(migrations.Migration):
    dependencies = [("infusions", "0002_initial")]
    operations = [
        *append_only("infusions_infusionevent"),
        # Written once: when a bag was hung decides what may still be infused from it.
        *frozen_columns("infusions_bag", ["hung_at"], once_set=True),
    ]
