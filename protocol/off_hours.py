"""When the pharmacy is closed for longer than a night, and what has to be asked for before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .instants import utc
from .preparation import MINUTE, PharmacyHours, minute_of

NIGHT = timedelta(hours=24)  # a closure that is no longer is a night: the next morning serves
LOOKED_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Closure:
    """The pharmacy closes at `from_at`, opens at `to_at` and works on that day until `first_end`;
    local times."""

    from_at: datetime
    to_at: datetime
    first_end: datetime

    def is_closed_at(self, at: datetime) -> bool:
        return self.from_at < at < self.to_at

    def concerns(self, at: datetime) -> bool:
        """Whether what is needed then has to be asked for before the pharmacy closes: it is closed
        then, or has only that day's work to make it."""
        return self.from_at < at <= self.first_end


def next_closure(pharmacy: PharmacyHours, at: datetime) -> Closure | None:
    """The first closure of more than a day that is not over: a weekend, or holidays. None when
    there is none for two weeks."""
    now = minute_of(utc(at))
    times = pharmacy.between(at - LOOKED_AHEAD, at + LOOKED_AHEAD)
    pairs = zip(times.closes, times.opens[1:], times.closes[1:], strict=False)
    for closes, opens, first_end in pairs:
        if opens > now and (opens - closes) * MINUTE > NIGHT:
            local = pharmacy.local
            return Closure(local(closes), local(opens), local(first_end))
    return None
