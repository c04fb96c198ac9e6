"""What belongs to a patient at home: who was taught, who visits, and the handoff that waits."""

from datetime import timedelta

from dashboards.seed.people import PASSWORD
from education.actions import add_learner, record_teach_back
from education.lessons import all_lessons, variant_for
from handoffs.actions import offer_handoff
from handoffs.facts import prefilled
from handoffs.warnings import warnings_of
from visits.actions import OPEN, accept_visit, schedule_visit

TAUGHT_BEFORE = timedelta(days=1)
AROUND = timedelta(hours=1)
WINDOWS = (AROUND, AROUND / 2, AROUND / 6)  # a narrower one when both nurses have much to do
TRANSFER_IN = timedelta(hours=6)
SAID = {
    "early_signs": "Named confusion, trouble speaking, shaking and fever; calls at once, any hour.",
    "pump_alarms": "Looks at the pump, notes the time, calls. Never restarts it.",
    "line_care": "Clamps the line and calls. Lets nobody flush it.",
}


def teach(walk, cycle, at) -> None:
    """Everything passed the day before going home; a child's mother learns instead of the child."""
    patient, nurse, at = cycle.patient, walk.hands.nurse, at - TAUGHT_BEFORE
    is_child = variant_for(patient, on=at.date()) == "family"
    learner = add_learner(
        patient=patient,
        name=f"Marta {patient.family_name}"
        if is_child
        else f"{patient.given_name} {patient.family_name}",
        relation="mother" if is_child else "patient",
        language=patient.language,
        by=nurse,
        at=at,
    )
    for skill in all_lessons():
        record_teach_back(
            learner=learner,
            cycle=cycle,
            skill=skill,
            outcome="passed",
            in_own_words=SAID[skill],
            interpreter_used=patient.interpreter_needed,
            taught_at=at,
            by=nurse,
            at=at,
        )


def visit(walk, cycle, *, is_last_bag: bool) -> None:
    """At the next change or the end, by a nurse who is free. Every fourth is not accepted yet."""
    moment = cycle.expected_end_at if is_last_bag else cycle.next_change_at
    found = ((around, free_nurse(walk, moment - around, moment + around)) for around in WINDOWS)
    around, nurse = next((pair for pair in found if pair[1]), (AROUND, None))
    if nurse is None:
        return
    from_at, to_at = moment - around, moment + around
    waits = walk.number % 4 == 2
    at = walk.now if waits else max(cycle.as_of, walk.now - AROUND)
    row = schedule_visit(
        cycle=cycle,
        purpose="disconnect" if is_last_bag else "bag_change",
        window_from=from_at,
        window_to=to_at,
        nurse=nurse,
        by=walk.people["carla"],
        at=at,
    )
    if not waits:
        accept_visit(visit=row, by=nurse, at=at)


def free_nurse(walk, from_at, to_at):
    """The patient's own home nurse if free in the window, else the other one."""
    names = ("hugo", "jana") if walk.number % 2 else ("jana", "hugo")
    for person in (walk.people[name] for name in names):
        busy = person.visits.filter(state__in=OPEN, window_from__lt=to_at, window_to__gt=from_at)
        if not busy.exists():
            return person
    return None


def offer(walk, cycle) -> None:
    """The ward asks the home nurse to take over before the bag ends."""
    words = prefilled(cycle, walk.now)
    due_at = cycle.next_change_at.isoformat()
    transfer_at = min(walk.now + TRANSFER_IN, cycle.bag_ends_at - AROUND)
    change = {"what": "Bag change at home", "owner": "Hugo Marsh", "due_at": due_at}
    offer_handoff(
        cycle=cycle,
        to_setting="home",
        to_nurse=walk.people["hugo"],
        planned_transfer_at=transfer_at,
        known_warnings=[one.kind for one in warnings_of(cycle, walk.now, transfer_at)],
        warnings_reason="The list is finished with the family and the home nurse at the transfer.",
        severity="stable",
        summary=words["summary"],
        actions=[change],
        contingency=[
            {"if": "The pump stops or alarms", "then": "Note the time, report it, call the ward."},
            {"if": "Confusion or trouble speaking", "then": "Stop the infusion, call the ward."},
        ],
        password=PASSWORD,
        by=walk.people["nadia"],
        at=walk.now,
    )
