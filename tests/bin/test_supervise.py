"""The supervisor of `make demo` and `make up`: nothing it starts outlives it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from bin.paths import ROOT

SUPERVISE = """
import sys
from bin import run_processes
from bin.run_processes import Program, Supervisor
run_processes.STOP_SECONDS = 2
folder = sys.argv[1]
lives = f"echo $$ >> {folder}/lives; trap 'exit 0' TERM; while :; do sleep 0.1; done"
falls = f"echo $$ >> {folder}/falls; exit 3"
stays = f"sleep 600 & echo $! > {folder}/grandchild; trap '' TERM; wait"
Supervisor([
    Program("lives", ["sh", "-c", lives]),
    Program("falls", ["sh", "-c", falls]),
    Program("stays", ["sh", "-c", stays]),
]).run()
"""


@pytest.fixture
def supervisor(tmp_path):
    command = [sys.executable, "-c", SUPERVISE, str(tmp_path)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    yield process
    if process.poll() is None:
        process.kill()
        process.wait()
    for left_over in lines_of(tmp_path / "grandchild"):
        if is_alive(left_over):
            os.kill(int(left_over), signal.SIGKILL)


def wait_for(condition, seconds=10):
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if condition():
            return True
        time.sleep(0.05)
    return False


def lines_of(file):
    return file.read_text().split() if file.exists() else []


def is_alive(pid):
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_a_crashed_process_is_started_again_and_a_healthy_one_is_left_alone(supervisor, tmp_path):
    assert wait_for(lambda: len(lines_of(tmp_path / "falls")) >= 2)
    assert len(lines_of(tmp_path / "lives")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_ends_every_process_even_one_that_ignores_it(supervisor, tmp_path, how):
    assert wait_for(lambda: lines_of(tmp_path / "grandchild") and lines_of(tmp_path / "lives"))
    supervisor.send_signal(how)
    assert supervisor.wait(30) == 0
    started = lines_of(tmp_path / "lives") + lines_of(tmp_path / "grandchild")
    assert wait_for(lambda: not any(map(is_alive, started)))


@pytest.mark.slow
def test_a_killed_supervisor_takes_its_processes_with_it(supervisor, tmp_path):
    assert wait_for(lambda: lines_of(tmp_path / "lives"))
    supervisor.kill()
    supervisor.wait()
    assert wait_for(lambda: not is_alive(lines_of(tmp_path / "lives")[0]))


def test_what_processes_print_carries_their_name(supervisor):
    assert "falls | ended with 3; starting again in 1 s" in supervisor.stdout.readline()
