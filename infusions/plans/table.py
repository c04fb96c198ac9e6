"""One line of a plan page per bag: when, how much, made when, how much pause it can take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from infusions import queries
from infusions.models import Bag as MadeBag
from infusions.plans.planning import pharmacy_hours
from infusions.plans.proposals import Proposal
from protocol import bags
from protocol.dosing import DoseStep, dose_at
from protocol.planner import Bag
from protocol.preparation import Preparation, preparation


@dataclass(frozen=True)
class BagRow:
    """`hangs_at` and `ends_at` are None while the infusion is stopped. `end_minute` is infused
    minutes of the cycle. `state`: done, running, next or planned."""

    n: int
    hours: int
    runs_minutes: int
    end_minute: int
    setting: str
    at_home: bool
    boundary: str
    outside_window: bool
    movable: bool
    zone: str
    hangs_at: datetime | None
    ends_at: datetime | None
    step: DoseStep
    recipe: bags.BagRecipe | None
    reason: str
    times: Preparation | None
    state: str
    made: MadeBag | None

    @property
    def ends_local(self) -> datetime:
        return self.ends_at.astimezone(ZoneInfo(self.zone))

    @property
    def runs(self) -> timedelta:
        return timedelta(minutes=self.runs_minutes)

    @property
    def cut_minutes(self) -> int:
        return self.hours * 60 - self.runs_minutes

    @property
    def no_slack(self) -> bool:
        return self.times is not None and self.times.slack_minutes == 0

    @property
    def slack(self) -> timedelta | None:
        """The pause this bag can take; None when it is made already or cannot be."""
        minutes = self.times.slack_minutes if self.times else None
        return timedelta(minutes=minutes) if minutes is not None else None

    @property
    def setting_words(self) -> str:
        return _("Home") if self.setting == "home" else _("Hospital")

    @property
    def attendance(self) -> str:
        """Who attends the end of this bag, in words."""
        if self.boundary == "end":
            return _("Disconnect at home") if self.at_home else _("Disconnect on the ward")
        return _("Change at home") if self.at_home else _("Change on the ward")


def rows_of(shown: Proposal, at: datetime) -> list[BagRow]:
    """The bags of the plan; those of a plan in force with the wall times of the ledger."""
    changes = {}
    if shown.plan is not None and shown.plan.is_current:
        changes = {change.n: change for change in queries.planned_changes(shown.cycle, at)}
    return [
        row_of(shown, bag, n, changes.get(n), at)
        for n, bag in enumerate(shown.choice.bags, shown.first_n)
    ]


def row_of(shown: Proposal, bag: Bag, n: int, change, at: datetime) -> BagRow:
    subject, end = shown.subject, bag.minute + bag.runs_minutes
    step = dose_at(subject.steps, Decimal(bag.minute) / 60)
    hangs_at, ends_at = (change.hang_at, change.end_at) if change else (bag.hangs_at, bag.ends_at)
    recipe, reason = recipe_of(shown, step, bag.bag_hours)
    state, made = (change.state, change.bag) if change else ("planned", None)
    waits = state in ("planned", "next")
    return BagRow(
        n=n,
        hours=bag.bag_hours,
        runs_minutes=bag.runs_minutes,
        end_minute=end,
        setting=bag.setting,
        at_home=shown.case.is_home_attendance(end),
        boundary=bag.boundary or "",
        outside_window=bag.outside_window,
        movable=end < shown.case.total_minutes and waits,
        zone=shown.zone,
        hangs_at=hangs_at,
        ends_at=ends_at,
        step=step,
        recipe=recipe,
        reason=reason,
        times=prepared(shown, bag, recipe, at) if waits and made is None else None,
        state=state,
        made=made,
    )


def recipe_of(shown: Proposal, step: DoseStep, hours: int):
    """(recipe, "") or (None, why not): an old plan may hold a length the label lost."""
    for one in shown.subject.lengths(step):
        if one.hours == hours:
            missing = isinstance(one, bags.Refused)
            return (None, str(one.stop.message)) if missing else (one, "")
    return None, _("The label set names no bag of this length.")


def prepared(shown: Proposal, bag: Bag, recipe, at: datetime) -> Preparation | None:
    """When a bag that is not made yet can be prepared, from now on."""
    if recipe is None:
        return None
    return preparation(
        pharmacy_hours(shown.pharmacy, shown.case),
        shown.subject.limits[bag.bag_hours],
        hangs_at=bag.hangs_at,
        runs_minutes=bag.runs_minutes,
        not_before=at,
    )
