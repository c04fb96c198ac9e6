"""What moving from one label set to another changes, for a site and for a cycle."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from infusions import values
from infusions.models import Bag, Cycle
from infusions.passports import sets
from patients.queries import visible_to
from protocol import label, schedule
from protocol.dosing import dose_steps
from protocol.label import Label
from protocol.label_diff import Change, changes
from protocol.stops import HardStop, Stop
from teams.models import Site

WAITING = (Bag.State.MADE, Bag.State.RELEASED, Bag.State.QUARANTINED)


@dataclass(frozen=True)
class Concerned:
    """Open cycles of a site that are on another set than the one to be adopted; `others` are those
    of teams that this person is not on."""

    cycles: list[Cycle]
    others: int


def diff(organisation_id: int, old_id: str, new_id: str) -> tuple[Change, ...]:
    """Rows as this organisation uses them: its own rows belong to one set and do not come along."""
    if old_id == new_id or old_id not in label.label_ids():
        return ()
    places = {(organisation_id, old_id), (organisation_id, new_id)}
    found = values.labels_for(places)
    return changes(found[organisation_id, old_id], found[organisation_id, new_id])


def concerned(user, site: Site, label_id: str) -> Concerned:
    """Who is treated at the site by another set of the same kind."""
    rows = Cycle.objects.filter(patient__care_team__site=site, state__in=Cycle.OPEN)
    same_kind = [
        one
        for one in label.label_ids()
        if label.load(one).is_training == label.load(label_id).is_training and one != label_id
    ]
    rows = rows.filter(label_id__in=same_kind)
    seen = rows.filter(patient__in=visible_to(user)).distinct().select_related("patient")
    cycles = list(seen.order_by("patient__family_name", "pk"))
    return Concerned(cycles, rows.count() - len(cycles))


def target_of(cycle: Cycle) -> Label | None:
    """The set in force at the cycle's site, if the cycle is on another one of the same kind."""
    training = label.load(cycle.label_id).is_training
    row = sets.adoption_of(cycle.patient.care_team.site, is_training=training)
    if row is None or row.label_id == cycle.label_id:
        return None
    return values.label_for(cycle.patient.organisation_id, row.label_id)


def bags_made(cycle: Cycle) -> list[Bag]:
    """Bags made and not hung yet: each is looked at when the set changes."""
    rows = cycle.bags.filter(state__in=WAITING).select_related("planned")
    return list(rows.order_by("planned__n", "pk"))


def not_yet(cycle: Cycle, new: Label) -> list[Stop]:
    """Rows of the new set that bags still to be made would need and that may not make them yet."""
    first = cycle.current_bag.planned.n if cycle.current_bag_id else 0
    plan = cycle.plans.filter(is_current=True).first()
    found: dict[str, Stop] = {}
    for planned in plan.bags.filter(n__gt=first) if plan else []:
        try:
            values.recipe_by(cycle, new, planned)
        except HardStop as refusal:
            found |= {stop.message: stop for stop in refusal.stops}
    return list(found.values())


def obstacles(cycle: Cycle, new: Label) -> list[Stop]:
    """Why this cycle cannot go on with another set: its doses or its length would be others."""
    try:
        steps = dose_steps(
            new,
            indication=cycle.indication,
            cycle_no=cycle.number,
            weight_kg=cycle.weight_kg,
            bsa_m2=cycle.bsa_m2,
        )
    except HardStop as refusal:
        return [values.with_link(stop, new.id) for stop in refusal.stops]
    return [*_other_doses(cycle, steps, new), *_other_length(cycle, new)]


def _other_doses(cycle: Cycle, steps, new: Label) -> list[Stop]:
    ordered = [(one.from_hour, one.mcg_per_day) for one in values.steps_of(cycle)]
    if ordered == [(one.from_hour, one.mcg_per_day) for one in steps]:
        return []
    message = _("%(set)s gives other doses than the signed order. A cycle is not moved to other "
                "doses: discontinue it and plan again.")  # fmt: skip
    return [Stop("label.other_doses", message % {"set": new.title})]


def _other_length(cycle: Cycle, new: Label) -> list[Stop]:
    if cycle.total_hours == schedule.cycle_hours(new):
        return []
    message = _("%(set)s has a cycle of another length. Discontinue this one and plan again.")
    return [Stop("label.other_length", message % {"set": new.title})]
