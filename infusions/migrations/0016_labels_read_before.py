from django.db import migrations

NOT_ASKED = "before this was asked"


def say_not_asked(apps, editor):
    """Bags released before labels were read a second time count as read, and say why."""
    bags = apps.get_model("infusions", "Bag").objects.filter(label_checked_how="")
    bags.exclude(released_at=None).update(label_checked_how=NOT_ASKED)


def say_nothing(apps, editor):
    bags = apps.get_model("infusions", "Bag").objects.filter(label_checked_how=NOT_ASKED)
    bags.update(label_checked_how="")


class Migration(migrations.Migration):
    dependencies = [("infusions", "0015_two_persons")]
    operations = [migrations.RunPython(say_not_asked, say_nothing)]
