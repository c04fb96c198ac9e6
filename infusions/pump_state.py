"""Whether the pump of a bag was entered by one person and read back alike by another."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from infusions.models import Bag, PumpProgram
from protocol.stops import HardStop, Stop

VALID_FOR = timedelta(minutes=60)
SAME_MINUTE = timedelta(minutes=1)  # times typed by people have whole minutes


def programs_of(bag: Bag) -> list[PumpProgram]:
    """Newest first."""
    return list(
        bag.programs.select_related("entered_by", "read_by", "corrected_by").order_by(
            "-entered_at", "-id"
        )
    )


def newest_program(bag: Bag) -> PumpProgram | None:
    return next(iter(programs_of(bag)), None)


def verified_program(*, bag: Bag, at: datetime) -> PumpProgram:
    """The newest program of this bag, if agreed within the hour before `at`; else HardStop."""
    newest = newest_program(bag)
    if stop := problem_of(newest, at):
        raise HardStop(stop)
    return newest


def problem_of(newest: PumpProgram | None, at: datetime) -> Stop | None:
    """Why the newest program of a bag does not let drug flow at `at`; None when it does."""
    if newest is None:
        return Stop("pump.not_entered", _("The pump was not programmed. Enter its program first."))
    if newest.read_at is None:
        return Stop(
            "pump.not_read", _("Nobody read the pump back. Ask a second person to read it.")
        )
    if not newest.agreed:
        return Stop(
            "pump.disagree", _("The two readings differ. Enter the program and read it again.")
        )
    if newest.read_at > at + SAME_MINUTE:
        return Stop("pump.read_later", _("The pump was read after this time. Check the time."))
    if at - newest.read_at > VALID_FOR:
        return Stop(
            "pump.read_expired",
            _("The pump was read more than 60 minutes ago. Enter and read it again."),
        )
    return None
