"""Drop this app's own tables from the database that DATABASE_URL names; used by demo-reset.

Refuses in production, and asks for CONFIRM=yes: the database may be a shared one.
"""

import os
import sys

import django
from django.conf import settings
from django.db import connection


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "infusion_coord.settings")
    django.setup()
    name = settings.DATABASES["default"]["NAME"]
    if settings.PRODUCTION or not settings.TRAINING:
        sys.exit(f"{name} is not a training database; nothing was removed.")
    if os.environ.get("CONFIRM") != "yes":
        sys.exit(f"This removes all our data from {name}. To go on: make demo-reset CONFIRM=yes")
    drop_tables()


def drop_tables() -> None:
    ours = {*connection.introspection.django_table_names(), "django_migrations", "cache"}
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        cascade = " CASCADE" if connection.vendor == "postgresql" else ""
        functions = trigger_functions(cursor, sorted(ours & there))
        for table in sorted(ours & there):
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)}{cascade}")
        for function in functions:
            cursor.execute(f"DROP FUNCTION IF EXISTS {function}")


def trigger_functions(cursor, tables: list[str]) -> list[str]:
    """What guards our tables on PostgreSQL; the migrations make it again."""
    if connection.vendor != "postgresql":
        return []
    cursor.execute(
        "SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger"
        " JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal AND relname = ANY(%s)",
        [tables],
    )
    return [name for (name,) in cursor.fetchall()]


if __name__ == "__main__":
    main()
