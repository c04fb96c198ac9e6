"""A real worker dies by kill -9 while it sends: the reminder still goes out, by the standby sender.

Runs the test that proves it, once (`--long`: ten times), each time on a database of its own.
"""

import subprocess
import sys
import time

from bin.paths import ROOT

TEST = "tests/notifications/test_worker_killed.py"
ROUNDS, LONG_ROUNDS = 1, 10


def run(*, long: bool) -> dict:
    rounds = LONG_ROUNDS if long else ROUNDS
    results = [_kill_one() for _ in range(rounds)]
    lost = sum(not went_well for went_well, _ in results)
    for number, (went_well, seconds) in enumerate(results, start=1):
        said = "sent by the standby sender" if went_well else "LOST, or not run"
        print(f"round {number:2}   {said:30}{seconds:6.1f} s with starting")
    return {"kills": rounds, "lost": lost, "missed": ["lost"] if lost else []}


def _kill_one() -> tuple[bool, float]:
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", TEST]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    # Skipped proves nothing: without PostgreSQL and Redis this fails, and says why.
    went_well = answer.returncode == 0 and "1 passed" in answer.stdout
    if not went_well:
        print(answer.stdout[-2000:], answer.stderr[-2000:])
    return went_well, time.monotonic() - began
