"""Moving the training clock: what falls due on the way happens on the way, each at its time."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from clock import now as clock
from clock.actions import move_to
from commands.refusals import refuse
from notifications.actions.delivery import drain
from notifications.actions.escalation import next_due_at, raise_due
from teams.permissions import Permission, require


def travel(*, to: datetime, by) -> int:
    """Raises every reminder due until `to`, in order, then moves the clock. Forward only."""
    require(by, Permission.MOVE_TRAINING_CLOCK)
    start = clock.now()
    if to <= start:
        refuse(
            "clock.backward",
            _("The clock only goes forward. To go back, start the demo over."),
            field="to",
        )
    raised = 0
    while (due := next_due_at()) is not None and due <= to:
        moment = max(due, start)
        with clock.at(moment):
            raised += raise_due(moment)
    _arrive(to, by=by, start=start, raised=raised)
    drain(sender="travel")
    return raised


@transaction.atomic
def _arrive(to: datetime, *, by, start: datetime, raised: int) -> None:
    row = move_to(at=to)
    record(
        verb="moved_training_clock",
        subject=row,
        by=by,
        at=to,
        before={"at": start},
        after={"at": to, "reminders_raised": raised},
    )
