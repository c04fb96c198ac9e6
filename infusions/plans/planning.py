"""From a patient, a label set and a site to a case of the planner, and what to do with its answer.

A case is plain JSON (the planner's own words), so that a plan can be computed again years later."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from commands.refusals import refuse
from infusions import values
from infusions.models import Cycle
from protocol import bags, planner, schedule
from protocol.dosing import DoseStep, dose_at
from protocol.label import Label
from protocol.planner_case import BadCase, Case, days_of, read_case
from protocol.planner_legal import Allowed
from protocol.planner_search import Search, search
from protocol.preparation import Limits, PharmacyHours, allowed_by, limits_of
from protocol.stability import storage_limits
from protocol.stops import HardStop, Stop
from teams.models import Site

SETTINGS = ("inpatient", "home")


@dataclass(frozen=True)
class Subject:
    """Whom a plan is for: the label set, the body the dose is worked out for, doses and place."""

    rules: Label
    weight_kg: Decimal
    bsa_m2: Decimal | None
    steps: tuple[DoseStep, ...]
    site: Site
    home_from_hour: int | None

    def lengths(self, step: DoseStep) -> tuple[bags.BagRecipe | bags.Refused, ...]:
        """Every length of the label set for one dose: a recipe, or why there is none."""
        return bags.lengths(
            self.rules,
            dose=step,
            weight_kg=self.weight_kg,
            bsa_m2=self.bsa_m2,
            training=self.rules.is_training,
        )

    @cached_property
    def vials(self) -> dict[tuple[int, int], int]:
        """Vials of a bag by (first hour of its dose, hours)."""
        return {
            (step.from_hour, one.hours): one.vials
            for step in self.steps
            for one in self.lengths(step)
            if isinstance(one, bags.BagRecipe)
        }

    @cached_property
    def limits(self) -> dict[int, Limits]:
        """How long a bag of each length keeps."""
        made = [one for step in self.steps for one in self.lengths(step)]
        return {
            one.hours: limits_of(storage_limits(self.rules, one))
            for one in made
            if isinstance(one, bags.BagRecipe)
        }


@dataclass(frozen=True)
class Wish:
    """What a what-if changes; nothing of it is written until somebody accepts.

    `longest` replaces the site's longest bag (hours) of a setting; None in it: no limit but the
    label's."""

    start: datetime | None = None
    longest: dict[str, int | None] = field(default_factory=dict)
    goals: tuple[str, ...] = ()
    leaves: datetime | None = None  # goes home then


@dataclass(frozen=True)
class Missing:
    """A length that is not offered for a dose, and the label row or rule that says why."""

    step: DoseStep
    hours: int
    stop: Stop


def case_for(
    subject: Subject, *, start: datetime, delivered_minutes: int = 0, wish: Wish | None = None
) -> dict:
    """The case as JSON. Raises HardStop, naming the row, when a dose has no length at all."""
    wish, site = wish or Wish(), subject.site
    begin = (wish.start or start).astimezone(ZoneInfo(site.zone))
    return {
        "start": begin.replace(second=0, microsecond=0).isoformat(timespec="minutes"),
        "zone": site.zone,
        "total_hours": schedule.cycle_hours(subject.rules),
        "delivered_minutes": delivered_minutes,
        "dose_step_hours": [step.from_hour for step in subject.steps if step.from_hour],
        "home_from_hour": subject.home_from_hour,
        "new_bag_at_discharge": site.new_bag_at_discharge and subject.home_from_hour is not None,
        "bag_hours": [offered(subject, step, wish) for step in subject.steps],
        "change_windows": site.change_windows,
        "holidays": site.holidays,
        "max_cut_hours": site.max_cut_hours,
        "max_early_change_hours": site.max_early_change_hours,
        "goals": list(wish.goals or site.plan_goals),
    }


def offered(subject: Subject, step: DoseStep, wish: Wish) -> dict[str, list[int]]:
    """Lengths, in hours, of one dose per setting; a setting in use must have at least one."""
    known = subject.lengths(step)
    made = [one.hours for one in known if isinstance(one, bags.BagRecipe)]
    found = {}
    for setting in SETTINGS:
        longest = wish.longest.get(setting, subject.site.bag_hours.get(setting))
        found[setting] = [hours for hours in made if longest is None or hours <= longest]
        if not found[setting] and in_use(subject, step, setting):
            no_length(known, longest)
    return found


def in_use(subject: Subject, step: DoseStep, setting: str) -> bool:
    """Whether a bag of this dose is hung in this setting."""
    home_from = subject.home_from_hour
    if setting == "home":
        return home_from is not None and step.to_hour > home_from
    return home_from is None or step.from_hour < home_from


def no_length(known, longest: int | None) -> None:
    wanted = [one for one in known if longest is None or one.hours <= longest]
    refused = [one for one in wanted if isinstance(one, bags.Refused)]
    if refused:
        raise HardStop(refused[-1].stop)
    refuse(
        "bag.no_length",
        _("No bag of %(hours)s h or less can be made. Let the site allow longer bags.")
        % {"hours": longest},
    )


def vials_of(subject: Subject, planned: Iterable[planner.Bag]) -> int:
    """Vials of all these bags."""
    return sum(
        subject.vials[(dose_at(subject.steps, bag.minute // 60).from_hour, bag.bag_hours)]
        for bag in planned
    )


def missing_lengths(subject: Subject) -> list[Missing]:
    """Every length of the label set that is not offered, with its reason."""
    return [
        Missing(step, one.hours, one.stop)
        for step in subject.steps
        for one in subject.lengths(step)
        if isinstance(one, bags.Refused)
    ]


def searched(
    case: dict, subject: Subject, pharmacy: dict | None = None, *, first_n: int = 1
) -> Search:
    """The whole answer to a case, with bags only that the pharmacy can have made by then.
    `first_n` is the number of its first bag.

    HardStop when the case is at fault or no plan exists."""
    try:
        read = read_case(case)
    except BadCase as faults:
        raise HardStop(
            *(Stop("plan.case", f"{f.field}: {f.message}", field=f.field) for f in faults.faults)
        ) from faults
    found = search(read, allowed_for(read, subject, pharmacy), first_n=first_n)
    if not found.feasible:
        refuse("plan.infeasible", planner.plan_of(found).why)
    return found


def allowed_for(case: Case, subject: Subject, pharmacy: dict | None = None) -> Allowed:
    """Which lengths can be prepared in time for each hour; `pharmacy` as kept with a plan."""
    hours = pharmacy_hours(pharmacy or pharmacy_of(subject.site), case)
    return allowed_by(case, hours, subject.limits)


def pharmacy_of(site: Site) -> dict:
    """The pharmacy's hours as JSON, to be kept with a plan."""
    opens, closes = site.preparation_opens, site.preparation_cut_off
    return {"days": site.preparation_days, "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}


def pharmacy_hours(pharmacy: dict, case: Case) -> PharmacyHours:
    """Closed on the holidays of the case."""
    opens, closes = (time.fromisoformat(pharmacy[name]) for name in ("opens", "closes"))
    return PharmacyHours(case.zone, ((days_of(pharmacy["days"]), opens, closes),), case.holidays)


def subject_of_cycle(cycle: Cycle) -> Subject:
    """As the cycle was planned: its own weight, surface and label set."""
    return Subject(
        rules=values.label_of(cycle),
        weight_kg=cycle.weight_kg,
        bsa_m2=cycle.bsa_m2,
        steps=values.steps_of(cycle),
        site=cycle.patient.care_team.site,
        home_from_hour=cycle.home_from_hour,
    )
