"""A real worker, on real Redis and PostgreSQL, dies by kill -9 while it sends a reminder."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from notifications.actions.escalation import raise_due
from notifications.models import OutboxMessage
from tests.notifications.builders import make_reminder

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
LEASE_S, SLOW_S = 3, 2


@pytest.fixture
def start(tmp_path):
    """`start("celery", …)`: a process of the app on this test's database, ended afterwards."""
    settings = connection.settings_dict
    database = f"postgres://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"{database}:{settings['PORT'] or 5432}/{settings['NAME']}",
        "EMAIL_URL": f"filemail:///{tmp_path}",
        "OUTBOX_LEASE_S": str(LEASE_S),
        "OUTBOX_SLOW_S": str(SLOW_S),
        "REDIS_PREFIX": f"killed-{os.getpid()}:",
        "TRAINING": "1",
    }
    running = []

    def launch(*words) -> subprocess.Popen:
        one = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=environment, start_new_session=True
        )
        running.append(one)
        return one

    yield launch
    for one in running:
        kill(one)


def kill(process) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(found, seconds: float):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := found():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s; rows: {list(rows())}")


def rows():
    return OutboxMessage.objects.values_list("channel", "state", "attempts", "sent_by")


def mail():
    return OutboxMessage.objects.filter(channel="email")


def test_killed_while_sending_a_handoff_reminder_loses_nothing(cast, clock, start, tmp_path):
    make_reminder(cast, kind="handoff_open", to=[cast.hugo])
    raise_due(clock.now)
    worker = start("celery", "-A", "infusion_coord", "worker", "--concurrency", "1")
    start("celery", "-A", "infusion_coord", "call", "notifications.tasks.deliver_outbox")
    wait_for(lambda: mail().filter(state="leased").exists(), 120)
    kill(worker)
    assert mail().get().state == "leased"
    start("django", "watch", "--settings", "infusion_coord.settings")
    wait_for(lambda: mail().filter(state="sent").exists(), LEASE_S + SLOW_S + 90)
    assert (mail().get().sent_by, mail().get().attempts) == ("watch", 2)
    said = "".join(file.read_text() for file in tmp_path.iterdir())
    assert "Repeat: A handoff waits for acceptance" in said
    assert not OutboxMessage.objects.exclude(state="sent").exists()
