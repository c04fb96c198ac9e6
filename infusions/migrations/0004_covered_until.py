from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("infusions", "0003_append_only")]
    operations = [
        migrations.AddField(
            "cycle", "covered_until", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField("cycle", "weakest_link", models.JSONField(blank=True, null=True)),
        migrations.AddField("cycle", "paid_until", models.DateField(blank=True, null=True)),
        migrations.AddField("cycle", "change_waiting", models.JSONField(blank=True, null=True)),
    ]
