"""The test runs behind `make test` and `make test-all`; every run is done, then summed up.

    python -m bin.services python -m bin.suite short|all

PostgreSQL is the real database, so everything runs there; SQLite is the embedded default, so the
rules held by the database (short), or everything (all), run there as well.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bin.paths import ROOT

NOTHING_COLLECTED = 5
TWO_CORES = ("-n", "2", "--dist", "loadfile")


@dataclass
class Run:
    name: str
    arguments: Sequence[str]
    on_sqlite: bool = False


SHORT = (
    Run("quick tests", (*TWO_CORES, "-m", "not slow")),
    Run("database rules on SQLite", ("-m", "engine and not slow"), on_sqlite=True),
)
ALL = (
    Run("all but browser and real workers", (*TWO_CORES, "-m", "not browser and not redis")),
    Run("browser and real workers, one at a time", ("-m", "browser or redis")),
    Run(
        "everything else on SQLite",
        (*TWO_CORES, "-m", "not postgres and not redis and not browser"),
        on_sqlite=True,
    ),
)


def main() -> None:
    if sys.argv[1:] not in (["short"], ["all"]):
        sys.exit(__doc__)
    runs = SHORT if sys.argv[1] == "short" else ALL
    results = [(run, *_timed(run)) for run in runs]
    print("\nSummary")
    for run, status, seconds in results:
        print(f"  {outcome(status)}  {run.name}  ({seconds:.0f} s)")
    sys.exit(1 if any(status for _, status, _ in results) else 0)


def outcome(status: int) -> str:
    # A run that finds no test proves nothing: it fails, and says so.
    return {0: "ok    ", NOTHING_COLLECTED: "FAILED: no test was found"}.get(status, "FAILED")


def _timed(run: Run) -> tuple[int, float]:
    started = time.monotonic()
    engine = "SQLite" if run.on_sqlite or not os.environ.get("DATABASE_URL") else "PostgreSQL"
    print(f"\n== {run.name} ({engine})", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-rs"]
    command += run.arguments
    status = subprocess.run(command, cwd=ROOT, env=_environment(run), check=False).returncode
    return status, time.monotonic() - started


def _environment(run: Run) -> dict[str, str]:
    environment = dict(os.environ)
    if run.on_sqlite:
        # In memory under pytest; the name only keeps the demo's own file out of it.
        environment["DATABASE_URL"] = "sqlite:///:memory:"
    return environment


if __name__ == "__main__":
    main()
