"""Asking the pharmacists for work outside their hours, once for each bag."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.refusals import refuse
from infusions.models import PlannedBag
from infusions.pharmacy.off_hours import KIND
from notifications.actions.outbox import nudge
from notifications.actions.reminders import open_reminders, remind
from teams.permissions import Permission, require


@transaction.atomic
def ask_off_hours(*, planned: Iterable[PlannedBag], before: datetime, by, at: datetime) -> int:
    """One open request for each bag to its team's pharmacists, due at the cut-off `before`. Returns
    how many were not asked for yet."""
    require(by, Permission.ASK_OFF_HOURS)
    rows = PlannedBag.objects.filter(pk__in=[bag.pk for bag in planned])
    # The rows are locked, so that two people who ask at once ask once.
    locked = rows.select_for_update(of=("self",)).select_related("plan__cycle__patient__care_team")
    new = [bag for bag in locked.order_by("pk") if not open_reminders(subject_of(bag), KIND)]
    if not new:
        refuse("off_hours.asked", _("The pharmacists were asked for all of these already."))
    for bag in new:
        patient = bag.plan.cycle.patient
        remind(
            subject=subject_of(bag),
            kind=KIND,
            patient=patient,
            due_at=max(before, at),
            path=reverse("infusions:prep_board"),
            at=at,
        )
        after = {"bag": bag.n, "before": before}
        record(verb="asked_off_hours", subject=bag, by=by, patient=patient, at=at, after=after)
    nudge()
    return len(new)
