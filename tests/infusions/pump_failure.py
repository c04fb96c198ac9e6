"""The adult of the first journey at home on a 7-day bag, made by the real actions.

Start Mon 4 Jan 2027 10:00 in New York, step after 168 h, home after day 9, changes Wed 20, Wed 27
and Fri 29 January, disconnect Mon 1 February.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from infusions.actions.bags import move_bag
from infusions.actions.plans import accept_plan
from infusions.actions.responsibility import move_responsibility
from infusions.actions.runs import change_bag, start_infusion
from infusions.plans.proposals import asked_for, in_force, shown_of
from infusions.plans.wishes import WhatIf
from infusions.queries import plan_of
from protocol.planner_search import search
from protocol.planner_ties import rank
from tests.infusions.planning import labelled, made, signed
from tests.infusions.running import checked, hang, premedicated, programmed
from tests.people import PASSWORD

NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
START = datetime(2027, 1, 4, 10, tzinfo=NEW_YORK)
HOME_HOURS = 216
# (bag_hours, runs_minutes): four bags before the step, one to the discharge, four at home
WISHED = [(h, h * 60) for h in (48, 48, 48, 24, 48, 168, 168, 48, 72)]


def at(day: int, clock: str, month: int = 1) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2027, month, day, hour, minute, tzinfo=NEW_YORK)


def site_of_the_journey(cast) -> None:
    site = cast.team.site
    site.bag_hours = {"inpatient": 48, "home": 168}
    site.holidays = ["2027-01-18", "2027-02-15"]
    site.save()


def planned_and_accepted(cast, clock):
    """The cycle with the plan that the case manager and the pharmacist chose among the ties."""
    site_of_the_journey(cast)
    clock.set(START - 24 * HOUR)
    cycle = signed(cast, clock, planned_start=START, home_from_hour=HOME_HOURS)
    shown = in_force(cycle, plan_of(cycle))
    wanted = rank(search(shown.case), WISHED)
    what_if = WhatIf(tie=wanted + 1)
    chosen = asked_for(cycle, what_if, clock.now)
    assert list(chosen.choice.runs) == WISHED
    accept_plan(
        cycle=cycle,
        what_if=what_if,
        digest=shown_of(cycle, what_if, clock.now).digest,
        by=cast.carla,
        password=PASSWORD,
        statement="yes",
        at=clock.now,
    )
    cycle.refresh_from_db()
    return cycle


def hang_planned(cast, clock, cycle, n: int, moment, *, place="ward"):
    """Bag n made, checked and brought cold, and hung at its time."""
    clock.set(moment - timedelta(minutes=75))
    planned = plan_of(cycle).bags.get(n=n)
    before = {1: "cycle_start"}.get(n) or ("step" if planned.minute == 168 * 60 else "")
    if before:
        premedicated(cast, clock, cycle, before=before)
    clock.set(moment - timedelta(minutes=40))
    bag = labelled(cast, clock, bag=made(cast, clock, cycle=cycle, n=n))
    facts = {"code": bag.code, "place": place, "storage": "cold", "moved_at": clock.now}
    move_bag(bag=bag, by=cast.nadia, at=clock.now, **facts)
    bag.refresh_from_db()
    checked(cast, clock, bag)
    programmed(cast, clock, bag)
    clock.set(moment)
    (start_infusion if n == 1 else change_bag)(**hang(cast, clock, bag))
    cycle.refresh_from_db()


def on_the_seven_day_bag(cast, clock):
    """Wed 20 Jan 10:00: the bag of 168 h runs at home."""
    cycle = planned_and_accepted(cast, clock)
    for planned in list(plan_of(cycle).bags.order_by("n"))[:7]:
        moment = START + timedelta(minutes=planned.minute)
        place = "home" if planned.minute > HOME_HOURS * 60 else "ward"
        hang_planned(cast, clock, cycle, planned.n, moment, place=place)
        if planned.minute == HOME_HOURS * 60:
            facts = {"to_setting": "home", "nurse": cast.hugo, "by": cast.hugo, "at": moment}
            with transaction.atomic():
                move_responsibility(cycle=cycle, **facts)
            cycle.refresh_from_db()
    return cycle
