"""Processor time of the pure core: lay out 28 days of bags, and replay a course hour by hour."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from protocol.pattern import fixed_pattern
from protocol.timeline import RunEvent, replay

GOAL_PLAN_MS = 20
START = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
HOURS = 672
ROUNDS = 9


def run(*, long: bool) -> dict:
    events = course()
    plan_ms = median_ms(plan)
    replay_ms = median_ms(lambda: replay(events, START + timedelta(hours=HOURS + 20)))
    print(f"{'28 days of bags laid out':34}{plan_ms:8.2f} ms   goal < {GOAL_PLAN_MS}")
    print(f"{f'replay of {len(events)} events':34}{replay_ms:8.2f} ms   no goal yet")
    missed = ["plan_ms"] if plan_ms >= GOAL_PLAN_MS else []
    return {"plan_ms": round(plan_ms, 3), "replay_ms": round(replay_ms, 3), "missed": missed}


def plan() -> object:
    return fixed_pattern(
        total_hours=HOURS, step_hours=(168,), home_from_hour=72, inpatient_hours=24, home_hours=96
    )


def course() -> list[RunEvent]:
    """A bag a day, and each day a stop of half an hour."""
    events = []
    for day in range(28):
        at = START + timedelta(days=day)
        kind = "bag_changed" if day else "started"
        events.append(RunEvent(kind, at, f"bag-{day}", Decimal(10), Decimal(28)))
        events.append(RunEvent("interrupted", at + timedelta(hours=12)))
        events.append(RunEvent("resumed", at + timedelta(hours=12, minutes=30)))
    return events


def median_ms(work: Callable[[], object]) -> float:
    work()
    taken = []
    for _ in range(ROUNDS):
        before = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - before))
    return statistics.median(taken)
