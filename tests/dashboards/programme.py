"""Running infusions with all that boards and lists show about them, as plain rows."""

from datetime import timedelta
from decimal import Decimal

from clock.now import now
from infusions.models import PlannedBag
from notifications.models import OutboxMessage
from tests.handoffs.builders import running_cycle
from tests.handoffs.offers import make_offer
from tests.notifications.builders import make_reminder
from visits.models import HomeVisit

LABEL = "training-us-current"
PLANNED = {"bag_hours": 96, "runs_minutes": 5760, "setting": "inpatient"}


def infusion(cast, **fields):
    """Started 73 h ago; two more bags are planned; the running one ends in 23 h."""
    cycle = running_cycle(cast, label_id=LABEL, **fields)
    plan = cycle.plans.get()
    for n in (2, 3):
        minute = 5760 * (n - 1)
        PlannedBag.objects.create(
            plan=plan, n=n, minute=minute, dose_mcg_per_day=Decimal(28), **PLANNED
        )
    return cycle


def busy_infusion(cast):
    """With a handoff that waits, a visit, and a message about it for the home nurse."""
    cycle = infusion(cast)
    make_offer(cast, cycle)
    HomeVisit.objects.create(
        cycle=cycle,
        patient=cycle.patient,
        purpose="check",
        window_from=now() + timedelta(hours=22),
        window_to=now() + timedelta(hours=25),
        nurse=cast.hugo,
        scheduled_by=cast.carla,
        scheduled_at=now(),
    )
    tell(cast.hugo, make_reminder(cast, patient=cycle.patient, subject=f"one:{cycle.pk}"))
    return cycle


def tell(person, reminder) -> OutboxMessage:
    return OutboxMessage.objects.create(
        to=person,
        reminder=reminder,
        channel="in_app",
        template=reminder.kind,
        dedupe_key=f"told:{reminder.pk}",
        state="sent",
        created_at=now(),
        next_attempt_at=now(),
    )
