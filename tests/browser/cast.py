"""Fills an empty, migrated database with the cast of the tests: `python -m tests.browser.cast`."""

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "infusion_coord.settings")
    django.setup()
    from django.conf import settings
    from django.contrib.auth.hashers import make_password

    from dashboards.management.commands.seed_demo import QUICK_HASH, hash_with
    from teams.models import User
    from tests.people import PASSWORD, Cast

    real = settings.PASSWORD_HASHERS
    hash_with([QUICK_HASH, *real])  # one real hash for all below: each costs half a second
    cast = Cast()
    hash_with(real)
    User.objects.update(password=make_password(PASSWORD))
    User.objects.filter(username="nadia").update(is_charge_nurse=True)
    site = cast.team.site
    site.bag_hours = {"inpatient": 72, "home": 168}
    site.save()


if __name__ == "__main__":
    main()
