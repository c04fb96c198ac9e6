"""Scheduling a home visit, and what the nurse says and does about it."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from clock.now import now
from commands.refusals import check_version, refuse
from infusions.actions.coverage import recompute
from infusions.models import Cycle
from infusions.queries import planned_changes
from notifications.actions.outbox import enqueue
from notifications.actions.reminders import cancel_for, done_for, remind
from teams.models import User
from teams.permissions import Permission, require
from visits.models import HomeVisit
from visits.queries import home_nurses

S = HomeVisit.State
OPEN = (S.PLANNED, S.ACCEPTED, S.ON_THE_WAY, S.ARRIVED)


@transaction.atomic
def schedule_visit(
    *,
    cycle: Cycle,
    purpose: str,
    window_from: datetime,
    window_to: datetime,
    nurse,
    by,
    note: str = "",
    knows_change_is_outside: bool = False,
    at: datetime | None = None,
    version: int | None = None,
) -> HomeVisit:
    """A window at the patient's home for one nurse of the team, who is asked to accept."""
    at = at or now()
    cycle = (
        Cycle.objects.select_for_update(of=("self",))
        .select_related("patient__care_team__site", "current_bag__planned")
        .get(pk=cycle.pk)
    )
    check_version(cycle, version)
    require(by, Permission.SCHEDULE_VISIT)
    judge_window(cycle, window_from, window_to, at)
    judge_nurse(cycle, nurse, window_from, window_to, at)
    if purpose == HomeVisit.Purpose.BAG_CHANGE and not knows_change_is_outside:
        _judge_change(cycle, window_from, window_to, at)
    visit = HomeVisit.objects.create(
        cycle=cycle,
        patient=cycle.patient,
        purpose=purpose,
        window_from=window_from,
        window_to=window_to,
        nurse=nurse,
        note=note,
        scheduled_by=by,
        scheduled_at=at,
    )
    recompute(cycle)
    _audit("scheduled_visit", visit, by=by, at=at)
    ask(visit, "visit_to_accept", due_at=at, at=at)
    return visit


def judge_window(cycle, window_from, window_to, at) -> None:
    if cycle.state not in Cycle.OPEN:
        refuse("visit.cycle_over", _("This cycle is over. Schedule visits for an open one."))
    if window_to <= window_from:
        refuse("visit.window", _("The window ends before it begins."), field="window_to")
    if window_to <= at:
        refuse("visit.past", _("The window is over. Give one that lies ahead."), field="window_to")


def judge_nurse(cycle, nurse, window_from, window_to, at, *, but=None) -> None:
    """`but`: the visit that is corrected stands in nobody's way."""
    # Two schedulers at once would both see a free nurse: the nurse's row makes them queue.
    User.objects.select_for_update().get(pk=nurse.pk)
    if not home_nurses(cycle.patient.care_team_id, at).filter(pk=nurse.pk).exists():
        refuse("visit.nurse", _("Choose a home nurse of this care team."), field="nurse")
    others = nurse.visits.filter(
        state__in=OPEN, window_from__lt=window_to, window_to__gt=window_from, corrected_by=None
    ).select_related("cycle", "corrected_by")
    others = others.exclude(pk=but.pk) if but else others
    if any(one.is_open and not one.outlives_infusion for one in others):
        refuse(
            "visit.conflict",
            _("%(who)s has another visit in that window. Choose another nurse or another time.")
            % {"who": nurse},
            field="nurse",
        )


def _judge_change(cycle, window_from, window_to, at) -> None:
    """Soft: a visit for a bag change in whose window no bag is changed needs a second look."""
    times = [one.hang_at for one in planned_changes(cycle, at) if one.hang_at]
    if times and not any(window_from <= moment <= window_to for moment in times):
        refuse(
            "visit.no_change_inside",
            _("No bag change is planned in this window. Move it, or tick that you know."),
            field="knows_change_is_outside",
        )


@transaction.atomic
def accept_visit(*, visit, by, at=None, version=None) -> HomeVisit:
    at = at or now()
    visit = locked(visit, by, version, (S.PLANNED,))
    _judge_still_needed(visit)
    _only_nurse(visit, by)
    _move(visit, S.ACCEPTED, "accepted_visit", by=by, at=at)
    done_for(subject=subject_of(visit), kinds=["visit_to_accept"], by=by, at=at)
    ask(visit, "visit_upcoming", due_at=visit.window_from, at=at)
    tell(visit, visit.scheduled_by, at=at)
    return visit


@transaction.atomic
def decline_visit(*, visit, reason: str, by, at=None, version=None) -> HomeVisit:
    """The visit is over; the case manager is told at once and schedules another."""
    at = at or now()
    visit = locked(visit, by, version, (S.PLANNED, S.ACCEPTED))
    _only_nurse(visit, by)
    visit.closed_because = _("Declined: %s") % reason
    _close(visit, S.CANCELLED, "declined_visit", by=by, at=at)
    return visit


@transaction.atomic
def set_out(*, visit, by, at=None, version=None) -> HomeVisit:
    """The nurse is on the way; who scheduled hears of it."""
    at = at or now()
    visit = locked(visit, by, version, (S.ACCEPTED,))
    _judge_still_needed(visit)
    _only_nurse(visit, by)
    visit.set_out_at = at
    _move(visit, S.ON_THE_WAY, "set_out_to_visit", by=by, at=at)
    tell(visit, visit.scheduled_by, at=at)
    return visit


@transaction.atomic
def arrive(*, visit, by, arrived_at: datetime | None = None, at=None, version=None) -> HomeVisit:
    """`arrived_at`: told afterwards; else now. After its window, or after the infusion, a visit
    that nobody accepted in the app can still have taken place."""
    at = at or now()
    visit = locked(visit, by, version, (S.PLANNED, S.ACCEPTED, S.ON_THE_WAY))
    if visit.state == S.PLANNED and at <= visit.window_to and not visit.outlives_infusion:
        refuse("visit.not_accepted", _("Accept the visit first."))
    _only_nurse(visit, by)
    if arrived_at is not None and arrived_at > at:
        refuse("visit.arrived_later", _("This time lies in the future."), field="arrived_at")
    visit.arrived_at = arrived_at or at
    _move(visit, S.ARRIVED, "arrived_at_visit", by=by, at=at)
    done_for(subject=subject_of(visit), by=by, at=at)
    return visit


@transaction.atomic
def finish_visit(*, visit, by, note: str = "", at=None, version=None) -> HomeVisit:
    at = at or now()
    visit = locked(visit, by, version, (S.ARRIVED,))
    _only_nurse(visit, by)
    visit.note = "\n".join(part for part in (visit.note, note) if part)
    visit.closed_at = at
    _move(visit, S.DONE, "finished_visit", by=by, at=at)
    return visit


@transaction.atomic
def miss_visit(*, visit, reason: str, by, at=None, version=None) -> HomeVisit:
    """Said by the nurse or by who schedules; never assumed by the clock."""
    at = at or now()
    visit = locked(visit, by, version, (S.PLANNED, S.ACCEPTED, S.ON_THE_WAY))
    nurse_or_scheduler(visit, by)
    visit.closed_because = reason
    _close(visit, S.MISSED, "missed_visit", by=by, at=at)
    return visit


@transaction.atomic
def cancel_visit(*, visit, reason: str, by, at=None, version=None) -> HomeVisit:
    at = at or now()
    visit = locked(visit, by, version, OPEN)
    require(by, Permission.SCHEDULE_VISIT)
    visit.closed_because = reason
    _close(visit, S.CANCELLED, "cancelled_visit", by=by, at=at)
    return visit


def locked(visit, by, version, states) -> HomeVisit:
    """Cycle first, then the visit: everybody locks in this order."""
    Cycle.objects.select_for_update().get(pk=visit.cycle_id)
    visit = (
        HomeVisit.objects.select_for_update(of=("self",))
        .select_related(
            "patient__care_team__site", "nurse", "scheduled_by", "cycle", "corrected_by"
        )
        .get(pk=visit.pk)
    )
    check_version(visit, version)
    if visit.is_corrected:
        refuse("visit.corrected", _("This visit was corrected. Open the newer entry."))
    if visit.state not in states:
        refuse(
            "visit.state",
            _("The visit is %(state)s; this cannot be done any more. Open it again.")
            % {"state": visit.get_state_display().lower()},
        )
    return visit


def _judge_still_needed(visit) -> None:
    if visit.outlives_infusion:
        refuse(
            "visit.cycle_over",
            _(
                "The infusion has ended. Record the visit if it took place, or say that it is "
                "not needed."
            ),
        )


def _only_nurse(visit, by) -> None:
    require(by, Permission.DO_VISIT)
    if visit.nurse_id != by.pk:
        refuse("visit.not_yours", _("This visit is for %(who)s.") % {"who": visit.nurse})


def nurse_or_scheduler(visit, by) -> None:
    if visit.nurse_id != by.pk:
        require(by, Permission.SCHEDULE_VISIT)


def _move(visit, state: str, verb: str, *, by, at) -> None:
    visit.state = state
    visit.version += 1
    visit.save()
    recompute(visit.cycle)
    _audit(verb, visit, by=by, at=at)


def _close(visit, state: str, verb: str, *, by, at) -> None:
    visit.closed_because = visit.closed_because[:200]
    visit.closed_at = at
    _move(visit, state, verb, by=by, at=at)
    cancel_for(subject=subject_of(visit), because=visit.closed_because, at=at)
    tell(visit, visit.scheduled_by if by.pk == visit.nurse_id else visit.nurse, at=at)


def ask(visit, kind: str, *, due_at, at) -> None:
    remind(
        subject=subject_of(visit),
        kind=kind,
        patient=visit.patient,
        due_at=due_at,
        path=path_of(visit),
        at=at,
        to=[visit.nurse],
    )


def path_of(visit) -> str:
    return reverse("visits:visit", args=[visit.uuid])


def tell(visit, person, *, at) -> None:
    site = visit.patient.care_team.site
    enqueue(
        to=person,
        channel="in_app",
        template="visit_changed",
        context={"site": site.name, "zone": site.zone},
        path=path_of(visit),
        dedupe_key=f"visit:{visit.uuid}:{visit.version}:{person.pk}",
        at=at,
    )


def _audit(verb: str, visit, *, by, at) -> None:
    after = {
        "purpose": visit.purpose,
        "from": visit.window_from,
        "to": visit.window_to,
        "nurse": str(visit.nurse),
        "state": visit.state,
    }
    record(
        verb=verb,
        subject=visit,
        by=by,
        patient=visit.patient,
        at=at,
        after=after,
        reason=visit.closed_because,
    )
