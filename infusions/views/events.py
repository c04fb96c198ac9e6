"""The ledger of a run, and correcting one of its entries."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from infusions import queries
from infusions.actions.corrections import correct_event as correct_one
from infusions.delivered import ledger_of
from infusions.forms.runs import CorrectEventForm
from infusions.views.runs import act, zone_of
from teams.permissions import Permission
from teams.routes import route


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def events(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    record_look(patient=cycle.patient, by=request.user, what="events")
    at = now()
    run = queries.run_state(cycle, at)
    context = {
        "cycle": cycle,
        "patient": cycle.patient,
        "zone": zone_of(cycle.patient),
        "run": run,
        "ledger": ledger_of(cycle, run, at),
        "gaps": [(gap, (gap.to_at or at) - gap.from_at) for gap in run.gaps],
        "events": queries.timeline_of(cycle),
    }
    return render(request, "infusions/events.html", context)


@route(Permission.RUN_INFUSION)
def correct_event(request, uuid):
    event = queries.get_event_for(request.user, uuid)

    def action(*, cycle, by, at, **values):
        return correct_one(event=event, by=by, at=at, **values)

    return act(
        request,
        event.cycle,
        template="correct_event",
        form=CorrectEventForm(
            request.POST or None,
            version=event.cycle.version,
            zone=zone_of(event.cycle.patient),
        ),
        action=action,
        verb="corrected_event",
        said=_("The correction is saved; the run was counted again."),
        event=event,
    )
