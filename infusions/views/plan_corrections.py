"""Taking a plan back before anything was made of it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from infusions import queries
from infusions.actions.plan_corrections import take_plan_back as take_back
from infusions.actions.plan_corrections import why_not_taken_back
from infusions.forms.corrections import TakeBackForm
from infusions.views.runs import act
from teams.permissions import Permission
from teams.routes import route


@route(Permission.PLAN_CYCLE)
def take_plan_back(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    why_not = why_not_taken_back(cycle, request.user)
    return act(
        request,
        cycle,
        template="take_plan_back",
        form=TakeBackForm(request.POST or None, version=cycle.version),
        action=take_back,
        verb="took_plan_back",
        said=_("Taken back. Plan the cycle again."),
        why_not=why_not,
        plan_url=reverse("infusions:plan", args=[cycle.uuid]),
    )
