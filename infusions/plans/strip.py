"""The picture of a plan: doses, bags with the ends that may be moved, attendances."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from display.formats import plain
from display.strip import BagEnd, BagSpan, CycleStrip, DoseSpan, VisitMark
from infusions.hung import with_hung_from
from infusions.plans.proposals import Proposal
from infusions.plans.table import BagRow
from infusions.plans.words import moment_of

LONG_HOURS = 96


def strip_of(shown: Proposal, rows: list[BagRow], *, key: str, movable: bool, now=None):
    """Hours on the picture are elapsed hours since the start, pauses included."""
    start = begin_of(shown)

    def hour(moment):
        return (moment - start).total_seconds() / 3600

    timed = [row for row in rows if row.hangs_at and row.ends_at]
    return CycleStrip(
        key=key,
        title=_("Plan of cycle %(n)s") % {"n": shown.cycle.number},
        start=start,
        zone=shown.zone,
        doses=doses_of(shown, hour),
        bags=(*hung_before(shown, hour, now), *(span_of(row, hour) for row in timed)),
        visits=tuple(visit_of(row, hour) for row in timed),
        ends=tuple(end_of(row, hour) for row in timed if row.movable) if movable else (),
        holidays=tuple((date.fromisoformat(d), _("Holiday")) for d in shown.json["holidays"]),
        now_hour=hour(now) if now and shown.cycle.started_at and not shown.cycle.ended_at else None,
        planned_hours=shown.cycle.total_hours,
    )


def begin_of(shown: Proposal):
    cycle = shown.cycle
    if cycle.started_at:
        return cycle.started_at
    return shown.case.instant(0)


def doses_of(shown: Proposal, hour) -> tuple[DoseSpan, ...]:
    steps = shown.subject.steps
    return tuple(
        DoseSpan(
            from_hour=hour(shown.case.instant(step.from_hour * 60)) if step.from_hour else 0,
            to_hour=hour(shown.case.instant(step.to_hour * 60)),
            label=_("%(dose)s mcg/day") % {"dose": plain(step.mcg_per_day)},
            level="low" if len(steps) > 1 and n == 0 else "full",
        )
        for n, step in enumerate(steps)
    )


def span_of(row: BagRow, hour) -> BagSpan:
    states = {"done": "used", "running": "running"}
    return BagSpan(
        number=str(row.n),
        length=length_words(row.hours),
        from_hour=hour(row.hangs_at),
        to_hour=hour(row.ends_at),
        state=states.get(row.state, "planned"),
        url=reverse("infusions:bag", args=[row.made.uuid]) if row.made else "",
    )


def hung_before(shown: Proposal, hour, now) -> tuple[BagSpan, ...]:
    """Bags on the pump or done that belong to an earlier plan, or come before a what-if."""
    cycle, shows_all = shown.cycle, shown.plan is not None
    hung = with_hung_from(cycle.bags.select_related("planned")).exclude(hung_from=None)
    hung = hung.order_by("hung_from")
    if shows_all:
        hung = hung.exclude(planned__plan=shown.plan)
    return tuple(
        BagSpan(
            number=str(bag.planned.n),
            length=length_words(bag.bag_hours),
            from_hour=hour(bag.hung_from),
            to_hour=hour(bag.taken_down_at or cycle.next_change_at or cycle.bag_ends_at or now),
            state="used" if bag.taken_down_at else "running",
            url=reverse("infusions:bag", args=[bag.uuid]),
        )
        for bag in hung
        if bag.taken_down_at or now
    )


def length_words(hours: int) -> str:
    return f"{hours // 24} d" if hours > LONG_HOURS else f"{hours} h"


def visit_of(row: BagRow, hour) -> VisitMark:
    """Every bag end is an attendance: a change, or the disconnect at the end of the cycle."""
    what = _("Disconnect") if row.boundary == "end" else _("Bag change")
    label = f"{what}, {moment_of(row.ends_local)}"
    if row.outside_window:
        label = _("%(label)s, outside its window") % {"label": label}
    return VisitMark(
        hour=hour(row.ends_at),
        place="home" if row.at_home else "ward",
        label=label,
        done=row.state == "done",
        outside=row.outside_window,
    )


def end_of(row: BagRow, hour) -> BagEnd:
    label = _("End of bag %(n)s") % {"n": row.n}
    return BagEnd(row.n, hour(row.ends_at), row.end_minute, label, moment_of(row.ends_local))
