"""Check 1 in the hood: a second person reads lots and syringes before the drug goes in."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import plain
from commands.refusals import check_version, refuse
from infusions.actions.dispute_begins import open_dispute_about
from infusions.actions.making import lock_session, write_step
from infusions.actions.readings import check_method, keep_reading, record_of
from infusions.actions.releases import sign_check
from infusions.check_turns import drawn_row, open_differences, waits_for_maker
from infusions.models import BagCheck, MakeSession
from infusions.pharmacy.make_steps import hands_of, steps_done, steps_of
from infusions.pharmacy.make_stops import stops_of
from infusions.readings import Drawn, as_kept, differences, drawn_of, lots_from
from protocol import making
from protocol.stops import HardStop
from teams.actions.signatures import prove
from teams.permissions import Permission, require

Part, Stage = BagCheck.Part, BagCheck.Stage
ENOUGH = 2


@transaction.atomic
def check_drawn(
    *,
    session: MakeSession,
    by,
    password: str,
    lots: str,
    drawn_ml: Decimal,
    stabiliser_ml: Decimal,
    statement: str,
    at: datetime,
    method: str = BagCheck.Method.IN_PERSON,
    method_note: str = "",
    opened_at: datetime | None = None,
    version: int | None = None,
) -> BagCheck:
    """One blind reading of lots (as scanned or typed) and both volumes in mL, always kept. It
    agrees: the maker may go on, and the bag is released when it is done. It does not: both read
    again; the second time a third pharmacist decides."""
    require(by, Permission.CHECK_BAG)
    session = lock_session(session.pk, None)
    _check_may_read(session, by, at)
    check_version(session, version)
    check_method(method, method_note)
    read = Drawn(lots_from(lots), drawn_ml, stabiliser_ml)
    prove(user=by, password=password)
    check = keep_reading(
        session,
        read,
        differs=differences(drawn_of(session), read),
        stage=Stage.DRAWN,
        part=Part.CHECKER,
        by=by,
        at=at,
        opened_at=opened_at,
        method=method,
        method_note=method_note,
        more={"step": drawn_row(session)},
    )
    if check.agreed:
        pass_check(session, check, by=by, password=password, statement=statement, at=at)
    elif not check.too_fast and len(open_differences(session, Stage.DRAWN)) >= ENOUGH:
        open_dispute_about(session, Stage.DRAWN, at=at)
    outcome = "agrees" if check.agreed else "too_fast" if check.too_fast else "differs"
    record_of("checked_drawn", session, by=by, at=at, after={"outcome": outcome})
    return check


def pass_check(session: MakeSession, check: BagCheck, *, by, password, statement, at) -> None:
    """The drug may go into the bag."""
    write_step(session, making.CHECK_DRAWN, {"check": check.pk}, scan="", by=by, at=at)
    logged = plain(as_kept(drawn_of(session)))
    content = {"bag": session.planned.n, "logged": logged, "read": check.read}
    facts = {"by": by, "password": password, "statement": statement, "at": at}
    sign_check(check, session, {**content, "method": check.method}, **facts)


def _check_may_read(session: MakeSession, by, at: datetime) -> None:
    if by.pk in hands_of(session):
        refuse("make.own_check", _("You made this bag. Another pharmacist reads the syringe."))
    done = steps_done(session)
    if making.CHECK_DRAWN in done:
        words = _("%(who)s has read this already. It is not read a second time.")
        refuse("make.read_already", words % {"who": done[making.CHECK_DRAWN].by})
    stops = stops_of(session, session.maker, at)
    if stops:
        raise HardStop(*stops)
    coming = making.next_step(steps_of(session), done)
    if coming is None or coming.key != making.CHECK_DRAWN:
        refuse("make.nothing_to_read", _("Nothing waits to be read. The work is at another step."))
    if waits_for_maker(session):
        refuse("make.maker_first", _("The maker reads the syringe again first, then you do."))
