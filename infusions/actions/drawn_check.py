"""The second person reads the syringe before it is emptied into the bag."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from commands.refusals import refuse
from infusions.actions.making import lock_session, write_step
from infusions.models import MakeSession
from infusions.pharmacy.make_steps import drawn_of, hands_of, steps_done, steps_of
from infusions.pharmacy.make_stops import stops_of
from protocol import making
from protocol.stops import HardStop
from teams.actions.signatures import prove
from teams.permissions import Permission, require


@transaction.atomic
def check_drawn(
    *,
    session: MakeSession,
    drawn_ml: Decimal,
    by,
    password: str,
    at: datetime,
    version: int | None = None,
) -> bool:
    """Whether the blind reading (mL in the syringe) agrees with what the maker typed. It does: the
    maker may go on. It does not: both read again; nobody is told what the other one read."""
    require(by, Permission.CHECK_BAG)
    session = lock_session(session.pk, version)
    _check_may_read(session, by, at)
    prove(user=by, password=password)
    agreed = drawn_ml == drawn_of(session)
    if agreed:
        value = {"drawn_ml": str(drawn_ml)}
        write_step(session, making.CHECK_DRAWN, value, scan="", by=by, at=at)
    record(
        verb="checked_drawn",
        subject=session,
        by=by,
        patient=session.cycle.patient,
        at=at,
        after={"outcome": "agrees" if agreed else "differs"},
    )
    return agreed


def _check_may_read(session: MakeSession, by, at: datetime) -> None:
    if by.pk in hands_of(session):
        refuse("make.own_check", _("You made this bag. Another pharmacist reads the syringe."))
    stops = stops_of(session, session.maker, at)
    if stops:
        raise HardStop(*stops)
    coming = making.next_step(steps_of(session), steps_done(session))
    if coming is None or coming.key != making.CHECK_DRAWN:
        refuse("make.nothing_to_read", _("Nothing waits to be read. The work is at another step."))
