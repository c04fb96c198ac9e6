"""Correcting an offer before it is accepted: the first text stays, a new one is signed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from clock.now import now
from commands.corrections import need_reason
from commands.refusals import refuse
from handoffs.actions import answer, lock_open, offer_handoff, tell
from handoffs.models import Handoff
from notifications.actions.reminders import cancel_for


@transaction.atomic
def correct_handoff(
    *,
    handoff: Handoff,
    by,
    password: str,
    correction_reason: str,
    at: datetime | None = None,
    version: int | None = None,
    **content,
) -> Handoff:
    """The old offer is withdrawn and the corrected one offered in the same moment, so that there is
    always one that waits. `content`: what `offer_handoff` takes."""
    at = at or now()
    need_reason(correction_reason)
    cycle, handoff = lock_open(handoff, by)
    if handoff.to_nurse_id == by.pk:
        refuse(
            "handoff.receiver_corrects",
            _("It is offered to you. Decline it and say what is wrong."),
        )
    answer(handoff, Handoff.State.WITHDRAWN, by=by, at=at)
    record(
        verb="corrected",
        subject=handoff,
        by=by,
        patient=handoff.patient,
        at=at,
        before={"state": "open"},
        after={"state": handoff.state},
        reason=correction_reason,
    )
    cancel_for(subject=subject_of(handoff), because="the handoff was corrected", at=at)
    if content["to_nurse"].pk != handoff.to_nurse_id:
        tell(handoff, handoff.to_nurse, "handoff_withdrawn", at=at)
    return offer_handoff(
        cycle=cycle,
        by=by,
        password=password,
        at=at,
        version=version,
        corrects=handoff,
        correction_reason=correction_reason.strip(),
        **content,
    )
