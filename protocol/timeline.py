"""Replay of a run: from its events to what was delivered, by elapsed time, exact to the second."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from .instants import utc
from .stops import HardStop, Stop
from .units import HOURS_PER_DAY, MICROSECOND, MICROSECONDS_PER_HOUR, mcg

Kind = Literal["started", "interrupted", "resumed", "bag_changed", "ended", "discontinued"]
State = Literal["planned", "running", "interrupted", "ended"]
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "planned": ("started",),
    "running": ("interrupted", "bag_changed", "ended", "discontinued"),
    "interrupted": ("resumed", "ended", "discontinued"),
    "ended": (),
}
SAID: Mapping[str, str] = {
    "started": "A start",
    "resumed": "A restart",
    "bag_changed": "A bag change",
    "interrupted": "A stop",
    "ended": "The end",
    "discontinued": "The early end",
}
STANDS: Mapping[str, str] = {
    "planned": "not started",
    "running": "running",
    "interrupted": "stopped",
    "ended": "over",
}
LEADS_TO: Mapping[str, State] = {
    "started": "running",
    "resumed": "running",
    "bag_changed": "running",
    "interrupted": "interrupted",
    "ended": "ended",
    "discontinued": "ended",
}


@dataclass(frozen=True)
class RunEvent:
    """One thing that happened to a run. `seq` orders events of the same moment.

    `started` needs a dose. Elsewhere None means: bag, rate and dose go on as they were.
    """

    kind: str
    at: datetime
    bag_code: str | None = None
    rate_ml_per_h: Decimal | None = None
    dose_mcg_per_day: Decimal | None = None
    seq: int = 0


@dataclass(frozen=True)
class Segment:
    """A stretch of constant infusion, UTC; `to_at` is None while it runs."""

    from_at: datetime
    to_at: datetime | None
    bag_code: str | None
    dose_mcg_per_day: Decimal
    rate: Decimal | None


@dataclass(frozen=True)
class Gap:
    """A stretch without infusion, UTC; `to_at` is None while it lasts."""

    from_at: datetime
    to_at: datetime | None


@dataclass(frozen=True)
class RunState:
    """A run as it is at one moment. `stopped_at` is set while it is interrupted or ended."""

    state: State
    is_running: bool
    delivered: timedelta
    delivered_mcg: Decimal
    segments: tuple[Segment, ...]
    gaps: tuple[Gap, ...]
    current_bag: str | None
    current_dose: Decimal | None
    started_at: datetime | None
    stopped_at: datetime | None
    bag_infused: Mapping[str, timedelta]


def replay(events: Iterable[RunEvent], now: datetime) -> RunState:
    """The run at `now`, from its events in any order; those after `now` have not happened yet.

    Raises HardStop, naming the event, for a sequence that cannot have happened.
    """
    moment = utc(now, field="now")
    past = sorted((e for e in events if utc(e.at) <= moment), key=lambda e: (utc(e.at), e.seq))
    run = _Run()
    for event in past:
        run.take(event)
    return run.seen_at(moment)


def end_of_cycle(state: RunState, now: datetime, total_hours: int) -> datetime | None:
    """When a running cycle will have delivered its hours (UTC); None unless it runs."""
    if not state.is_running:
        return None
    return utc(now, field="now") + timedelta(hours=total_hours) - state.delivered


class _Run:
    """The replay in progress; lives only inside `replay`."""

    def __init__(self) -> None:
        self.state: State = "planned"
        self.segments: list[Segment] = []
        self.gaps: list[Gap] = []
        self.bag: str | None = None
        self.dose: Decimal | None = None
        self.rate: Decimal | None = None
        self.stopped_at: datetime | None = None

    def take(self, event: RunEvent) -> None:
        at = utc(event.at)
        self._refuse_illegal(event)
        self._close(at)
        self.state = LEADS_TO[event.kind]
        self._carry(event)
        self._open(at)

    def seen_at(self, now: datetime) -> RunState:
        spans = [(segment, (segment.to_at or now) - segment.from_at) for segment in self.segments]
        return RunState(
            state=self.state,
            is_running=self.state == "running",
            delivered=sum((span for _, span in spans), timedelta(0)),
            delivered_mcg=_delivered_mcg(spans),
            segments=tuple(self.segments),
            gaps=tuple(self.gaps),
            current_bag=self.bag,
            current_dose=self.dose,
            started_at=self.segments[0].from_at if self.segments else None,
            stopped_at=self.stopped_at,
            bag_infused=_by_bag(spans),
        )

    def _refuse_illegal(self, event: RunEvent) -> None:
        if event.kind not in ALLOWED[self.state]:
            message = (
                f"{SAID.get(event.kind, event.kind)} cannot follow: at that time the infusion is"
                f" {STANDS[self.state]}. Correct this entry or the one before it."
            )
            raise HardStop(Stop(f"timeline.{self.state}_then_{event.kind}", message, field="at"))
        if event.kind == "started" and event.dose_mcg_per_day is None:
            message = "The start has no dose. Enter the dose."
            raise HardStop(Stop("timeline.dose_missing", message, field="dose_mcg_per_day"))

    def _close(self, at: datetime) -> None:
        """End what was going on: a segment while running, a gap while interrupted."""
        if self.state == "running":
            last = self.segments[-1]
            self.segments[-1] = Segment(
                last.from_at, at, last.bag_code, last.dose_mcg_per_day, last.rate
            )
        elif self.state == "interrupted":
            self.gaps[-1] = Gap(self.gaps[-1].from_at, at)

    def _carry(self, event: RunEvent) -> None:
        self.bag = event.bag_code or self.bag
        self.dose = self.dose if event.dose_mcg_per_day is None else event.dose_mcg_per_day
        self.rate = self.rate if event.rate_ml_per_h is None else event.rate_ml_per_h

    def _open(self, at: datetime) -> None:
        """Begin what follows. A run ended during a gap stopped when the gap began."""
        if self.state == "running":
            assert self.dose is not None, "a started run has a dose"
            self.segments.append(Segment(at, None, self.bag, self.dose, self.rate))
            self.stopped_at = None
            return
        if self.state == "interrupted":
            self.gaps.append(Gap(at, None))
        self.stopped_at = self.stopped_at or at


def _delivered_mcg(spans: list[tuple[Segment, timedelta]]) -> Decimal:
    """Divided once, at the end: a sum of rounded parts can fall on the wrong side of a half."""
    drug = sum((s.dose_mcg_per_day * (span // MICROSECOND) for s, span in spans), Decimal(0))
    return mcg(drug / (MICROSECONDS_PER_HOUR * HOURS_PER_DAY))


def _by_bag(spans: list[tuple[Segment, timedelta]]) -> Mapping[str, timedelta]:
    infused: dict[str, timedelta] = {}
    for segment, span in spans:
        if segment.bag_code is not None:
            infused[segment.bag_code] = infused.get(segment.bag_code, timedelta(0)) + span
    return MappingProxyType(infused)
