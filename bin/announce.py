"""Say where the app answers, once it does, and who can sign in."""

import time
import urllib.error
import urllib.request
from pathlib import Path

GIVE_UP_S = 90


def announce_when_ready(host: str, port: int, accounts: Path) -> None:
    """`accounts`: the file that bin.prepare wrote."""
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host
    if not _answers(f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/healthz"):
        print(f"The app has not answered in {GIVE_UP_S} s; the reason is above.", flush=True)
        return
    print(
        f"\n{accounts.read_text()}\nInfusion Coord: http://{shown}:{port}/\nCtrl-C stops it.\n",
        flush=True,
    )


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
