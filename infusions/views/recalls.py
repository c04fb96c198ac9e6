"""Recalls: find every bag of a lot, sign the recall, and what it did."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_looks
from clock.now import now
from commands.perform import perform
from infusions.actions.recalls import sign_recall
from infusions.forms.stock import RecallForm
from infusions.pharmacy import recalls as pages
from protocol.stops import HardStop
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.SEE_STOCK)
def recalls(request):
    """`?lot=`: typed or scanned. What it finds is shown before anybody signs."""
    asked = request.GET.get("lot", "").strip()[:200]
    form = RecallForm(request.POST or None)
    context = {"asked": asked, "statement": statement(), "recalls": pages.recalls_for(request.user)}
    lot = product = None
    if asked:
        try:
            lot, gtin = pages.lot_of(asked)
        except HardStop as stop:
            found = {**context, "unread": stop.stops[0].message}
            return render(request, "infusions/recall/page.html", found, status=422)
        product = pages.product_with(request.user.organisation, gtin)
        context["unknown_gtin"] = gtin if gtin and product is None else ""
        context["trace"] = traced(request, lot, product)
        known = [row for row in context["recalls"] if row.lot == lot]
        context["known"] = [
            r for r in known if None in (r.product, product) or r.product == product
        ]
        context["covered"] = any(row.product in (None, product) for row in known)
        context["may_sign"] = can(request.user, Permission.SIGN_RECALL)

    def page(*, form, stops=(), status=200):
        found = {**context, "form": form, "stops": stops}
        return render(request, "infusions/recall/page.html", found, status=status)

    if request.method != "POST":
        return page(form=form)

    def effect(**given):
        facts = {"by": request.user, "statement": statement(), "at": now(), **given}
        row = sign_recall(lot=lot or "", product=product, **facts)
        return reverse("infusions:recall", args=[row.uuid])

    facts = {"form": form, "effect": effect, "page": page, "subject": request.user.organisation}
    said = _("Recalled. What waited is quarantined; prescriber and pharmacy are told.")
    return perform(request, verb="recalled_lot", said=said, **facts)


@route(Permission.SEE_STOCK, methods=("GET", "HEAD"))
def recall(request, uuid):
    row = pages.get_recall_for(request.user, uuid)
    context = {"recall": row, "trace": traced(request, row.lot, row.product)}
    return render(request, "infusions/recall/one.html", context)


def statement() -> str:
    return _("I have the notice of this recall. Nothing with this lot is hung or made any more.")


def traced(request, lot: str, product) -> pages.Trace:
    """Every bag of the lot; that these charts were looked at is recorded."""
    trace = pages.trace_of(request.user, lot, product)
    shown = {one.patient.pk: one.patient for one in trace.bags if one.patient is not None}
    record_looks(patients=shown.values(), by=request.user, what="infusions:recall")
    return trace
