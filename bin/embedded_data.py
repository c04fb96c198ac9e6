"""The demo's SQLite file, and how to remove it without pulling it from under a running demo."""

import sqlite3
import sys

from bin.paths import VAR

FILE = VAR / "demo.sqlite3"
URL = f"sqlite:///{FILE}"


def remove() -> None:
    if not FILE.exists():
        return
    _refuse_while_in_use()
    for name in (FILE.name, f"{FILE.name}-wal", f"{FILE.name}-shm"):
        (VAR / name).unlink(missing_ok=True)


def _refuse_while_in_use() -> None:
    """Leaving WAL mode needs the file to itself: a running demo keeps it open."""
    connection = sqlite3.connect(FILE, timeout=2)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        sys.exit("The demo is running: stop it first (Ctrl-C), then make demo-reset.")
    except sqlite3.DatabaseError:
        return  # not a database any more: removing it is what helps
    finally:
        connection.close()
