"""The shelf: what lies there against what is needed, receiving, counting, and slips made right."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clock.now import now
from commands.perform import perform
from infusions.actions import stock as actions
from infusions.forms.stock import (
    CorrectMovementForm,
    CostForm,
    PoolingForm,
    ShelfForm,
    TakeOffForm,
)
from infusions.models import StockMovement
from infusions.pharmacy import stock as pages
from infusions.pharmacy.site import get_site_for, my_sites
from infusions.scans.products import day_at
from teams.permissions import Permission, can
from teams.routes import route

COUNTED = StockMovement.Kind.COUNTED


@route(Permission.SEE_STOCK, methods=("GET", "HEAD"))
def my_stock(request):
    """The shelf of the first of this person's sites."""
    sites = my_sites(request.user)
    if not sites:
        raise Http404
    return redirect("infusions:stock", sites[0].uuid)


@route(Permission.SEE_STOCK)
def stock(request, uuid):
    site = get_site_for(request.user, uuid)
    form = ShelfForm(request.POST or None)
    may = {
        "may_keep": can(request.user, Permission.KEEP_STOCK),
        "may_set": can(request.user, Permission.MANAGE_PRODUCTS),
        "sites": [one for one in my_sites(request.user) if one != site],
    }

    def page(*, form, stops=(), status=200):
        found = pages.stock_page(site, request.user, now())
        context = {**found, **may, "form": form, "stops": stops}
        return render(request, "infusions/stock/page.html", context, status=status)

    if request.method != "POST":
        return page(form=form)

    def effect(kind, reason, **given):
        facts = {"site": site, "by": request.user, "at": now(), **given}
        if kind == COUNTED:
            actions.count_scanned(reason=reason, **facts)
        else:
            actions.receive(**facts)
        return reverse("infusions:stock", args=[site.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="moved_stock",
        subject=site,
        said=_("On the record."),
    )


@route(Permission.SEE_STOCK)
def stock_lot(request, uuid):
    """One lot: every entry, and what is taken off the shelf."""
    lot = pages.get_lot_for(request.user, uuid)
    form = TakeOffForm(request.POST or None)

    def page(*, form, stops=(), status=200):
        context = {
            "lot": lot,
            "zone": lot.site.zone,
            "on_hand": pages.on_hand_of(lot),
            "movements": pages.moves_of(lot),
            "may_keep": can(request.user, Permission.KEEP_STOCK),
            "form": form,
            "stops": stops,
        }
        return render(request, "infusions/stock/lot.html", context, status=status)

    if request.method != "POST":
        return page(form=form)

    def effect(**given):
        actions.take_off(lot=lot, by=request.user, at=now(), **given)
        return reverse("infusions:stock_lot", args=[lot.uuid])

    facts = {"form": form, "effect": effect, "page": page, "verb": "moved_stock", "subject": lot}
    return perform(request, said=_("Taken off the shelf."), **facts)


@route(Permission.KEEP_STOCK)
def correct_stock(request, uuid):
    movement = pages.get_movement_for(request.user, uuid)
    form = CorrectMovementForm(request.POST or None, initial={"count": movement.count})

    def page(*, form, stops=(), status=200):
        context = {"movement": movement, "zone": movement.lot.site.zone}
        context |= {"form": form, "stops": stops}
        return render(request, "infusions/stock/correct.html", context, status=status)

    if request.method != "POST":
        return page(form=form)

    def effect(**given):
        actions.correct_movement(movement=movement, by=request.user, at=now(), **given)
        return reverse("infusions:stock_lot", args=[movement.lot.uuid])

    facts = {"form": form, "effect": effect, "page": page, "subject": movement.lot}
    return perform(request, verb="corrected_stock", said=_("Corrected."), **facts)


@route(Permission.MANAGE_PRODUCTS)
def vial_cost(request, uuid):
    site = get_site_for(request.user, uuid)
    first = {"from_on": day_at(site, now())}
    organisation = request.user.organisation
    form = CostForm(request.POST or None, organisation=organisation, initial=first)
    rows = site.vial_costs.select_related("product", "set_by").order_by("-from_on", "-pk")

    def page(*, form, stops=(), status=200):
        context = {"site": site, "costs": rows, "zone": site.zone, "form": form, "stops": stops}
        return render(request, "infusions/stock/cost.html", context, status=status)

    if request.method != "POST":
        return page(form=form)

    def effect(**given):
        actions.set_cost(site=site, by=request.user, at=now(), **given)
        return reverse("infusions:vial_cost", args=[site.uuid])

    facts = {"form": form, "effect": effect, "page": page, "subject": site}
    return perform(request, verb="set_vial_cost", said=_("On the record."), **facts)


@route(Permission.MANAGE_PRODUCTS)
def pooling(request, uuid):
    site = get_site_for(request.user, uuid)
    known = pages.pooling_of(site)
    first = {"is_on": known.is_on, "source": known.source} if known else {}
    form = PoolingForm(request.POST or None, initial=first)

    def page(*, form, stops=(), status=200):
        context = {"site": site, "known": known, "zone": site.zone, "form": form, "stops": stops}
        return render(request, "infusions/stock/pooling.html", context, status=status)

    if request.method != "POST":
        return page(form=form)

    def effect(**given):
        actions.set_pooling(site=site, by=request.user, at=now(), **given)
        return reverse("infusions:stock", args=[site.uuid])

    facts = {"form": form, "effect": effect, "page": page, "subject": site}
    return perform(request, verb="set_pooling", said=_("On the record."), **facts)
