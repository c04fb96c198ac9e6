"""The label of a bag: preview, printing, and what was printed."""

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions import check_turns, queries
from infusions.actions import labels as actions
from infusions.forms.labels import PrintLabelForm
from infusions.labels import pdf as label_pdf
from infusions.labels import sheet as label_sheet
from infusions.models import Bag, LabelPrint
from infusions.views.bags import about
from protocol.stops import HardStop
from teams.permissions import Permission, can
from teams.routes import route

SALT = "label-print"
OPEN_FOR = 10 * 60  # seconds of real time: a label is opened when it is printed, not kept


@route(Permission.SEE_CHART)
def label(request, uuid):
    row = queries.get_bag_for(request.user, uuid)
    prints = list(row.labels.select_related("printed_by").order_by("-n"))
    form = PrintLabelForm(request.POST or None, version=row.version, again=bool(prints))

    def page(*, form, stops=(), status=200):
        context = {**about(row), **shown(row, request.user, prints), "form": form, "stops": stops}
        return render(request, "infusions/label/page.html", context, status=status)

    if request.method != "POST":
        record_look(patient=row.cycle.patient, by=request.user, what="infusions:label")
        return page(form=form)

    def effect(**given):
        printed = actions.print_label(bag=row, by=request.user, at=now(), **given)
        label_pdf.pdf_of(printed)  # what cannot be drawn was not printed
        key = signing.dumps([str(printed.uuid), request.user.pk], salt=SALT)
        return f"{reverse('infusions:label_pdf', args=[row.uuid, printed.n])}?key={key}"

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="printed_label",
        subject=row,
        patient=row.cycle.patient,
    )


def shown(row: Bag, user, prints: list[LabelPrint]) -> dict:
    """What the page may show: before the check is over, nothing of what stands on the label."""
    refused, content = "", None
    try:
        actions.check_printable(row, now())
        content = label_sheet.content_of(row)
    except HardStop as stop:
        refused = stop.stops[0].message
    stale = label_sheet.differs(prints[0].content, content) if prints and content else []
    return {
        "refused": refused,
        "label": label_sheet.words_of(content) if content else None,
        "density": label_pdf.density_of(content) if content else "",
        "prints": prints,
        "last": last_one(row, stale),
        "stale": [label_sheet.name_of(name) for name in stale],
        "shows_work": check_turns.shows_work(row, user),
        "may_print": can(user, Permission.COMPOUND),
        "can_draw": label_pdf.can_draw(),
        "needed": label_pdf.NEEDED,
    }


def last_one(row: Bag, stale: list[str]) -> str:
    """What the newest label is worth: `wrong`, `void` on a bag not to be used, or `right`."""
    if stale:
        return "wrong"
    used = (Bag.State.RELEASED, Bag.State.HUNG, Bag.State.FINISHED)
    return "right" if row.state in used else "void"


@route(Permission.COMPOUND, methods=("GET", "HEAD"))
def label_file(request, uuid, n):
    """The PDF, for whoever printed it, shortly after: a copy for later is a reprint."""
    row = queries.get_bag_for(request.user, uuid)
    printed = get_object_or_404(row.labels.select_related("printed_by"), n=n)
    if not may_open(request, printed):
        words = _("This label was printed already. Print it again and say why.")
        return refused(request, row, words)
    if row.state != Bag.State.RELEASED:
        return refused(request, row, actions.not_released(row))
    try:
        document = label_pdf.pdf_of(printed)
    except HardStop as stop:
        return refused(request, row, stop.stops[0].message)
    record_look(patient=row.cycle.patient, by=request.user, what="infusions:label_pdf")
    answer = HttpResponse(document, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="label-{row.code}-{n}.pdf"'
    return answer


def may_open(request, printed: LabelPrint) -> bool:
    try:
        held = signing.loads(request.GET.get("key", ""), salt=SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        return False
    return held == [str(printed.uuid), request.user.pk]


def refused(request, row: Bag, words: str):
    context = {**about(row), "words": words}
    return render(request, "infusions/label/refused.html", context, status=410)
