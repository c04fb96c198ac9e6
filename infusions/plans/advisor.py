"""When to start: what each start hour of the coming days would mean for the whole month."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from display.sentences import said
from infusions.models import Cycle
from infusions.plans.planning import (
    Subject,
    Wish,
    allowed_for,
    case_for,
    subject_of_cycle,
    vials_of,
)
from infusions.plans.wishes import WhatIf, as_typed
from infusions.plans.words import moment_of
from protocol import planner
from protocol.advisor import Advice, advise
from protocol.planner_case import Case, read_case

DAYS = 14
HOURS = range(24)
WORST = 3  # this many changes outside their window, or more, look the same


@dataclass(frozen=True)
class Cell:
    """One start hour. `plan` is None for an hour that is past or does not exist that day, and for
    one from which no plan exists: then `why` says what forbids it."""

    hour: int
    start: datetime | None = None
    advice: Advice | None = None
    vials: int = 0
    query: str = ""
    why: str = ""

    @property
    def plan(self) -> planner.Plan | None:
        return self.advice.plan if self.advice else None

    @property
    def level(self) -> int:
        return min(self.plan.cost["outside_window"], WORST)

    @property
    def ends_at(self) -> datetime:
        return self.advice.ends_at

    @property
    def weekend(self) -> str:
        """The day of the disconnect when it is on a weekend, else empty."""
        return f"{self.ends_at:%a}" if self.advice.weekend_disconnect else ""

    @property
    def query_start(self) -> str:
        return as_typed(self.start)

    @property
    def no_words(self) -> str:
        """Why nobody can start then."""
        return _("Start %(start)s: %(why)s") % {
            "start": moment_of(self.start),
            "why": said(self.why),
        }

    @property
    def words(self) -> str:
        cost = self.plan.cost
        words = _(
            "Start %(start)s: %(outside)s changes outside their window, %(home)s attendances at "
            "home, %(bags)s, %(vials)s, disconnect %(end)s"
        )
        return words % {
            "start": moment_of(self.start),
            "outside": cost["outside_window"],
            "home": cost["home_attendances"],
            "bags": ngettext("%(n)s bag", "%(n)s bags", cost["bags"]) % {"n": cost["bags"]},
            "vials": ngettext("%(n)s vial", "%(n)s vials", self.vials) % {"n": self.vials},
            "end": moment_of(self.ends_at),
        }


@dataclass(frozen=True)
class Advisor:
    """The case is made once; each start hour only moves it."""

    cycle: Cycle
    at: datetime

    @cached_property
    def subject(self) -> Subject:
        return subject_of_cycle(self.cycle)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.subject.site.zone)

    @cached_property
    def case(self) -> Case:
        return read_case(case_for(self.subject, start=self.cycle.planned_start))

    def day(self, n: int) -> dict:
        """The 24 start hours of day `n`, from 0 for today, by the clock of the site."""
        day = self.at.astimezone(self.zone).date() + timedelta(days=n)
        holiday = day in self.case.holidays
        return {"day": day, "n": n, "holiday": holiday, "cells": [self.cell(day, h) for h in HOURS]}

    def cell(self, day: date, hour: int) -> Cell:
        wall = datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001  zone follows
        start = wall.replace(tzinfo=self.zone)
        there = start.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) == wall
        if not there or start < self.at:
            return Cell(hour)
        return self.at_start(start)

    def at_start(self, start: datetime) -> Cell:
        preparable = partial(allowed_for, subject=self.subject)
        (advice,) = advise(self.case, [start], allowed_for=preparable)
        query = WhatIf(Wish(start=start), tie=1).query(self.zone.key)
        if not advice.plan.feasible:
            return Cell(start.hour, start, query=query, why=advice.plan.why)
        return Cell(start.hour, start, advice, self.vials(advice.plan), query)

    def vials(self, answer: planner.Plan) -> int:
        return vials_of(self.subject, answer.bags)

    def better(self, best: Cell | None, cells: list[Cell]) -> Cell | None:
        """The best start so far: the earliest of the best."""
        known = [cell for cell in ([best] if best else []) + cells if cell.plan is not None]
        goals = self.case.goals
        return min(known, key=lambda cell: (cell.advice.key(goals), cell.start), default=None)
