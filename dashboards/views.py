from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from dashboards import board as board_rows
from dashboards.chart import chart_of
from dashboards.queries import cycles_for_board, find_patients
from display.live import page_or_part
from patients.queries import get_patient_for
from teams.models import CareTeam
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.SIGNED_IN, methods=("GET", "HEAD"))
def home(request):
    """The first page of each role."""
    for permission, name in (
        (Permission.SEE_BOARD, "dashboards:board"),
        (Permission.SEE_OWN_INFUSION, "education:today"),
        (Permission.MANAGE_PEOPLE, "teams:people"),
        (Permission.READ_AUDIT, "audit:events"),
    ):
        if can(request.user, permission):
            return redirect(name)
    return redirect("notifications:inbox")


@route(Permission.SEE_BOARD, methods=("GET", "HEAD"))
def board(request):
    """Every running infusion of my patients. Its rows are polled every 5 s from here too."""
    at = now()
    groups = board_rows.groups_of(cycles_for_board(request.user), at)
    chosen = request.GET.get("show", "")
    shown = [group for group in groups if not chosen or group.key == chosen]
    context = {
        "groups": shown,
        "tiles": board_rows.tiles_of(groups, chosen),
        "chosen": chosen,
        "may_enrol": can(request.user, Permission.ENROL),
        "site_names": ", ".join(sorted({t.site.name for t in teams_of(request.user)})),
    }
    return page_or_part(
        request,
        page="dashboards/board.html",
        part="dashboards/_groups.html",
        context=context,
        at=at,
    )


def teams_of(user):
    return CareTeam.objects.filter(memberships__user=user, memberships__to_at=None).select_related(
        "site"
    )


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def chart(request, uuid):
    patient = get_patient_for(request.user, uuid)
    at = now()
    context = chart_of(patient, request.user, at)
    if "X-Live" not in request.headers:
        record_look(patient=patient, by=request.user, what="chart")
    return page_or_part(
        request,
        page="dashboards/chart.html",
        part="dashboards/_chart_live.html",
        context=context,
        at=at,
    )


@route(Permission.SEE_BOARD)
def find(request):
    """By name, record number or a scanned bag code; sent as POST so that no name is in a URL."""
    text = request.POST.get("q", "").strip()[:120]
    found = list(find_patients(request.user, text)) if text else []
    if len(found) == 1:
        return redirect("dashboards:chart", found[0].uuid)
    context = {"text": text, "found": found, "title": _("Find")}
    return render(request, "dashboards/find.html", context)
