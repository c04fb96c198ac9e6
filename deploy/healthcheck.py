"""Is this container well? `python deploy/healthcheck.py web|sending|beat`; exit 0 when it is.

web: the app answers and reaches its database. sending: reminders really go out (asked of the web
container, because that is what the others are for). beat: its schedule file is being written.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ANSWER_WITHIN_S = 5
# Beat writes its schedule every three minutes.
SCHEDULE_OLDEST_S = 400


def main() -> None:
    checks = {"web": web_is_well, "sending": reminders_go_out, "beat": beat_is_well}
    if len(sys.argv) != 2 or sys.argv[1] not in checks:
        sys.exit(__doc__)
    sys.exit(0 if checks[sys.argv[1]]() else 1)


def web_is_well() -> bool:
    status, body = _ask("http://127.0.0.1:8000/healthz")
    return status in (200, 503) and body.get("database") == "ok"


def reminders_go_out() -> bool:
    status, _ = _ask("http://web:8000/healthz")
    return status == 200


def beat_is_well() -> bool:
    written = [file.stat().st_mtime for file in Path("/tmp").glob("celerybeat-schedule*")]
    return bool(written) and time.time() - max(written) < SCHEDULE_OLDEST_S


def _ask(url: str) -> tuple[int, dict]:
    """As the proxy asks: with the site's name, and saying that the outside is https."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".")
    headers = {"Host": "localhost" if host == "*" else host, "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, _body_of(refusal)
    except OSError:
        return 0, {}


def _body_of(refusal: urllib.error.HTTPError) -> dict:
    try:
        return json.load(refusal)
    except ValueError:
        return {}


if __name__ == "__main__":
    main()
