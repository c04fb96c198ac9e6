"""From the ledger, the plan and the visits to the 28-day picture."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from display.formats import elapsed, plain
from display.strip import BagSpan, CycleStrip, DoseSpan, StopSpan, VisitMark
from infusions.hung import with_hung_from
from infusions.queries import planned_changes, run_state, steps_of

BAG_STATES = {"finished": "used", "hung": "running", "discarded": "void", "quarantined": "void"}


def strip_of(cycle, at) -> CycleStrip:
    """Hours on the strip are elapsed hours since the start, pauses included."""
    start = cycle.started_at or cycle.planned_start
    site = cycle.patient.care_team.site
    state = run_state(cycle, at)

    def hour(moment):
        return (moment - start).total_seconds() / 3600

    return CycleStrip(
        key=f"c{cycle.pk}",
        title=_("Cycle %(n)s") % {"n": cycle.number},
        start=start,
        zone=site.zone,
        doses=dose_spans(cycle, state, hour),
        bags=bag_spans(cycle, at, hour),
        stops=stop_spans(state, at, hour),
        visits=visit_marks(cycle, hour),
        holidays=tuple((date.fromisoformat(day), _("Holiday")) for day in site.holidays),
        now_hour=hour(at) if cycle.started_at and cycle.ended_at is None else None,
        planned_hours=cycle.total_hours,
    )


def dose_spans(cycle, state, hour) -> tuple[DoseSpan, ...]:
    """Planned doses, moved later by the pauses so far."""
    paused_h = sum(hour(gap.to_at) - hour(gap.from_at) for gap in state.gaps if gap.to_at)
    steps = steps_of(cycle)
    return tuple(
        DoseSpan(
            from_hour=step.from_hour + (paused_h if step.from_hour else 0),
            to_hour=step.to_hour + paused_h,
            label=_("%(dose)s mcg/day") % {"dose": plain(step.mcg_per_day)},
            level="low" if len(steps) > 1 and n == 0 else "full",
        )
        for n, step in enumerate(steps)
    )


def bag_spans(cycle, at, hour) -> tuple[BagSpan, ...]:
    spans = []
    hung = with_hung_from(cycle.bags.select_related("planned")).exclude(hung_from=None)
    for bag in hung.order_by("hung_from"):
        end = bag.taken_down_at or cycle.bag_ends_at or at
        spans.append(span(bag.planned, hour(bag.hung_from), hour(end), bag))
    for change in planned_changes(cycle, at):
        if change.hang_at and (change.bag is None or change.bag.hung_from is None):
            spans.append(
                span(change.planned, hour(change.hang_at), hour(change.end_at), change.bag)
            )
    return tuple(spans)


def span(planned, from_hour, to_hour, bag) -> BagSpan:
    hours = planned.bag_hours
    return BagSpan(
        number=str(planned.n),
        length=f"{hours // 24} d" if hours > 96 else f"{hours} h",
        from_hour=from_hour,
        to_hour=to_hour,
        state=BAG_STATES.get(bag.state, "planned") if bag else "planned",
        url=reverse("infusions:bag", args=[bag.uuid]) if bag else "",
    )


def stop_spans(state, at, hour) -> tuple[StopSpan, ...]:
    return tuple(
        StopSpan(
            from_hour=hour(gap.from_at),
            to_hour=hour(gap.to_at) if gap.to_at else None,
            label=_("Stopped for %(time)s") % {"time": elapsed((gap.to_at or at) - gap.from_at)},
        )
        for gap in state.gaps
    )


def visit_marks(cycle, hour) -> tuple[VisitMark, ...]:
    return tuple(
        VisitMark(
            hour=hour(visit.window_from),
            place="home",
            label=visit.get_purpose_display(),
            done=visit.state == "done",
        )
        for visit in cycle.visits.filter(corrected_by=None).exclude(state="cancelled")
    )
