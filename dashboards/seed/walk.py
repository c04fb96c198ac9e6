"""Walks one invented patient from enrolment to where the story stands now."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from dashboards.seed import bedside, home, watching
from dashboards.seed.bedside import Hands
from dashboards.seed.courses import Story
from dashboards.seed.people import PASSWORD
from infusions.actions.cycles import plan_cycle, sign_order
from infusions.actions.medications import give_medication
from infusions.actions.plans import accept_plan
from infusions.actions.reports import interrupt_infusion
from infusions.actions.responsibility import move_responsibility
from infusions.actions.runs import change_bag, end_infusion, start_infusion
from infusions.models import Cycle, PlannedBag
from infusions.plans.proposals import shown_of
from infusions.plans.wishes import WhatIf
from infusions.values import label_of
from patients.actions import enrol, give_access
from protocol import premedication

LABEL = "training-us-current"
BEFORE_START = timedelta(days=3)
MADE_BEFORE = timedelta(hours=20)
CHECKED_BEFORE = timedelta(hours=19)
BROUGHT_BEFORE = timedelta(hours=1)
PREMEDICATED_BEFORE = timedelta(minutes=70)
READY_BEFORE = timedelta(minutes=20)
WORKING_HOURS = range(9, 16)  # a change may still drift later by a pause
EVENING, SATURDAY = 19, 5


@dataclass(frozen=True)
class Walk:
    story: Story
    number: int
    team: object
    people: dict
    now: datetime

    @property
    def hands(self) -> Hands:
        odd, people = self.number % 2, self.people
        return Hands(
            maker=people["tom" if odd else "farid"],
            checker=people["petra"],
            nurse=people["nadia" if odd else "ines"],
            second=people["ines" if odd else "nadia"],
        )

    @property
    def start(self) -> datetime:
        """When the infusion began, or is planned to: to the minute, so that it stands right now."""
        if self.story.state in ("enrolled", "planned", "ordered"):
            return next_morning(self.now + timedelta(hours=12), self.team.site.zone)
        paused = timedelta(minutes=self.story.stopped_minutes)
        rested = timedelta(days=4 if self.story.state == "ended" else 0)
        begun = self.now - timedelta(days=self.story.day) - paused - rested
        begun = begun.replace(second=0, microsecond=0)
        if self.story.exact:
            return begun
        return self.as_advised(begun)

    def as_advised(self, begun: datetime) -> datetime:
        """By day and on a weekday near it, as the start advisor says; one story was not advised."""
        if self.story.bad_start:
            return at_hour(begun, self.team.site.zone, EVENING)
        hour = WORKING_HOURS[self.number % len(WORKING_HOURS)]
        start = by_day(begun, self.team.site.zone, hour)
        near = [start + timedelta(days=days) for days in (0, 1, -1, 2, -2)]
        good = (one for one in near if is_weekday(one, self.team.site.zone) and self.is_told(one))
        return next(good, start)

    def is_told(self, start: datetime) -> bool:
        """Whether with this start the patient is still where the story has them."""
        end = self.now if self.story.state == "running" else start + timedelta(days=self.story.day)
        infused = (end - start) / timedelta(hours=1)
        home_from = self.story.home_from_hour
        return infused > 0 and (home_from is None or self.story.at_home == (infused > home_from))

    @property
    def stops_at(self) -> datetime:
        """The present, or the moment this story's infusion stopped or ended."""
        if self.story.state == "running":
            return self.now
        if self.story.state == "interrupted":
            return self.now - timedelta(minutes=self.story.stopped_minutes)
        return self.start + timedelta(days=self.story.day)


def by_day(begun: datetime, zone: str, hour: int) -> datetime:
    """Nobody starts a month of bag changes at night: at `hour` of that day, when it was not by day.
    The hours differ, because two home nurses go round."""
    local = begun.astimezone(ZoneInfo(zone))
    if local.hour in WORKING_HOURS:
        return begun
    return at_hour(begun, zone, hour)


def at_hour(begun: datetime, zone: str, hour: int) -> datetime:
    return begun.astimezone(ZoneInfo(zone)).replace(hour=hour, minute=0).astimezone(UTC)


def is_weekday(moment: datetime, zone: str) -> bool:
    return moment.astimezone(ZoneInfo(zone)).weekday() < SATURDAY


def next_morning(after: datetime, zone: str) -> datetime:
    """10:00 by the clock of the site, the first one on a weekday after a moment."""
    local = after.astimezone(ZoneInfo(zone))
    start = local.replace(hour=10, minute=0, second=0, microsecond=0)
    while start < local or start.weekday() >= SATURDAY:
        start += timedelta(days=1)
    return start.astimezone(UTC)


def run(walk: Walk) -> None:
    patient = enrolled(walk)
    if walk.story.state == "enrolled":
        return
    cycle = planned(walk, patient)
    if walk.story.state == "planned":
        return
    ordered(walk, cycle)
    accepted(walk, cycle)
    bags = list(PlannedBag.objects.filter(plan__cycle=cycle, plan__is_current=True).order_by("n"))
    if walk.story.state == "ordered":
        bedside.make(cycle, bags[0], hands=walk.hands, at=walk.now - timedelta(hours=1))
        return
    infused(walk, cycle, bags)


def enrolled(walk: Walk):
    story, at = walk.story, min(walk.start, walk.now) - BEFORE_START
    patient = enrol(
        by=walk.people["carla"],
        at=at,
        care_team=walk.team,
        record_number=f"TST-{40100 + 7 * walk.number}",
        family_name=story.family,
        given_name=story.given,
        birth_date=story.born,
        sex=story.sex,
        language=story.language,
        interpreter_needed=story.language != "en",
        bed=story.bed,
        home_distance_km=story.km,
        weight_kg=Decimal(story.weight_kg),
        height_cm=Decimal(story.height_cm),
        measured_at=at,
        allergy_status="listed" if story.allergy else "none_known",
        allergies=[(story.allergy, "")] if story.allergy else [],
    )
    if story.account:
        account = walk.people[story.account]
        give_access(patient=patient, user=account, by=walk.people["carla"], at=at)
    return patient


def planned(walk: Walk, patient) -> Cycle:
    return plan_cycle(
        patient=patient,
        indication=walk.story.indication,
        philadelphia="negative",
        number=walk.story.number,
        label_id=LABEL,
        planned_start=walk.start,
        home_from_hour=walk.story.home_from_hour,
        by=walk.people["farid"],
        at=min(walk.start, walk.now) - timedelta(days=2),
    )


def ordered(walk: Walk, cycle: Cycle) -> None:
    order = cycle.orders.get()
    sign_order(
        order=order,
        by=walk.people["olga"],
        password=PASSWORD,
        statement="I reviewed the doses, the weight and the label set, and order this cycle.",
        at=min(walk.start, walk.now) - timedelta(days=1, hours=4),
    )


def accepted(walk: Walk, cycle: Cycle) -> None:
    """The best plan as it was proposed."""
    at = min(walk.start, walk.now) - timedelta(days=1)
    accept_plan(
        cycle=cycle,
        what_if=WhatIf(),
        digest=shown_of(cycle, WhatIf(), at).digest,
        by=walk.people["carla"],
        password=PASSWORD,
        statement="I have looked at this bag plan and accept it.",
        at=at,
    )


def infused(walk: Walk, cycle: Cycle, bags: list[PlannedBag]) -> None:
    """Hangs each bag at its time until the story's present, then what follows."""
    home_at = None
    if walk.story.at_home:
        home_at = walk.start + timedelta(hours=cycle.home_from_hour)
    for planned_bag in bags:
        at = walk.start + timedelta(minutes=planned_bag.minute)
        if at > walk.stops_at:
            break
        if home_at and at >= home_at and cycle.responsible_setting != "home":
            go_home(walk, cycle, at)
        hang(walk, cycle, planned_bag, at)
    finish(walk, cycle, bags)


def go_home(walk: Walk, cycle: Cycle, at: datetime) -> None:
    home.teach(walk, cycle, at)
    nurse = walk.people["hugo" if walk.number % 2 else "jana"]
    move_responsibility(cycle=cycle, to_setting="home", nurse=nurse, by=nurse, at=at)
    cycle.refresh_from_db()


def hang(walk: Walk, cycle: Cycle, planned_bag: PlannedBag, at: datetime) -> None:
    bag = bedside.make(cycle, planned_bag, hands=walk.hands, at=at - MADE_BEFORE)
    bedside.check(bag, hands=walk.hands, at=at - CHECKED_BEFORE)
    place = "home" if cycle.responsible_setting == "home" else "ward"
    bedside.bring(bag, place, hands=walk.hands, at=at - BROUGHT_BEFORE)
    event = "cycle_start" if planned_bag.n == 1 else step_event(cycle, planned_bag)
    if event:
        premedicate(walk, cycle, event, at - PREMEDICATED_BEFORE)
    bag.refresh_from_db()
    bedside.ready_to_hang(bag, hands=walk.hands, at=at - READY_BEFORE)
    act = start_infusion if planned_bag.n == 1 else change_bag
    cycle.refresh_from_db()
    act(
        cycle=cycle,
        bag_code=bag.code,
        by=walk.hands.nurse,
        password=PASSWORD,
        occurred_at=at,
        at=at,
    )
    cycle.refresh_from_db()


def step_event(cycle: Cycle, planned_bag: PlannedBag) -> str:
    changed = cycle.dose_mcg_per_day not in (None, planned_bag.dose_mcg_per_day)
    return "step" if changed else ""


def premedicate(walk: Walk, cycle: Cycle, event: str, at: datetime) -> None:
    due = premedication.due(
        label_of(cycle),
        age_years=cycle.patient.age_years(at.date()),
        indication=cycle.indication,
        cycle_no=cycle.number,
        event=event,
        bsa_m2=cycle.bsa_m2,
    )
    if due.needed != "yes":
        return
    give_medication(
        cycle=cycle,
        purpose="premedication",
        before=event,
        drug=due.drug,
        dose_mg=due.dose_mg,
        route=due.route or "",
        given_at=at,
        by=walk.hands.nurse,
        at=at,
    )


def finish(walk: Walk, cycle: Cycle, bags: list[PlannedBag]) -> None:
    story = walk.story
    if story.state == "ended":
        end_infusion(
            cycle=cycle,
            by=walk.hands.nurse,
            password=PASSWORD,
            occurred_at=walk.stops_at,
            line_flushed=False,
            at=walk.stops_at,
        )
        return
    prepare_next(walk, cycle, bags)
    watching.observe(walk, cycle)
    if story.state == "interrupted":
        interrupt_infusion(
            cycle=cycle,
            by=walk.people["hugo"],
            occurred_at=walk.stops_at,
            cause="line",
            note="Air in line.",
            at=walk.stops_at,
        )
        return
    if story.handoff == "open":
        home.offer(walk, cycle)
    if cycle.responsible_setting == "home":
        home.visit(walk, cycle, is_last_bag=cycle.current_bag.planned.n == bags[-1].n)


def prepare_next(walk: Walk, cycle: Cycle, bags: list[PlannedBag]) -> None:
    """The bag after the running one, as far as the story has it."""
    waiting = [bag for bag in bags if bag.n == cycle.current_bag.planned.n + 1]
    if not waiting or walk.story.next_bag == "nothing":
        return
    made_at = walk.now - timedelta(hours=3)
    lot = bedside.RECALLED_LOT if walk.story.next_bag == "discarded" else bedside.LOT
    bag = bedside.make(cycle, waiting[0], hands=walk.hands, at=made_at, lot=lot)
    if walk.story.next_bag == "made":
        return
    bedside.check(bag, hands=walk.hands, at=made_at + timedelta(hours=1))
    if walk.story.next_bag == "discarded":
        bedside.discard(bag, hands=walk.hands, at=made_at + timedelta(hours=2))
    if walk.story.next_bag == "here":
        place = "home" if cycle.responsible_setting == "home" else "ward"
        bedside.bring(bag, place, hands=walk.hands, at=made_at + timedelta(hours=2))
