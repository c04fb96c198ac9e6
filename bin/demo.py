"""`make demo`: the whole app with a seeded programme, on embedded defaults.

With DATABASE_URL and REDIS_URL set: real web, worker, beat and watch processes instead.
PORT (8000) and HOST (127.0.0.1) choose where it answers. `--reset` starts over first.
"""

import argparse
import os
import sys

from bin import embedded_data, processes
from bin.announce import announce_when_ready
from bin.child import run_python
from bin.paths import VAR
from bin.ports import choose_port, port_from
from bin.run_processes import Supervisor

ACCOUNTS = VAR / "demo-accounts.txt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reset", action="store_true", help="start over: data and training clock")
    wanted = parser.parse_args()
    is_full = _choose_mode()
    if wanted.reset:
        reset()
        return
    _held = embedded_data.hold()
    host = os.environ.get("HOST", "127.0.0.1")
    port = choose_port(host, port_from(os.environ.get("PORT", "8000")))
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    _prepare()
    address = f"{host}:{port}"
    programs = processes.full(address) if is_full else processes.embedded(address)
    Supervisor(programs, prefix=is_full).run(lambda: announce_when_ready(host, port, ACCOUNTS))
    print("Stopped.", flush=True)


def _choose_mode() -> bool:
    """True for real processes. One address without the other is said, not guessed at."""
    VAR.mkdir(parents=True, exist_ok=True)
    database, broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if broker and not database:
        sys.exit("REDIS_URL is set but DATABASE_URL is not: set both, or neither.")
    if database and not broker:
        print("DATABASE_URL without REDIS_URL: reminders are sent by the web process.", flush=True)
    if not database:
        os.environ["DATABASE_URL"] = embedded_data.URL
    return bool(database and broker)


def _prepare() -> None:
    """Loading Django only to find that nothing changed would double the time to the first page."""
    is_embedded = os.environ["DATABASE_URL"] == embedded_data.URL
    if is_embedded and ACCOUNTS.is_file() and embedded_data.is_ready():
        return
    run_python("-m", "bin.prepare", "--seed", "--accounts", str(ACCOUNTS))
    if is_embedded:
        embedded_data.mark_ready()


def reset() -> None:
    """The file goes; in a database of somebody's server only our own tables go."""
    if os.environ["DATABASE_URL"] == embedded_data.URL:
        embedded_data.remove()
    else:
        run_python("-m", "bin.drop_our_tables")
    _prepare()
    print("The demo starts over. Run: make demo", flush=True)


if __name__ == "__main__":
    main()
