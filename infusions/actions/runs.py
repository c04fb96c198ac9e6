"""Starting, changing the bag, resuming and ending. Stopping is in reports.py: it never fails."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import subject_of
from commands.refusals import refuse
from infusions.actions import gates, restart
from infusions.actions.ledger import check_time, judge_sequence, lock, run_before, write
from infusions.models import Cycle, InfusionEvent
from notifications.actions.reminders import cancel_of_patient, done_for, remind
from protocol.units import plain
from teams.actions.signatures import sign
from teams.models import Meaning
from teams.permissions import Permission, require

INFUSION_ENDED = "infusion ended"
# Nobody has to do these any more. Observations and reports of a stop still want their answer.
OVER_AT_THE_END = (
    "order_to_sign",
    "plan_to_accept",
    "plan_change",
    "visit_to_move",
    "bag_needed",
    "bag_to_check",
    "bag_to_read_again",
    "bag_disputed",
    "release_to_confirm",
    "label_to_check",
    "hold_placed",
    "custody_gap",
    "pharmacy_review",
    "off_hours_work",
    "bag_change",
    "bag_ending",
    "step_dose",
    "premedication",
    "pump_to_read",
    "infusion_stopped",
    "interruption_three_hours",
    "interruption_four_hours",
    "prescriber_question",
    "handoff_open",
    "visit_to_accept",
    "visit_upcoming",
    "cycle_end",
)


@transaction.atomic
def start_infusion(
    *, cycle, bag_code: str, by, password: str, occurred_at: datetime, at: datetime, version=None
) -> InfusionEvent:
    """The first bag runs. Refuses, with every reason, while one gate is shut."""
    require(by, Permission.RUN_INFUSION)
    cycle = lock(cycle, version)
    check_time(occurred_at, at)
    bag = gates.find_bag(cycle, bag_code)
    judge_sequence(cycle, "started", occurred_at, bag.dose_mcg_per_day)
    passed = gates.judge(cycle, bag, at=occurred_at, elapsed=timedelta(0), event="cycle_start")
    statement = _("I started this infusion after the checks on this page.")
    signature = _signed(cycle, bag, by, password, Meaning.STARTED, statement, occurred_at, at)
    return write(
        cycle,
        verb="started_infusion",
        kind="started",
        by=by,
        at=at,
        occurred_at=occurred_at,
        **_hung(bag, passed, signature),
    )


@transaction.atomic
def change_bag(
    *, cycle, bag_code: str, by, password: str, occurred_at: datetime, at: datetime, version=None
) -> InfusionEvent:
    """The next bag runs. The same gates as a start; premedication when the dose goes up."""
    require(by, Permission.RUN_INFUSION)
    cycle = lock(cycle, version)
    check_time(occurred_at, at)
    bag = gates.find_bag(cycle, bag_code)
    gates.refuse_running_bag(cycle, bag)
    judge_sequence(cycle, "bag_changed", occurred_at)
    gates.check_bag_not_empty(cycle, occurred_at)
    run = run_before(cycle, occurred_at)
    event = "step" if bag.dose_mcg_per_day > run.current_dose else None
    passed = gates.judge(cycle, bag, at=occurred_at, elapsed=run.delivered, event=event)
    statement = _("I changed the bag after the checks on this page. The line was not flushed.")
    signature = _signed(cycle, bag, by, password, Meaning.CHANGED_BAG, statement, occurred_at, at)
    return write(
        cycle,
        verb="changed_bag",
        kind="bag_changed",
        by=by,
        at=at,
        occurred_at=occurred_at,
        **_hung(bag, passed, signature),
    )


@transaction.atomic
def resume_infusion(
    *,
    cycle,
    by,
    password: str,
    occurred_at: datetime,
    rate_ml_per_h: Decimal,
    at: datetime,
    bag_code: str = "",
    supervised_at: str = "",
    note: str = "",
    version=None,
) -> InfusionEvent:
    """The infusion goes on, with the same bag or with a new one that passes every gate."""
    require(by, Permission.RUN_INFUSION)
    cycle = lock(cycle, version)
    check_time(occurred_at, at)
    judge_sequence(cycle, "resumed", occurred_at)
    run = run_before(cycle, occurred_at)
    bag = gates.find_bag(cycle, bag_code) if bag_code.strip() else cycle.current_bag
    same_bag = bag.pk == cycle.current_bag_id
    restart.judge_gap(cycle, run, occurred_at, supervised_at, same_bag=same_bag)
    restart.judge_rate(bag, rate_ml_per_h)
    if not same_bag:
        event = "step" if bag.dose_mcg_per_day > run.current_dose else None
        passed = gates.judge(cycle, bag, at=occurred_at, elapsed=run.delivered, event=event)
        facts = {"checklist": passed.checklist, "program": passed.program}
    else:
        restart.judge_same_bag(cycle, bag, run, occurred_at)
        facts = {"checklist": restart.checked_list(cycle, occurred_at)}
    statement = _("I resumed this infusion at the rate I read from the pump.")
    signature = _signed(cycle, bag, by, password, Meaning.RESUMED, statement, occurred_at, at)
    return write(
        cycle,
        verb="resumed_infusion",
        kind="resumed",
        by=by,
        at=at,
        occurred_at=occurred_at,
        bag=bag,
        rate_ml_per_h=bag.rate_ml_per_h,
        dose_mcg_per_day=bag.dose_mcg_per_day,
        signature=signature,
        supervised_at=supervised_at.strip(),
        note=note,
        **facts,
    )


@transaction.atomic
def end_infusion(
    *,
    cycle,
    by,
    password: str,
    occurred_at: datetime,
    line_flushed: bool,
    at: datetime,
    reason: str = "",
    version=None,
) -> InfusionEvent:
    """Disconnected after the whole cycle; before that an oncologist discontinues, with a reason.

    A line that was flushed is recorded as it was, and the prescriber is called at once."""
    require(by, Permission.STOP_INFUSION)
    cycle = lock(cycle, version)
    check_time(occurred_at, at)
    delivered = run_before(cycle, occurred_at).delivered
    kind = "ended" if delivered >= timedelta(hours=cycle.total_hours) else "discontinued"
    judge_sequence(cycle, kind, occurred_at)
    _judge_end(cycle, by, kind, delivered, reason)
    statement = _("I ended this infusion as written on this page.")
    signature = _signed(cycle, None, by, password, Meaning.ENDED, statement, occurred_at, at)
    event = write(
        cycle,
        verb=f"{kind}_infusion",
        kind=kind,
        by=by,
        at=at,
        occurred_at=occurred_at,
        note=reason,
        flags=["line_flushed"] if line_flushed else [],
        signature=signature,
    )
    _close_needs(cycle, event, by=by, at=at)
    return event


def _judge_end(cycle: Cycle, by, kind: str, delivered: timedelta, reason: str) -> None:
    if kind == "ended":
        return require(by, Permission.RUN_INFUSION)
    left = timedelta(hours=cycle.total_hours) - delivered
    hours, minutes = divmod(int(left.total_seconds() // 60), 60)
    words = {"hours": hours, "minutes": minutes}
    if by.role != "oncologist":
        message = _("%(hours)s h %(minutes)s min of this cycle are still to be given. Only the "
                    "oncologist ends it before that; to pause it, record a stop.")  # fmt: skip
        refuse("end.too_early", message % words, field="occurred_at")
    if not reason.strip():
        refuse("end.no_reason", _("Say why the cycle is ended before its end."), field="reason")
    return None


def _close_needs(cycle: Cycle, event: InfusionEvent, *, by, at: datetime) -> None:
    done_for(subject=subject_of(cycle), kinds=["cycle_end"], by=by, at=at)
    cancel_of_patient(patient=cycle.patient, kinds=OVER_AT_THE_END, because=INFUSION_ENDED, at=at)
    if "line_flushed" in event.flags:
        remind(
            subject=subject_of(event),
            kind="prescriber_question",
            patient=cycle.patient,
            due_at=at,
            path=reverse("infusions:prescriber_answer", args=[cycle.uuid]),
            at=at,
        )


def _hung(bag, passed: gates.Gates, signature) -> dict:
    return {
        "bag": bag,
        "rate_ml_per_h": bag.rate_ml_per_h,
        "dose_mcg_per_day": bag.dose_mcg_per_day,
        "checklist": passed.checklist,
        "program": passed.program,
        "signature": signature,
    }


def _signed(cycle, bag, by, password, meaning, statement, occurred_at, at):
    content = {
        "cycle": str(cycle.uuid),
        "bag": bag.code if bag else "",
        "dose_mcg_per_day": plain(bag.dose_mcg_per_day) if bag else "",
        "rate_ml_per_h": plain(bag.rate_ml_per_h) if bag else "",
        "occurred_at": occurred_at,
    }
    return sign(
        by=by,
        password=password,
        meaning=meaning,
        statement=statement,
        subject=cycle,
        content=content,
        at=at,
    )
