"""The compounding record and the master formulation record of a bag: on the screen and as PDF."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from infusions import queries
from infusions.check_turns import shows_work
from infusions.labels import pdf as label_pdf
from infusions.labels.sheet import moment, words_of
from infusions.models import Bag
from infusions.records import pdf
from infusions.records.compounding import compounding_of
from infusions.records.formulation import formulation_of
from infusions.views.bags import about
from protocol.stops import HardStop
from teams.permissions import Permission
from teams.routes import route

BUILDERS = {"record": compounding_of, "formulation": formulation_of}


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def compounding_record(request, uuid):
    return _page(request, uuid, "record")


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def formulation_record(request, uuid):
    return _page(request, uuid, "formulation")


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def compounding_pdf(request, uuid):
    return _file(request, uuid, "record")


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def formulation_pdf(request, uuid):
    return _file(request, uuid, "formulation")


def _page(request, uuid, kind: str):
    bag = _looked_at(request, uuid, kind)
    found, refused = _built(request, bag, kind)
    context = {
        **about(bag),
        "record": found,
        "refused": refused,
        "kind": kind,
        "label": _label_of(bag) if found and kind == "record" else None,
        "can_draw": label_pdf.can_draw(),
    }
    return render(
        request, "infusions/record/page.html", context, status=200 if found is not None else 409
    )


def _file(request, uuid, kind: str):
    bag = _looked_at(request, uuid, kind)
    found, refused = _built(request, bag, kind)
    if found is None or not label_pdf.can_draw():
        context = {**about(bag), "record": None, "kind": kind}
        context["refused"] = refused or _("This server cannot draw PDFs. Print the page instead.")
        return render(request, "infusions/record/page.html", context, status=409)
    zone = bag.cycle.patient.care_team.site.zone
    printed = _("%(who)s, %(at)s") % {"who": request.user, "at": moment(now(), zone)}
    label = _label_of(bag) if kind == "record" else None
    answer = HttpResponse(
        pdf.pdf_of(found, label=label, printed=printed), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="{kind}-{bag.code}.pdf"'
    return answer


def _looked_at(request, uuid, kind: str) -> Bag:
    bag = queries.get_bag_for(request.user, uuid)
    record_look(patient=bag.cycle.patient, by=request.user, what=f"infusions:{kind}")
    return bag


def _built(request, bag: Bag, kind: str):
    """(record, why there is none). Whoever may still read the bag blind sees no figure of it."""
    if not shows_work(bag, request.user):
        return None, _("Hidden until the independent check is done.")
    try:
        return BUILDERS[kind](bag), ""
    except HardStop as stop:
        return None, stop.stops[0].message


def _label_of(bag: Bag) -> dict | None:
    newest = bag.labels.order_by("-n").first()
    return words_of(newest.content, printed=newest) if newest else None
