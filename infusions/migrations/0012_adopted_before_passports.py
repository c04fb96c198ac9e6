"""Sites go on with the label sets their cycles were planned with: nobody is locked out."""

from django.db import migrations
from django.db.models import OuterRef, Subquery

from protocol.label import label_ids, load


def adopt_what_is_in_use(apps, editor):
    """The newest set of each kind that a site's cycles were planned with is in force there, from
    the first cycle on; older ones are over. The rows stay as unread as they are."""
    Cycle = apps.get_model("infusions", "Cycle")
    LabelAdoption = apps.get_model("infusions", "LabelAdoption")
    known = set(label_ids())
    used = {}
    rows = Cycle.objects.order_by("created_at", "pk")
    for site, label, at in rows.values_list("patient__care_team__site", "label_id", "created_at"):
        if label in known:
            first, _last = used.setdefault((site, label), (at, at))
            used[site, label] = (first, at)
    newest = {}
    for (site, label), (_first, last) in used.items():
        kind = (site, load(label).is_training)
        newest[kind] = max(newest.get(kind, (last, label)), (last, label))
    for (site, label), (first, last) in used.items():
        is_training = load(label).is_training
        in_force = newest[site, is_training][1] == label
        LabelAdoption.objects.create(
            site_id=site,
            label_id=label,
            is_training=is_training,
            is_from_before=True,
            adopted_at=first,
            ended_at=None if in_force else last,
        )


def say_which_set_bags_were_made_with(apps, editor):
    Bag = apps.get_model("infusions", "Bag")
    Cycle = apps.get_model("infusions", "Cycle")
    of_cycle = Cycle.objects.filter(pk=OuterRef("cycle_id")).values("label_id")
    Bag.objects.filter(label_id=None).update(label_id=Subquery(of_cycle))


class Migration(migrations.Migration):
    dependencies = [
        ("infusions", "0011_label_passports"),
        ("patients", "0001_initial"),
        ("teams", "0004_label_passports"),
    ]
    operations = [
        migrations.RunPython(adopt_what_is_in_use, migrations.RunPython.noop),
        migrations.RunPython(say_which_set_bags_were_made_with, migrations.RunPython.noop),
    ]
