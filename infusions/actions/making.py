"""Making a bag step by step: begun, each step once and in its turn, taken over, given up, done."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actions import plain as as_json
from audit.actions import record
from commands.refusals import check_version, refuse
from infusions import values
from infusions.actions.bag_rules import need_order, need_planned, recipe_columns
from infusions.actions.bags import compound_bag, lock_cycle
from infusions.actions.make_scans import judged_scan
from infusions.actions.releases import release_made
from infusions.actions.stock import waste_of_work
from infusions.models import Bag, BagWork, MakeSession, MakeStep
from infusions.pharmacy.make_steps import steps_done, steps_of, work_of
from infusions.pharmacy.make_stops import stops_of
from protocol import making
from protocol.stops import HardStop
from teams.permissions import Permission, require

OPEN = MakeSession.State.OPEN


@transaction.atomic
def start_make(*, cycle, planned_n: int, by, at: datetime, version: int | None = None):
    """Begins a planned bag; reading its order is the first step. Gives the session."""
    require(by, Permission.COMPOUND)
    cycle = lock_cycle(cycle.pk)
    check_version(cycle, version)
    order = need_order(cycle)
    planned = need_planned(cycle, planned_n)
    recipe = values.recipe_for(cycle, planned)
    try:
        with transaction.atomic():
            session = MakeSession.objects.create(
                cycle=cycle,
                planned=planned,
                order=order,
                recipe=as_json(recipe_columns(recipe)),
                maker=by,
                maker_since=at,
                started_at=at,
            )
    except IntegrityError:
        refuse("make.open_already", _("Somebody is making this bag already. Open the page again."))
    MakeStep.objects.create(session=session, key=making.ORDER_CHECK, by=by, at=at)
    _record("started_make", session, by=by, at=at, after={"bag": planned_n})
    return session


@transaction.atomic
def do_step(
    *,
    session: MakeSession,
    key: str,
    by,
    at: datetime,
    scan: str = "",
    amount_ml: Decimal | None = None,
    storage: str = "",
    version: int | None = None,
) -> MakeStep:
    """One step in its turn. `scan`: as it came in; `amount_ml`: what the syringe shows. The last
    step makes the bag (`session.bag`). A step done again is a new row; the first one stays."""
    require(by, Permission.COMPOUND)
    session = lock_session(session.pk, version)
    check_going(session, by, at)
    steps, done = steps_of(session), steps_done(session)
    stop = making.may_do(steps, done, key)
    if stop is not None:
        raise HardStop(stop)
    step = next(one for one in steps if one.key == key)
    if step.kind == "check":
        refuse("make.second_person", _("A second person does this step, signed in as themselves."))
    value = _judged(session, step, scan=scan, amount_ml=amount_ml, storage=storage, at=at)
    row = write_step(session, key, value, scan=scan, by=by, at=at)
    if key == making.FINISH:
        _finish(session, storage=storage, by=by, at=at)
    return row


@transaction.atomic
def take_over_make(*, session: MakeSession, by, at: datetime, version: int | None = None):
    """The work goes on in other hands; the screen of whoever had it stops."""
    require(by, Permission.COMPOUND)
    session = lock_session(session.pk, version)
    _check_open(session)
    before = {"maker": str(session.maker)}
    session.maker, session.maker_since = by, at
    _save(session)
    _record("took_over_make", session, by=by, at=at, before=before, after={"maker": str(by)})
    return session


@transaction.atomic
def give_up_make(
    *, session: MakeSession, reason: str, by, at: datetime, version: int | None = None
) -> MakeSession:
    """What is in the hood is thrown away; the bag is to be made anew."""
    require(by, Permission.COMPOUND)
    session = lock_session(session.pk, version)
    _check_open(session)
    if not reason.strip():
        refuse("make.no_reason", _("Say why the work is given up."), field="reason")
    return throw_away(session, reason=reason, by=by, at=at)


def throw_away(session: MakeSession, *, reason: str, by, at: datetime) -> MakeSession:
    """Call with the session locked and open."""
    session.state, session.closed_because = MakeSession.State.GIVEN_UP, reason.strip()[:200]
    session.closed_by, session.closed_at = by, at
    _save(session)
    waste_of_work(session, by=by, at=at, reason=session.closed_because)
    vials = sum(1 for key in steps_done(session) if key.startswith(making.VIAL))
    after = {"state": session.state, "vials_scanned": vials}
    _record("gave_up_make", session, by=by, at=at, after=after, reason=session.closed_because)
    return session


def lock_session(pk: int, version: int | None) -> MakeSession:
    """Cycle first, then the session: everybody locks in this order."""
    cycle = lock_cycle(MakeSession.objects.values_list("cycle_id", flat=True).get(pk=pk))
    session = (
        MakeSession.objects.select_for_update(of=("self",))
        .select_related("planned__plan", "order", "maker")
        .get(pk=pk)
    )
    session.cycle = cycle
    check_version(session, version)
    return session


def write_step(session: MakeSession, key: str, value: dict, *, scan: str, by, at: datetime):
    """The row of a step, and what it takes the place of. The record tells no figure: a second
    person is still to read them blind."""
    before = steps_done(session).get(key)
    row = MakeStep.objects.create(
        session=session, key=key, value=value, scan=scan[:200], by=by, at=at, corrects=before
    )
    _save(session)
    after = {"step": key, "again": before is not None}
    _record("did_make_step", session, by=by, at=at, after=after)
    return row


def _judged(session: MakeSession, step, *, scan, amount_ml, storage, at: datetime) -> dict:
    """What the step keeps. Raises HardStop with the field it belongs to."""
    if step.kind == "scan":
        return judged_scan(session, step, scan, at)
    if step.kind == "amount":
        if amount_ml is None:
            refuse("make.no_amount", _("Type what the syringe shows."), field="amount_ml")
        stop = making.amount_stop(step, amount_ml)
        if stop is not None:
            raise HardStop(stop)
        return {"amount_ml": str(amount_ml)}
    if step.kind == "finish":
        if storage not in Bag.Storage.values:
            refuse("make.no_storage", _("Say where the bag goes now."), field="storage")
        return {"storage": storage}
    return {}


def _finish(session: MakeSession, *, storage: str, by, at: datetime) -> None:
    """The one action that makes a bag, with what the steps hold."""
    work = work_of(session)
    bag = compound_bag(
        cycle=session.cycle,
        planned_n=session.planned.n,
        lots=work.lots,
        stabiliser_lot=work.stabiliser_lot,
        drawn_ml=work.drawn_ml,
        hood_confirmed=True,
        garbing_confirmed=True,
        prepared_at=work.prepared_at,
        stored_at=at,
        storage=storage,
        how=BagWork.How.STEPS,
        by=by,
        at=at,
    )
    session.state, session.bag = MakeSession.State.FINISHED, bag
    session.closed_at, session.closed_by = at, by
    _save(session)
    release_made(session, by=by, at=at)


def _check_open(session: MakeSession) -> None:
    if session.state != OPEN:
        refuse("make.closed", _("This work is over. Open the board of bags."))


def check_going(session: MakeSession, by, at: datetime) -> None:
    if session.state == MakeSession.State.FINISHED:
        _check_open(session)
    stops = stops_of(session, by, at)
    if stops:
        raise HardStop(*stops)


def _save(session: MakeSession) -> None:
    session.version += 1
    session.save()


def _record(verb: str, session: MakeSession, *, by, at, before=None, after=None, reason="") -> None:
    record(
        verb=verb,
        subject=session,
        by=by,
        patient=session.cycle.patient,
        at=at,
        before=before,
        after=after,
        reason=reason,
    )
