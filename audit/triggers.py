"""Rules the database itself keeps, for tables whose rows must not change, as migration operations.

PostgreSQL and SQLite refuse with an IntegrityError. On SQLite a later migration that rebuilds a
table loses its triggers: such a migration must repeat these operations."""

from functools import partial

from django.db import migrations

# TRUNCATE passes by row triggers; a test database says it may be emptied between tests.
FLUSH_SETTING = "infusion_coord.allow_flush"


def append_only(table: str) -> list:
    """Rows are added and never changed or removed."""
    return [
        migrations.RunPython(
            partial(install_append_only, table=table), partial(remove_append_only, table=table)
        )
    ]


def never_removed(table: str) -> list:
    """Rows are added and never removed; which columns may change say `frozen_columns`."""
    kept = partial(install_append_only, table=table, verbs=("DELETE",))
    return [migrations.RunPython(kept, partial(remove_append_only, table=table))]


def frozen_columns(
    table: str, columns: list[str], *, once_set: bool = False, after: str = ""
) -> list:
    """Columns that never change; with `once_set`, that may be filled in but then never change;
    with `after`, that never change once that column is filled in."""
    return [
        migrations.RunPython(
            partial(install_frozen, table=table, columns=columns, once_set=once_set, after=after),
            partial(remove_frozen, table=table, after=after),
        )
    ]


def install_append_only(apps, editor, *, table: str, verbs=("UPDATE", "DELETE")) -> None:
    if editor.connection.vendor == "postgresql":
        name = f"{table}_append_only"
        run(editor, refusing_function(name, f"{table} is append-only"))
        run(editor, on_rows(name, table, " OR ".join(verbs)))
        run(
            editor,
            f"CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT WHEN"
            f" (current_setting('{FLUSH_SETTING}', true) IS DISTINCT FROM 'on')"
            f" EXECUTE FUNCTION {name}()",
        )
        return
    for verb in verbs:
        run(
            editor,
            f"CREATE TRIGGER {table}_append_only_{verb.lower()} BEFORE {verb} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        )


def remove_append_only(apps, editor, *, table: str) -> None:
    if editor.connection.vendor == "postgresql":
        run(editor, f"DROP FUNCTION IF EXISTS {table}_append_only() CASCADE")
        return
    for verb in ("update", "delete"):
        run(editor, f"DROP TRIGGER IF EXISTS {table}_append_only_{verb}")


def frozen_name(table: str, after: str) -> str:
    return f"{table}_frozen_after_{after}" if after else f"{table}_frozen"


def install_frozen(
    apps, editor, *, table: str, columns: list[str], once_set: bool, after: str = ""
) -> None:
    name, message = frozen_name(table, after), f"{table}: {', '.join(columns)} may not change"
    only = f"OLD.{after} IS NOT NULL AND " if after else ""
    if editor.connection.vendor == "postgresql":
        run(editor, refusing_function(name, message))
        differs = changed(columns, "IS DISTINCT FROM", once_set)
        run(editor, on_rows(name, table, "UPDATE", f"WHEN ({only}({differs}))"))
        return
    run(
        editor,
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table}"
        f" WHEN {only}({changed(columns, 'IS NOT', once_set)})"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END",
    )


def remove_frozen(apps, editor, *, table: str, after: str = "") -> None:
    name = frozen_name(table, after)
    if editor.connection.vendor == "postgresql":
        run(editor, f"DROP FUNCTION IF EXISTS {name}() CASCADE")
        return
    run(editor, f"DROP TRIGGER IF EXISTS {name}")


def changed(columns: list[str], differs: str, once_set: bool) -> str:
    was_set = "OLD.{c} IS NOT NULL AND " if once_set else ""
    return " OR ".join(f"({was_set}OLD.{{c}} {differs} NEW.{{c}})".format(c=c) for c in columns)


def refusing_function(name: str, message: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$"
    )


def on_rows(name: str, table: str, verbs: str, when: str = "") -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {verbs} ON {table} FOR EACH ROW {when}"
        f" EXECUTE FUNCTION {name}()"
    )


def run(editor, statement: str) -> None:
    editor.execute(statement, params=None)
