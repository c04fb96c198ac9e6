"""After any sequence of events the stored cover is what a full recomputation gives."""

from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from infusions.actions.bags import discard_bag, move_bag
from infusions.actions.corrections import correct_event
from infusions.actions.reports import interrupt_infusion
from infusions.actions.responsibility import move_responsibility
from infusions.actions.runs import change_bag, resume_infusion
from infusions.models import Bag, Cycle
from infusions.tasks import recomputed
from protocol.stops import HardStop
from tests.infusions.planning import labelled, made
from tests.infusions.running import checked, hang, programmed, running
from tests.infusions.test_interrupt_resume import resuming
from tests.visits.test_schedule import make_visit
from visits.actions import accept_visit, arrive, cancel_visit, decline_visit, miss_visit

pytestmark = pytest.mark.usefixtures("templates_loaded")
STEPS = 26
PLACES = ("pharmacy", "in_transit", "ward", "home")


class Day:
    """One event after another to one cycle, each chosen at random; a refusal changes nothing."""

    def __init__(self, cast, clock, cycle, seed):
        self.cast, self.clock, self.cycle, self.dice = cast, clock, cycle, Random(seed)

    def bags(self, *states):
        return list(self.cycle.bags.filter(state__in=states).order_by("pk"))

    def make(self):
        plan = self.cycle.plans.get(is_current=True)
        n = self.dice.choice([bag.n for bag in plan.bags.order_by("n")[:4]])
        made(self.cast, self.clock, cycle=self.cycle, n=n)

    def check(self):
        for bag in self.bags(Bag.State.MADE)[:1]:
            labelled(self.cast, self.clock, bag=bag)

    def carry(self):
        for bag in self.bags(Bag.State.MADE, Bag.State.RELEASED)[:1]:
            facts = {
                "code": bag.code,
                "place": self.dice.choice(PLACES),
                "moved_at": self.clock.now,
            }
            storage = self.dice.choice(["cold", "cold", "room"])
            by = self.cast.nadia
            move_bag(bag=bag, storage=storage, by=by, at=self.clock.now, **facts)

    def bin(self):
        for bag in self.bags(Bag.State.MADE, Bag.State.RELEASED)[:1]:
            discard_bag(bag=bag, reason="leak", by=self.cast.farid, at=self.clock.now)

    def stop(self):
        interrupt_infusion(cycle=self.cycle, by=self.cast.nadia, at=self.clock.now, cause="pump")

    def resume(self):
        resume_infusion(**resuming(self.cast, self.clock, self.cycle, supervised_at="Ward 5"))

    def change(self):
        for bag in self.bags(Bag.State.RELEASED)[:1]:
            checked(self.cast, self.clock, bag)
            programmed(self.cast, self.clock, bag)
            change_bag(**hang(self.cast, self.clock, bag))

    def correct(self):
        event = self.cycle.events.filter(kind="interrupted", corrected_by=None).last()
        if event is not None:
            earlier = event.occurred_at - timedelta(minutes=self.dice.randint(1, 50))
            facts = {"reason": "misread", "occurred_at": earlier, "at": self.clock.now}
            correct_event(event=event, by=self.cast.nadia, **facts)

    def go(self):
        setting, nurse = self.dice.choice(
            [("home", self.cast.hugo), ("ward", self.cast.nadia), ("clinic", None)]
        )
        facts = {"to_setting": setting, "nurse": nurse, "by": self.cast.nadia}
        move_responsibility(cycle=self.cycle, at=self.clock.now, **facts)

    def ask(self):
        needed_at = self.cycle.next_change_at or self.clock.now
        begins = (needed_at - self.clock.now) / timedelta(hours=1) - self.dice.choice([1, 2, 8])
        make_visit(self.cast, self.clock, cycle=self.cycle, starts_in=begins)

    def answer(self):
        answers = [
            (accept_visit, self.cast.hugo, {}),
            (accept_visit, self.cast.hugo, {}),
            (decline_visit, self.cast.hugo, {"reason": "ill"}),
            (miss_visit, self.cast.carla, {"reason": "snow"}),
            (cancel_visit, self.cast.carla, {"reason": "moved"}),
            (arrive, self.cast.hugo, {}),
        ]
        act, by, facts = self.dice.choice(answers)
        for visit in self.cycle.visits.filter(closed_at=None).order_by("-pk")[:1]:
            act(visit=visit, by=by, at=self.clock.now, **facts)

    EVENTS = (
        make, make, check, check, carry, carry, carry, bin, stop, resume, resume, change, correct,
        go, ask, ask, answer, answer, answer,
    )  # fmt: skip

    def happens(self) -> str:
        event = self.dice.choice(self.EVENTS)
        self.clock.forward(minutes=self.dice.randint(1, 90))
        self.cycle.refresh_from_db()
        try:
            with transaction.atomic():
                event(self)
        except HardStop:
            return f"{event.__name__} refused"
        return event.__name__


@pytest.mark.parametrize("seed", range(6))
def test_the_stored_cover_is_the_recomputed_one(cast, clock, seed):
    cycle = running(cast, clock)
    day = Day(cast, clock, cycle, seed)
    told = []
    for _step in range(STEPS):
        told.append(day.happens())
        row = Cycle.objects.get(pk=cycle.pk)
        differs = {
            name: (getattr(row, name), value)
            for name, value in recomputed(row).items()
            if getattr(row, name) != value
        }
        assert differs == {}, told
    assert any("refused" not in one for one in told)
