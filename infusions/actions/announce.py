"""What is due next is told in the transaction of the event that made it due."""

from datetime import datetime, timedelta

from django.urls import reverse

from audit.actions import subject_of
from infusions import queries, questions
from infusions.actions.cycles import ask_for_bag
from infusions.actions.waiting import note_change
from infusions.models import Bag, Cycle
from infusions.premedications import due_before, given_before
from notifications.actions.outbox import nudge
from notifications.actions.reminders import cancel_for, done_for, remind
from notifications.models import Reminder
from protocol.interruptions import four_hour_mark

RUNNING = ("bag_change", "step_dose", "premedication", "cycle_end")
STOPPED = (
    "infusion_stopped",
    "interruption_three_hours",
    "interruption_four_hours",
    "prescriber_question",
)
OPEN = ("waiting", "raised", "acknowledged")
HOUR = timedelta(hours=1)
MOST_MINUTES_BEFORE = 90


def announce(cycle: Cycle, *, by, at: datetime) -> None:
    """Reminders that fit the present state; those of another state are closed."""
    wanted = _wanted(cycle, at)
    subject = subject_of(cycle)
    for kind in (*RUNNING, *STOPPED):
        if wanted.get(kind) is None or not _is_open(subject, kind, wanted[kind]):
            _close(subject, kind, cycle, by, at)
    for kind, due_at in wanted.items():
        if due_at is not None:
            remind(
                subject=subject,
                kind=kind,
                patient=cycle.patient,
                due_at=due_at,
                path=_path(kind, cycle),
                at=at,
            )
    _ask_for_next_bag(cycle, at)
    note_change(cycle, at=at)
    nudge()


def _wanted(cycle: Cycle, at: datetime) -> dict[str, datetime | None]:
    wanted: dict[str, datetime | None] = {}
    if cycle.state == Cycle.State.RUNNING:
        wanted = _while_running(cycle)
    if cycle.state == Cycle.State.INTERRUPTED:
        wanted = _while_stopped(cycle)
    asked = questions.asked_now(cycle)
    return wanted | ({questions.KIND: asked.since} if asked else {})


def _while_running(cycle: Cycle) -> dict[str, datetime | None]:
    wanted = {"bag_change": cycle.next_change_at, "cycle_end": cycle.expected_end_at}
    delivered = timedelta(seconds=cycle.delivered_s)
    step = queries.next_step_after(cycle, delivered)
    if step is not None:
        step_at = cycle.as_of + step - delivered
        wanted["step_dose"] = step_at
        if due_before(cycle, "step", step_at).needed == "yes":
            window = cycle.patient.care_team.site.premedication_window_min
            from_at = step_at - timedelta(minutes=window[1] if window else MOST_MINUTES_BEFORE)
            if given_before(cycle, "step", step_at, since=from_at) is None:
                wanted["premedication"] = from_at
    return wanted


def _while_stopped(cycle: Cycle) -> dict[str, datetime | None]:
    mark = four_hour_mark(cycle.stopped_at)
    wanted = {"interruption_three_hours": mark - HOUR, "interruption_four_hours": mark}
    return wanted | {"infusion_stopped": _told_at(cycle) or cycle.stopped_at}


def _told_at(cycle: Cycle) -> datetime | None:
    """A corrected time of the stop calls nobody a second time."""
    told = Reminder.objects.filter(
        subject=subject_of(cycle), kind="infusion_stopped", state__in=OPEN
    )
    return told.values_list("due_at", flat=True).first()


def _close(subject: str, kind: str, cycle: Cycle, by, at: datetime) -> None:
    """Answered by the resume, or no longer true."""
    if kind in STOPPED and cycle.state == Cycle.State.RUNNING:
        done_for(subject=subject, kinds=[kind], by=by, at=at)
    else:
        cancel_for(subject=subject, kinds=[kind], because=f"infusion {cycle.state}", at=at)


def _is_open(subject: str, kind: str, due_at: datetime) -> bool:
    open_ones = Reminder.objects.filter(subject=subject, kind=kind, state__in=OPEN)
    return list(open_ones.values_list("due_at", flat=True)) == [due_at]


def _path(kind: str, cycle: Cycle) -> str:
    if kind == "prescriber_question":
        return reverse("infusions:prescriber_answer", args=[cycle.uuid])
    return reverse("dashboards:chart", args=[cycle.patient.uuid])


def _ask_for_next_bag(cycle: Cycle, at: datetime) -> None:
    """The pharmacy hears of the next bag of the plan that nobody has made yet."""
    plan = queries.plan_of(cycle)
    if cycle.state != Cycle.State.RUNNING or plan is None or cycle.next_change_at is None:
        return
    coming = plan.bags.filter(n__gt=cycle.current_bag.planned.n).order_by("n").first()
    live = [Bag.State.MADE, Bag.State.RELEASED, Bag.State.HUNG]
    if coming is None or coming.made.filter(state__in=live).exists():
        return
    if not _is_open(subject_of(coming), "bag_needed", cycle.next_change_at):
        cancel_for(
            subject=subject_of(coming),
            kinds=["bag_needed"],
            because="needed at another time",
            at=at,
        )
        ask_for_bag(coming, cycle=cycle, due_at=cycle.next_change_at, at=at)
