"""Processor time to send one message, from a small outbox and from one ten times as full.

In a database made for it and dropped afterwards. What a message costs must not grow with how
many wait.
"""

import statistics
import time

from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from notifications.actions.delivery import drain
from notifications.actions.outbox import message
from notifications.models import OutboxMessage
from tests.people import join, make_person, make_team

SMALL, LARGE, VERY_LARGE = 100, 1000, 3000
ROUNDS = 3
GOAL_RATIO = 1.5


def run(*, long: bool) -> dict:
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return _measured(VERY_LARGE if long else LARGE)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def _measured(many: int) -> dict:
    team = make_team()
    nurse = join(make_person("nurse", team.site.organisation, role="infusion_nurse"), team)
    _ms_each(nurse, SMALL)
    taken = [(_ms_each(nurse, SMALL), _ms_each(nurse, many)) for _ in range(ROUNDS)]
    small, large = (statistics.median(column) for column in zip(*taken, strict=True))
    ratio = large / small
    print(f"{f'one of {SMALL} messages':34}{small:8.2f} ms   no goal yet")
    print(f"{f'one of {many} messages':34}{large:8.2f} ms   no goal yet")
    print(f"{'ratio':34}{ratio:8.2f}      goal < {GOAL_RATIO}")
    missed = ["ratio"] if ratio >= GOAL_RATIO else []
    return {
        "engine": connection.vendor,
        "small_ms": round(small, 3),
        "large_ms": round(large, 3),
        "ratio": round(ratio, 2),
        "missed": missed,
    }


def _ms_each(nurse, count: int) -> float:
    at = timezone.now()
    waiting = [_one(nurse, at, number) for number in range(count)]
    OutboxMessage.objects.bulk_create(waiting)
    before = time.process_time()
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        handled = drain(sender="ticker")
    taken = time.process_time() - before
    sent = OutboxMessage.objects.filter(state="sent").count()
    assert handled == sent == count, f"{count} waited, {handled} were handled, {sent} were sent"
    OutboxMessage.objects.all().delete()
    return 1000 * taken / count


def _one(nurse, at, number: int) -> OutboxMessage:
    return message(
        to=nurse,
        channel="email",
        template="bag_change",
        context={},
        path="/patients/",
        dedupe_key=f"bench:{number}",
        at=at,
    )
