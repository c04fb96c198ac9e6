"""Moving a cycle to another label set: its oncologist's own signed act, never automatic."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.refusals import check_version, refuse
from infusions import values
from infusions.actions.bags import lock_cycle
from infusions.models import Bag, Cycle, LabelMove
from infusions.passports.changes import bags_made, obstacles, target_of
from notifications.actions.reminders import remind
from protocol.label import Label
from protocol.stops import HardStop
from teams.actions.signatures import sign
from teams.models import Meaning
from teams.permissions import Permission, require


@transaction.atomic
def move_cycle(
    *, cycle, to_label_id: str, reason: str, by, password: str, statement: str, at: datetime,
    version: int | None = None,
) -> LabelMove:  # fmt: skip
    """The cycle goes on with the set in force at its site. Signed doses stay as they are; each bag
    that is made and not hung is looked at by the pharmacy."""
    require(by, Permission.SIGN_ORDER)
    cycle = lock_cycle(cycle.pk)
    check_version(cycle, version)
    new = _target(cycle, to_label_id)
    if not reason.strip():
        refuse("label.no_reason", _("Say why."), field="reason")
    stops = obstacles(cycle, new)
    if stops:
        raise HardStop(*stops)
    move = _write_move(cycle, new, reason, by=by, password=password, statement=statement, at=at)
    cycle.label_id = new.id
    cycle.version += 1
    cycle.save(update_fields=["label_id", "version"])
    record(
        verb="moved_label",
        subject=cycle,
        by=by,
        patient=cycle.patient,
        at=at,
        before={"label": move.from_label_id},
        after={"label": move.to_label_id, "signature": str(move.signature.uuid)},
        reason=move.reason,
    )
    for bag in bags_made(cycle):
        _ask_to_review(bag, at=at)
    return move


def _target(cycle: Cycle, to_label_id: str) -> Label:
    if cycle.state not in Cycle.OPEN:
        refuse("label.cycle_over", _("This cycle is over. It keeps its label set."))
    new = target_of(cycle)
    if new is None or new.id != to_label_id:
        refuse(
            "label.not_in_force",
            _("A cycle is moved only to the label set that its site works with now."),
        )
    return new


def _write_move(cycle: Cycle, new: Label, reason: str, *, by, password, statement, at) -> LabelMove:
    steps = [step.mcg_per_day for step in values.steps_of(cycle)]
    content = {"cycle": str(cycle.uuid), "from": cycle.label_id, "to": new.id, "doses": steps}
    signature = sign(
        by=by,
        password=password,
        meaning=Meaning.MOVED_LABEL,
        statement=statement,
        subject=cycle,
        content={**content, "reason": reason.strip()},
        at=at,
    )
    return LabelMove.objects.create(
        cycle=cycle,
        from_label_id=cycle.label_id,
        to_label_id=new.id,
        reason=reason.strip()[:300],
        moved_by=by,
        moved_at=at,
        signature=signature,
    )


def _ask_to_review(bag: Bag, *, at: datetime) -> None:
    """The bag stays usable under the signed order; a pharmacist says whether it is used."""
    remind(
        subject=subject_of(bag),
        kind="bag_to_review",
        patient=bag.cycle.patient,
        due_at=at,
        path=reverse("infusions:bag", args=[bag.uuid]),
        at=at,
    )
