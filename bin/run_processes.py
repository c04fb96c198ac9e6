"""A small supervisor: starts processes, prefixes what they print, restarts a crashed one with
back-off, and stops all of them on Ctrl-C or TERM.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO

from bin.paths import ROOT

LONGEST_WAIT_S = 30
CALM_AFTER_S = 60
STOP_SECONDS = 15
LOOK_EVERY_S = 0.2


@dataclass
class Program:
    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Child:
    program: Program
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    wait_s: float = 0.0
    start_at: float = 0.0


class Supervisor:
    def __init__(self, programs: Sequence[Program], *, prefix: bool = True):
        self.children = [Child(program) for program in programs]
        self.width = max(len(program.name) for program in programs) if prefix else 0
        self.stopping = False

    def run(self, when_started: Callable[[], None] | None = None) -> None:
        """Returns when asked to stop and everything that was started has ended."""
        for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wanted, self._stop_soon)
        try:
            self._look()
            if when_started:
                threading.Thread(target=when_started, daemon=True).start()
            while not self.stopping:
                time.sleep(LOOK_EVERY_S)
                self._look()
        finally:
            self._stop_all()

    def _stop_soon(self, *_: object) -> None:
        self.stopping = True

    def _look(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is None and now >= child.start_at:
                self._start(child, now)
            elif child.process is not None and child.process.poll() is not None:
                self._schedule_restart(child, now)

    def _start(self, child: Child, now: float) -> None:
        child.started_at = now
        child.process = subprocess.Popen(
            [*dies_with_us(), *child.program.command],
            cwd=ROOT,
            env={**os.environ, **child.program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C comes to us alone; we stop them in order
        )
        reader = threading.Thread(target=self._copy, args=(child.program, child.process.stdout))
        reader.daemon = True
        reader.start()

    def _schedule_restart(self, child: Child, now: float) -> None:
        lived_s = now - child.started_at
        # One that ran well for a while starts again at once; one that keeps falling waits longer.
        calm = lived_s > CALM_AFTER_S
        child.wait_s = 1.0 if calm or not child.wait_s else min(child.wait_s * 2, LONGEST_WAIT_S)
        child.start_at = now + child.wait_s
        ended = child.process.returncode
        child.process = None
        self._say(child.program, f"ended with {ended}; starting again in {child.wait_s:.0f} s")

    def _copy(self, program: Program, output: IO[bytes]) -> None:
        for line in output:
            self._say(program, line.decode(errors="replace").rstrip("\n"))

    def _say(self, program: Program, line: str) -> None:
        prefix = f"{program.name.ljust(self.width)} | " if self.width else ""
        sys.stdout.write(f"{prefix}{line}\n")
        sys.stdout.flush()

    def _stop_all(self) -> None:
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        give_up = time.monotonic() + STOP_SECONDS
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, give_up - time.monotonic()))
            _end_group(process)


def _end_group(process: subprocess.Popen) -> None:
    """Its children too: a worker's pool must not outlive it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def dies_with_us() -> list[str]:
    """On Linux a child gets TERM even when we are killed with -9."""
    return ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
