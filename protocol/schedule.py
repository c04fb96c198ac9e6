"""The calendar of a cycle: end, dose steps, supervised days, treatment-free interval."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .dosing import no_such_cycle
from .instants import utc
from .label import Label
from .label_rows import CycleRow
from .stops import HardStop, Stop

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Schedule:
    """One cycle without interruptions, all times UTC.

    `step_at` are the moments the dose changes. `supervised_days` are first and last infusion day
    of the recommended hospital stay, None where the label set names none.
    """

    start: datetime
    end: datetime
    step_at: tuple[datetime, ...]
    supervised_days: tuple[int, int] | None
    supervised_text: str
    supervision_source: str
    treatment_free_days: int


def cycle_schedule(label: Label, *, indication: str, cycle_no: int, start: datetime) -> Schedule:
    """The calendar of one cycle begun at an aware `start`.

    Raises HardStop when the label set has no such cycle or its rows may not plan.
    """
    row = _cycle_row(label, indication, cycle_no)
    begin = utc(start, field="start")
    days = row.supervised_days
    return Schedule(
        start=begin,
        end=begin + timedelta(hours=cycle_hours(label)),
        step_at=tuple(begin + timedelta(hours=h) for h in step_hours(label, indication, cycle_no)),
        supervised_days=(days[0], days[1]) if days else None,
        supervised_text=row.supervision_text,
        supervision_source=row.source,
        treatment_free_days=row.treatment_free_days,
    )


def cycle_hours(label: Label) -> int:
    """Infusion hours of a whole cycle."""
    return label.course.cycle_hours


def step_hours(label: Label, indication: str, cycle_no: int) -> tuple[int, ...]:
    """Elapsed infusion hours at which the dose of this cycle changes."""
    doses = [d for d in label.doses if d.indication == indication]
    starts = {d.from_hour for d in doses if d.first_cycle <= cycle_no <= d.last_cycle}
    return tuple(sorted(starts - {0}))


def next_cycle_not_before(
    label: Label, *, indication: str, cycle_no: int, ended_at: datetime
) -> datetime:
    """The first moment (UTC) for the next cycle after the treatment-free days of this one."""
    row = _cycle_row(label, indication, cycle_no)
    return utc(ended_at, field="ended_at") + timedelta(days=row.treatment_free_days)


def infusion_day(elapsed: timedelta) -> int:
    """Infusion day N is the Nth 24 hours of elapsed time, not the Nth date.

    Raises HardStop for a time before the start.
    """
    if elapsed < timedelta(0):
        message = "This time lies before the start of the infusion. Check the date and time."
        raise HardStop(Stop("schedule.before_start", message))
    return elapsed // DAY + 1


def is_supervised_day(schedule: Schedule, day: int) -> bool:
    """Whether an infusion day lies in the recommended hospital stay."""
    days = schedule.supervised_days
    return days is not None and days[0] <= day <= days[1]


def _cycle_row(label: Label, indication: str, cycle_no: int) -> CycleRow:
    for row in label.cycles:
        if row.indication == indication and row.first_cycle <= cycle_no <= row.last_cycle:
            row.for_planning()
            return row
    raise HardStop(no_such_cycle(label, indication, cycle_no))
