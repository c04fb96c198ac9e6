"""The list, and who the patient is."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from audit.queries import history_of
from clock.now import now
from commands.perform import perform
from patients import actions, queries
from patients.forms import EditPersonForm, EnrolForm
from teams.models import CareTeam
from teams.permissions import Permission, can
from teams.routes import route

A_PAGE = 50
EDITED = (
    "family_name",
    "given_name",
    "record_number",
    "birth_date",
    "sex",
    "language",
    "interpreter_needed",
    "phone",
    "address",
    "home_distance_km",
    "bed",
    "care_team",
)


def chart_of(patient) -> str:
    return reverse("dashboards:chart", args=[patient.uuid])


@route(Permission.SEE_BOARD)
def patient_list(request):
    """Searched by POST, so that names and numbers stay out of addresses and logs."""
    text = request.POST.get("q", "").strip()[:120]
    found = queries.list_for(request.user, text)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    may_enrol = can(request.user, Permission.ENROL)
    context = {"page": page, "q": text, "may_enrol": may_enrol}
    return render(request, "patients/list.html", context)


@route(Permission.ENROL)
def enrol(request):
    teams = queries.teams_of(request.user)
    form = EnrolForm(request.POST or None, teams=teams, zone=zone_for(request, teams))

    def page(*, form, stops=(), status=200):
        context = {"form": form, "stops": stops, "has_team": bool(teams)}
        return render(request, "patients/enrol.html", context, status=status)

    if request.method != "POST":
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=lambda version, **v: chart_of(actions.enrol(by=request.user, at=now(), **v)),
        page=page,
        verb="enrolled",
        subject="patients.patient:new",
        said=_("Enrolled."),
    )


def zone_for(request, teams) -> str:
    """Wall time is that of the site whose team was chosen; else of the first team."""
    chosen = {str(team.pk): team for team in teams}
    team = chosen.get(request.POST.get("care_team", "")) or next(iter(chosen.values()), None)
    return team.site.zone if team else "UTC"


def said_before(patient) -> list[dict]:
    """What was said about the patient and changed since, newest first, with who and why."""
    return [
        {
            "at": event.at,
            "by": event.actor,
            "icon": "pencil-line",
            "title": name_of_field(name),
            "original": in_words(name, was),
            "text": in_words(name, is_now),
            "corrected_by": event.actor,
            "reason": event.reason,
        }
        for event in history_of(patient).filter(verb="edited_patient", outcome="done")
        for name, was, is_now in changed_values(event)
    ]


def in_words(name: str, value) -> str:
    if name == "care_team":
        return str(CareTeam.objects.filter(pk=value).first() or "–")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "–" if value in ("", None) else str(value)


def name_of_field(name: str) -> str:
    field = EditPersonForm.base_fields.get(name)
    return str(field.label) if field else name.replace("_", " ")


def changed_values(event) -> list[tuple]:
    return [
        (name, event.before.get(name), told)
        for name, told in event.after.items()
        if name in EDITED and event.before.get(name) != told
    ]


@route(Permission.ENROL)
def edit(request, uuid):
    patient = queries.get_patient_for(request.user, uuid)
    form = EditPersonForm(
        request.POST or None,
        teams=queries.teams_of(request.user),
        language=patient.language,
        version=patient.version,
        initial={name: getattr(patient, name) for name in EDITED},
    )

    def page(*, form, stops=(), status=200):
        context = {"form": form, "stops": stops, "patient": patient}
        context["numbers"] = patient.identifiers.select_related("corrected_by", "recorded_by")
        context |= {"history": said_before(patient), "zone": patient.care_team.site.zone}
        return render(request, "patients/edit.html", context, status=status)

    if request.method != "POST":
        record_look(patient=patient, by=request.user, what="patients:edit")
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=lambda **v: chart_of(actions.edit(patient=patient, by=request.user, at=now(), **v)),
        page=page,
        verb="edited_patient",
        subject=patient,
        patient=patient,
        said=_("Saved."),
    )
