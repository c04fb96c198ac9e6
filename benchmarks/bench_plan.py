"""Processor time of the pure core: plan 28 days of bags, and replay a course hour by hour."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from benchmarks import planner
from protocol.timeline import RunEvent, replay

START = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
HOURS = 672


def run(*, long: bool) -> dict:
    figures = planner.run(long=long)
    events = course()
    replay_ms = planner.median_ms(lambda: replay(events, START + timedelta(hours=HOURS + 20)))
    print(f"{f'replay of {len(events)} events':34}{replay_ms:8.2f} ms   no goal yet")
    return {**figures, "replay_ms": round(replay_ms, 3)}


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
