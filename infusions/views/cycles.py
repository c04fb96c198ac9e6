"""Planning a cycle, its plan, and the order that is signed."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions import courses, queries
from infusions.actions.cycles import plan_cycle as plan_cycle_action
from infusions.actions.cycles import sign_order
from infusions.actions.plan_corrections import taken_back
from infusions.forms.cycles import PlanCycleForm, SignOrderForm
from infusions.passports.sets import in_force
from infusions.plans import planner
from patients.queries import get_patient_for
from protocol.stops import HardStop
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.PLAN_CYCLE)
def plan_cycle(request, uuid):
    patient = get_patient_for(request.user, uuid)
    sets = in_force(patient.care_team.site, training=patient.organisation.is_training)
    form = PlanCycleForm(
        request.POST or None,
        version=patient.version,
        zone=patient.care_team.site.zone,
        sets=sets,
        initial=planner.suggestions_for(patient),
    )

    def page(*, form, stops=(), status=200):
        body, reason = body_or_reason(patient)
        context = {"patient": patient, "form": form, "stops": stops, "body": body}
        context |= {"body_reason": reason, "sets": sets}
        context |= {"taken_back": taken_back(patient), "zone": patient.care_team.site.zone}
        return render(request, "infusions/plan_cycle.html", context, status=status)

    if request.method != "POST":
        record_look(patient=patient, by=request.user, what="infusions:plan_cycle")
        return page(form=form)

    def effect(**values):
        cycle = plan_cycle_action(patient=patient, by=request.user, at=now(), **values)
        return reverse("infusions:plan", args=[cycle.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="planned_cycle",
        subject=patient,
        patient=patient,
        said=_("Planned. The oncologist is asked to sign the doses."),
    )


def body_or_reason(patient):
    """Weight, height and surface to show, or the sentence that says what to measure."""
    try:
        return courses.body_of(patient, now()), ""
    except HardStop as stop:
        return None, str(stop)


@route(Permission.SEE_CHART)
def order(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    row = queries.newest_order_of(cycle)
    form = SignOrderForm(request.POST or None, version=cycle.version)
    statement = _("I have reviewed these doses for %(patient)s, cycle %(n)s, and prescribe them.")
    statement = statement % {"patient": cycle.patient, "n": cycle.number}

    def page(*, form, stops=(), status=200):
        context = {
            **planner.course_facts(cycle),
            "order": row,
            "form": form,
            "stops": stops,
            "statement": statement,
            "may_sign": can(request.user, Permission.SIGN_ORDER),
        }
        return render(request, "infusions/order.html", context, status=status)

    if request.method != "POST":
        record_look(patient=cycle.patient, by=request.user, what="infusions:order")
        return page(form=form)

    def effect(**values):
        sign_order(order=row, by=request.user, at=now(), statement=statement, **values)
        return reverse("infusions:order", args=[cycle.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="signed_order",
        subject=row,
        patient=cycle.patient,
        said=_("Signed. The pharmacy is asked for the first bag."),
    )
