"""Which accounts of the patient and of caregivers see this patient."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from patients import actions, queries
from patients.forms import EndAccessForm, GiveAccessForm
from teams.permissions import Permission
from teams.routes import route


@route(Permission.MANAGE_TEAM)
def access(request, uuid):
    patient = queries.get_patient_for(request.user, uuid)
    ending = "access" in request.POST
    form = EndAccessForm(request.POST) if ending else give_form(patient, request.POST or None)

    def page(*, form, stops=(), status=200):
        context = access_context(patient, form=form, stops=stops)
        return render(request, "patients/access.html", context, status=status)

    def effect(**values):
        act = actions.end_access if ending else actions.give_access
        act(patient=patient, by=request.user, at=now(), **values)
        return reverse("patients:access", args=[patient.uuid])

    if request.method != "POST":
        record_look(patient=patient, by=request.user, what="patients:access")
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="ended_access" if ending else "gave_access",
        subject=patient,
        patient=patient,
        said=_("Access ended.") if ending else _("Access given."),
    )


def give_form(patient, data=None):
    return GiveAccessForm(data, accounts=queries.accounts_to_add(patient))


def access_context(patient, *, form, stops) -> dict:
    """Each account has a small form of its own to end its access."""
    rows = [
        (row, EndAccessForm(initial={"access": row.pk}, auto_id=f"end-{row.pk}-%s"))
        for row in queries.accesses_of(patient)
    ]
    return {
        "patient": patient,
        "rows": rows,
        "form": give_form(patient) if isinstance(form, EndAccessForm) else form,
        "stops": stops,
        "zone": patient.care_team.site.zone,
    }
