"""The demo's SQLite file: is it ready to serve, and how to remove it without pulling it from
under a running demo.
"""

import fcntl
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from bin import stamps
from bin.paths import ROOT, STATIC_NPM, VAR

FILE = VAR / "demo.sqlite3"
URL = f"sqlite:///{FILE}"
LOCK = VAR / "demo.lock"
STATIC_MANIFEST = VAR / "staticfiles" / "staticfiles.json"
IN_USE = "The demo is running: stop it first (Ctrl-C), then make demo-reset."


def is_ready() -> bool:
    """True when nothing that `bin.prepare` reads has changed since it prepared this very file.

    The mark is SQLite's user_version: inside the file, so it comes and goes with it."""
    if not (FILE.is_file() and STATIC_MANIFEST.is_file()):
        return False
    connection = sqlite3.connect(FILE)
    try:
        return connection.execute("PRAGMA user_version").fetchone() == (_mark(),)
    except sqlite3.DatabaseError:
        return False  # preparing it says what is wrong
    finally:
        connection.close()


def mark_ready() -> None:
    connection = sqlite3.connect(FILE)
    connection.execute(f"PRAGMA user_version = {_mark()}")
    connection.close()


def _mark() -> int:
    """28 bits: user_version holds 31. Never 0, which is what a new file has."""
    return int(stamps.digest_of(_sources())[:7], 16) + 1


def _sources() -> Iterator[Path]:
    """Every file of every app: a changed migration, checklist or model is prepared for."""
    for package in sorted(ROOT.glob("*/__init__.py")):
        if package.parent.name not in ("tests", "benchmarks"):
            yield from sorted(file for file in package.parent.rglob("*") if _counts(file))
    yield from sorted((ROOT / "locale").rglob("*.po"))
    yield from (ROOT / "static", STATIC_NPM, ROOT / "requirements.txt")


def _counts(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


def hold() -> IO:
    """Keep what this returns while the demo serves: until then `remove` refuses. The system lets
    go of it when the process ends, however it ends. Several demos may hold it."""
    held = LOCK.open("w")
    fcntl.flock(held, fcntl.LOCK_SH)
    return held


def remove() -> None:
    if not FILE.exists():
        return
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(IN_USE)
        _remove()


def _remove() -> None:
    _refuse_while_open()
    for name in (FILE.name, f"{FILE.name}-wal", f"{FILE.name}-shm"):
        (VAR / name).unlink(missing_ok=True)


def _refuse_while_open() -> None:
    """Leaving WAL mode needs the file to itself: some other program may be reading it."""
    connection = sqlite3.connect(FILE, timeout=2)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        sys.exit(IN_USE)
    except sqlite3.DatabaseError:
        return  # not a database any more: removing it is what helps
    finally:
        connection.close()
