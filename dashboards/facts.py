"""What one cycle means at one moment, for the board and the chart."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from infusions.cover.bag_now import BagNow, bag_now
from infusions.models import Cycle
from infusions.queries import elapsed_at, infusion_day

SOON = timedelta(hours=4)
DAY = timedelta(hours=24)
SECONDS_PER_HOUR = 3600


@dataclass(frozen=True)
class Facts:
    """What a row needs to know about a cycle at one moment."""

    cycle: Cycle
    at: datetime
    alerts: list = field(default_factory=list)  # open findings of monitoring

    @property
    def waiting_alerts(self) -> list:
        return [one for one in self.alerts if one.is_waiting]

    @property
    def is_started(self) -> bool:
        return self.cycle.state in ("running", "interrupted")

    @property
    def running_s(self) -> int:
        """Seconds infused since the last event; none while stopped or from an empty bag."""
        return int(elapsed_at(self.cycle, self.at).total_seconds()) - self.cycle.delivered_s

    @property
    def delivered_s(self) -> int:
        return self.cycle.delivered_s + self.running_s

    @property
    def day(self) -> int:
        return infusion_day(self.cycle, self.at)

    @property
    def bag_left_s(self) -> int:
        if self.cycle.current_bag is None:
            return 0
        whole = self.cycle.current_bag.bag_hours * SECONDS_PER_HOUR
        return max(0, whole - self.cycle.bag_delivered_s - self.running_s)

    @property
    def stopped_since(self) -> datetime | None:
        """A recorded stop, or the earliest one somebody reported."""
        reports = [report.stopped_at for report in self.cycle.open_reports]
        return self.cycle.stopped_at or (min(reports) if reports else None)

    @property
    def bag_now(self) -> BagNow | None:
        """None while it is stopped, or while somebody says that it is."""
        return None if self.stopped_since else bag_now(self.cycle, self.at)

    @property
    def is_over(self) -> bool:
        """The bag is empty or expired, or its change or the end was due."""
        return self.bag_now is not None and self.bag_now.is_wrong

    @property
    def next_change(self) -> datetime | None:
        return self.bag_now.due_at if self.bag_now else None
