from django.db import migrations


def write_first_work(apps, editor) -> None:
    """Bags made before corrections existed: what the bag row says is what was first logged."""
    work = apps.get_model("infusions", "BagWork")
    bags = apps.get_model("infusions", "Bag").objects.filter(work=None)
    work.objects.bulk_create(
        work(
            bag=bag,
            drawn_ml=bag.drawn_ml,
            stabiliser_lot=bag.stabiliser_lot,
            prepared_at=bag.prepared_at,
            recorded_by_id=bag.compounded_by_id,
            recorded_at=bag.prepared_at,
        )
        for bag in bags
    )


class Migration(migrations.Migration):
    dependencies = [("infusions", "0006_corrections")]
    operations = [migrations.RunPython(write_first_work, migrations.RunPython.noop)]
