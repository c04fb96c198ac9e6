"""Opening a list of a run: before a restart, at the end, before going home."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from checklists.actions import open_checklist
from checklists.queries import lists_of
from clock.now import now
from commands.forms import CommandForm
from commands.perform import perform
from commands.refusals import refuse
from infusions.queries import get_cycle_for
from infusions.run_lists import NOT_NOW, run_list, standing
from teams.permissions import Permission
from teams.routes import route


@route(Permission.ANSWER_CHECKLIST)
def run_lists(request, uuid, kind):
    """The lists of this kind; sending the page opens one and goes to it."""
    cycle = get_cycle_for(request.user, uuid)
    form = CommandForm(request.POST or None)

    def page(*, form, stops=(), status=200):
        found = run_list(cycle, kind)
        context = {
            "cycle": cycle,
            "patient": cycle.patient,
            "zone": cycle.patient.care_team.site.zone,
            "form": form,
            "stops": stops,
            "standing": standing(cycle, kind, now()),
            "not_now": "" if found else _(NOT_NOW[kind]),
            "lists": lists_of(found.subject, kind) if found else (),
        }
        return render(request, "infusions/run_lists.html", context, status=status)

    if request.method != "POST":
        record_look(patient=cycle.patient, by=request.user, what=f"checklist {kind}")
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=lambda version: open_for(cycle, kind, by=request.user),
        page=page,
        verb="opened_checklist",
        subject=cycle,
        patient=cycle.patient,
    )


def open_for(cycle, kind: str, *, by) -> str:
    found = run_list(cycle, kind)
    if found is None:
        refuse("checklist.not_now", _(NOT_NOW[kind]))
    checklist = open_checklist(
        kind=kind,
        subject=found.subject,
        patient=cycle.patient,
        about=found.about,
        facts=found.facts,
        next_path=found.then,
        by=by,
        at=now(),
    )
    return reverse("checklists:run", args=[checklist.uuid])
