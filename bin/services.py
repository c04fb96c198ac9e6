"""Run a command with PostgreSQL, Redis and Chromium: running ones, our own, or none.

    python -m bin.services pytest -n 2

Looks for a server on the standard port that lets us in (TEST_DATABASE_URL and TEST_REDIS_URL
name another), else starts a private one, else installs it (root, apt-get) and starts it. What is
still missing is said in one loud line and the tests that need it are skipped; with
REQUIRE_SERVICES=1 nothing is run and the exit status is 1. Whatever this started, it stops.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from bin.pango import has_pango, way_out
from bin.service_finders import find_chromium, find_postgres, find_redis

BROKEN_RUN = 1


@dataclass
class Found:
    environment: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    put_away: list[Callable[[], None]] = field(default_factory=list)


def main() -> None:
    command = sys.argv[1:]
    if not command:
        sys.exit(__doc__)
    # A stop from outside must unwind, so that what we started is stopped too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    found = Found()
    try:
        status = _run_with_services(found, command)
    finally:
        for put_away in reversed(found.put_away):
            put_away()
    sys.exit(status)


def _run_with_services(found: Found, command: list[str]) -> int:
    find_postgres(found)
    find_redis(found)
    find_chromium(found)
    if not has_pango():  # set-up has tried already
        found.missing.append(f"pango ({way_out()})")
    _say_what_is_missing(found.missing)
    if found.missing and os.environ.get("REQUIRE_SERVICES") == "1":
        print("REQUIRE_SERVICES=1: nothing was run.", flush=True)
        return BROKEN_RUN
    status = _run(command, {**os.environ, **found.environment})
    _say_what_is_missing(found.missing)
    return status


def _run(command: list[str], environment: dict[str, str]) -> int:
    program = shutil.which(command[0])
    if not program:
        sys.exit(f"{command[0]} was not found.")
    child = subprocess.Popen(command, executable=program, env=environment)
    try:
        return child.wait()
    except BaseException:
        # Ctrl-C reached the child as well: let it finish its own cleaning up first.
        child.send_signal(signal.SIGINT)
        child.wait()
        raise


def _say_what_is_missing(missing: list[str]) -> None:
    if missing:
        line = "!!!! TESTS SKIPPED, SERVICES MISSING: " + "; ".join(missing) + " !!!!"
        print(f"\n{line}\n", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
