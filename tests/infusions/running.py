"""A running infusion for tests, made by the real actions from plan to start."""

from datetime import timedelta
from decimal import Decimal

from audit.actions import subject_of
from checklists.actions import answer_items, open_checklist, sign_checklist
from infusions.actions.bags import move_bag
from infusions.actions.medications import give_medication
from infusions.actions.pumps import enter_program, read_back
from infusions.actions.runs import change_bag, start_infusion
from infusions.models import Cycle
from infusions.readiness import facts_for
from infusions.run_lists import restart_list
from tests.infusions.planning import labelled, made, signed
from tests.people import PASSWORD

LASTING = timedelta(minutes=75)


def at_the_ward(cast, clock, cycle, *, n=1):
    """Bag n, made, checked, released and scanned in at the ward."""
    bag = labelled(cast, clock, bag=made(cast, clock, cycle=cycle, n=n))
    facts = {"code": bag.code, "place": "ward", "storage": "room", "moved_at": clock.now}
    move_bag(bag=bag, by=cast.nadia, at=clock.now, **facts)
    bag.refresh_from_db()
    return bag


def premedicated(cast, clock, cycle, *, before="cycle_start", dose_mg=None):
    """What is due, unless another dose is named."""
    return give_medication(
        cycle=cycle,
        purpose="premedication",
        before=before,
        drug="dexamethasone",
        dose_mg=Decimal(dose_mg or (16 if cycle.indication == "mrd" else 20)),
        route="IV",
        given_at=clock.now,
        by=cast.nadia,
        at=clock.now,
    )


def answers_for(checklist, bag):
    """Each item as it must be: the first accepted answer, or the code of the bag."""
    return {
        item["key"]: bag.code if item["answer"] == "scan" else item["accepted"][0]
        for item in checklist.template.items
    }


def checked(cast, clock, bag):
    checklist = open_checklist(
        kind="pre_infusion",
        subject=subject_of(bag),
        patient=bag.cycle.patient,
        facts=facts_for(bag, clock.now),
        by=cast.nadia,
        at=clock.now,
    )
    values = answers_for(checklist, bag)
    answer_items(checklist=checklist, values=values, by=cast.nadia, at=clock.now)
    return sign_checklist(checklist=checklist, by=cast.nadia, password=PASSWORD, at=clock.now)


def restart_checked(cast, clock, cycle):
    """The list before a restart of the bag that hung, answered and signed now; None while it
    runs."""
    cycle = Cycle.objects.get(pk=cycle.pk)
    found = restart_list(cycle)
    if found is None:
        return None
    checklist = open_checklist(
        kind=found.kind,
        subject=found.subject,
        patient=cycle.patient,
        facts=found.facts,
        by=cast.nadia,
        at=clock.now,
    )
    values = answers_for(checklist, cycle.current_bag)
    answer_items(checklist=checklist, values=values, by=cast.nadia, at=clock.now)
    return sign_checklist(checklist=checklist, by=cast.nadia, password=PASSWORD, at=clock.now)


def programmed(cast, clock, bag):
    numbers = {
        "rate_ml_per_h": bag.rate_ml_per_h,
        "volume_ml": bag.infused_ml,
        "duration_h": Decimal(bag.bag_hours),
    }
    program = enter_program(bag=bag, pump_serial="P-1", by=cast.nadia, at=clock.now, **numbers)
    facts = {"method": "at_pump", "by": cast.ines, "password": PASSWORD, "at": clock.now}
    return read_back(program=program, **numbers, **facts)


def ready(cast, clock, cycle=None, *, n=1):
    """A bag whose every gate is open now."""
    cycle = cycle or signed(cast, clock)
    bag = at_the_ward(cast, clock, cycle, n=n)
    checked(cast, clock, bag)
    programmed(cast, clock, bag)
    return bag


def ready_to_start(cast, clock):
    cycle = signed(cast, clock)
    premedicated(cast, clock, cycle)
    clock.forward(minutes=LASTING.total_seconds() / 60)
    return ready(cast, clock, cycle)


def hang(cast, clock, bag, **changes):
    return {
        "cycle": bag.cycle,
        "bag_code": bag.code,
        "by": cast.nadia,
        "password": PASSWORD,
        "occurred_at": clock.now,
        "at": clock.now,
        **changes,
    }


def changed_until(cast, clock, cycle, n):
    """Every bag of the plan before bag n hung at its time."""
    for number in range(cycle.current_bag.planned.n + 1, n):
        clock.set(cycle.next_change_at)
        change_bag(**hang(cast, clock, ready(cast, clock, cycle, n=number)))
        cycle.refresh_from_db()


def running(cast, clock):
    bag = ready_to_start(cast, clock)
    start_infusion(**hang(cast, clock, bag))
    cycle = bag.cycle
    cycle.refresh_from_db()
    return cycle
