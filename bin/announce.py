"""Say where the app answers, once it does, and who can sign in."""

import subprocess
import time
import urllib.error
import urllib.request

from bin.paths import ROOT, VENV_PYTHON
from bin.run_processes import dies_with_us

GIVE_UP_S = 90


def announce_when_ready(host: str, port: int) -> None:
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host
    if not _answers(f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/healthz"):
        print(f"The app has not answered in {GIVE_UP_S} s; the reason is above.", flush=True)
        return
    accounts = _accounts()
    print(f"\n{accounts}\nInfusion Coord: http://{shown}:{port}/\nCtrl-C stops it.\n", flush=True)


def _answers(url: str) -> bool:
    give_up = time.monotonic() + GIVE_UP_S
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return True
        except urllib.error.HTTPError:
            return True  # it answers; a part that is still starting shows on its health page
        except OSError:
            time.sleep(0.2)
    return False


def _accounts() -> str:
    command = [*dies_with_us(), VENV_PYTHON, "manage.py", "demo_accounts"]
    # A session of its own: Ctrl-C while it lists must not print its traceback, but ends it.
    listed = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, start_new_session=True
    )
    return listed.stdout.rstrip() or f"No accounts could be listed: {listed.stderr.strip()}"
