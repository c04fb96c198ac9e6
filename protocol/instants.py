"""Moments in time. Arithmetic is done in UTC, so a clock change never adds or loses an hour."""

from datetime import UTC, datetime

from .stops import HardStop, Stop


def utc(at: datetime, *, field: str = "at") -> datetime:
    """The same moment in UTC; raises HardStop for a time without a zone."""
    if at.tzinfo is None:
        message = "The time has no time zone. Enter it with its zone or offset."
        raise HardStop(Stop("time.naive", message, field=field))
    return at.astimezone(UTC)
