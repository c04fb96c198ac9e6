"""Check 2: the printed label on the bag, read by another person before the bag goes anywhere."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import subject_of
from commands.refusals import check_version, refuse
from display.formats import local
from infusions.actions.bags import lock_bag
from infusions.actions.coverage import recompute
from infusions.actions.dispute_begins import open_dispute_about
from infusions.actions.readings import check_method, keep_reading, record_of
from infusions.actions.releases import accept_label
from infusions.check_turns import may_read_label, open_differences
from infusions.labels.sheet import content_of, differs, name_of
from infusions.models import Bag, BagCheck, LabelPrint
from infusions.plans.words import moment_of
from infusions.readings import OnLabel, label_differences, label_of_print
from notifications.actions.reminders import cancel_for
from protocol.stops import HardStop, Stop
from teams.actions.signatures import prove

Part, Stage = BagCheck.Part, BagCheck.Stage
ENOUGH = 2


@transaction.atomic
def check_label(
    *,
    bag,
    by,
    password: str,
    code: str,
    rate_ml_per_h: Decimal,
    volume_ml: Decimal,
    duration_h: Decimal,
    statement: str,
    at: datetime,
    method: str = BagCheck.Method.IN_PERSON,
    method_note: str = "",
    opened_at: datetime | None = None,
    version: int | None = None,
) -> BagCheck:
    """One reading of the label that sticks on the bag, compared with the newest one printed. Until
    one agrees the bag stays in the pharmacy and is not hung. Raises HardStop, and Stale."""
    bag = lock_bag(bag.pk, None)
    _check_may_read(bag, by)
    check_version(bag, version)
    check_method(method, method_note)
    printed = newest_label(bag)
    prove(user=by, password=password)
    read = OnLabel(code, rate_ml_per_h, volume_ml, duration_h)
    check = keep_reading(
        bag,
        read,
        differs=label_differences(label_of_print(printed), read),
        stage=Stage.LABEL,
        part=Part.CHECKER,
        by=by,
        at=at,
        opened_at=opened_at,
        method=method,
        method_note=method_note,
        more={"label": printed.n},
    )
    if check.agreed:
        accept_label(bag, check, by=by, password=password, statement=statement, at=at)
    else:
        _keep_here(bag, check, by=by, at=at)
    recompute(bag.cycle)
    return check


def _check_may_read(bag: Bag, by) -> None:
    if bag.compounded_by_id == by.pk:
        refuse("label.own_check", _("You made this bag. Another person reads its label."))
    if not may_read_label(bag, by):
        refuse("label.not_yours", _("A pharmacist reads the label of this bag."))
    if bag.label_checked_how:
        refuse("label.checked_already", checked_already(bag))
    if bag.state != Bag.State.RELEASED:
        state = bag.get_state_display().lower()
        words = _("This bag is %(state)s. Its label is read once the bag is released.")
        refuse("label.not_released", words % {"state": state})


def checked_already(bag: Bag) -> str:
    if bag.label_checked_by_id is None:
        return _("This bag was released before labels were read a second time.")
    at = moment_of(local(bag.label_checked_at, bag.cycle.patient.care_team.site.zone))
    words = _("%(who)s read the label of this bag, %(at)s, and it agreed.")
    return words % {"who": bag.label_checked_by, "at": at}


def newest_label(bag: Bag) -> LabelPrint:
    """The one that should be on the bag. Refuses when none was printed, or when it is no longer
    right."""
    link = reverse("infusions:label", args=[bag.uuid])
    printed = bag.labels.order_by("-n").first()
    if printed is None:
        words = _("No label was printed yet. Print it, put it on the bag, then read it here.")
        raise HardStop(Stop("label.not_printed", words, link=link))
    stale = differs(printed.content, content_of(bag))
    if stale:
        words = _("The label that was printed last is no longer right (%(what)s). Print it again.")
        what = ", ".join(dict.fromkeys(name_of(name) for name in stale))
        raise HardStop(Stop("label.not_right", words % {"what": what}, link=link))
    return printed


def _keep_here(bag: Bag, check: BagCheck, *, by, at: datetime) -> None:
    outcome = "too_fast" if check.too_fast else "differs"
    bag.version += 1
    bag.save()
    if not check.too_fast and len(open_differences(bag, Stage.LABEL)) >= ENOUGH:
        outcome = "disputed"
        cancel_for(subject=subject_of(bag), kinds=["label_to_check"], because="disputed", at=at)
        open_dispute_about(bag, Stage.LABEL, at=at)
    record_of("read_label_otherwise", bag, by=by, at=at, after={"outcome": outcome})
