"""Who answers for a running infusion. Moves only when a receiver has accepted."""

from audit.actions import record
from infusions.actions.coverage import recompute
from infusions.models import Cycle, Setting


def move_responsibility(*, cycle: Cycle, to_setting: str, nurse, by, at) -> Cycle:
    """Call with the cycle locked, inside the transaction of the acceptance."""
    before = {"setting": cycle.responsible_setting, "nurse": str(cycle.responsible_nurse or "")}
    cycle.responsible_setting = Setting(to_setting)
    cycle.responsible_nurse = nurse
    cycle.version += 1
    cycle.save(update_fields=["responsible_setting", "responsible_nurse", "version"])
    record(
        verb="moved_responsibility",
        subject=cycle,
        by=by,
        patient=cycle.patient,
        at=at,
        before=before,
        after={"setting": to_setting, "nurse": str(nurse)},
    )
    return recompute(cycle)
