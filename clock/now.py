"""The one clock of the app. Domain time comes from `now()`; in training it can be moved.

Sessions, leases and audit seals use real time (`django.utils.timezone.now`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

_fixed: ContextVar[datetime | None] = ContextVar("fixed_now", default=None)
_offset: ContextVar[timedelta | None] = ContextVar("training_offset", default=None)


def now() -> datetime:
    """Domain time, aware, UTC."""
    fixed = _fixed.get()
    if fixed is not None:
        return fixed
    if not settings.TRAINING:
        return timezone.now()
    offset = _offset.get()
    return timezone.now() + (training_offset() if offset is None else offset)


def training_offset() -> timedelta:
    """How far the training clock is ahead of real time; zero when nobody moved it."""
    from clock.models import TrainingClock  # the app registry is not ready when this file loads

    return TrainingClock.objects.values_list("offset", flat=True).first() or timedelta(0)


@contextmanager
def one_offset_for_this_request() -> Iterator[None]:
    """Reads the training offset once, so that one page tells one time and costs one query."""
    token = _offset.set(training_offset() if settings.TRAINING else timedelta(0))
    try:
        yield
    finally:
        _offset.reset(token)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Domain time stands still at `moment` inside the block (due rows processed at their time)."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
