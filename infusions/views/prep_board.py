"""The preparation board, and asking for weekend and night work from it."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from clock.now import now
from commands.forms import CommandForm
from commands.perform import perform
from display.live import page_or_part
from infusions.actions.off_hours import ask_off_hours
from infusions.pharmacy.lanes import board_of
from infusions.pharmacy.off_hours import off_hours_of
from infusions.pharmacy.site import my_sites
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.SEE_BOARD, methods=("GET", "HEAD"))
def prep_board(request):
    at = now()
    found = board_of(request.user, at)
    context = {
        **found,
        "at": at,
        "off_hours": off_hours_of(found["to_make"], at),
        "may_make": can(request.user, Permission.COMPOUND),
        "may_check": can(request.user, Permission.CHECK_BAG),
        "may_see_near_misses": can(request.user, Permission.SEE_NEAR_MISSES),
        "may_ask": can(request.user, Permission.ASK_OFF_HOURS),
        "may_move": can(request.user, Permission.MOVE_BAG),
        "may_prove": can(request.user, Permission.PROVE_CUSTODY),
        "sites": my_sites(request.user),
    }
    return page_or_part(
        request,
        page="infusions/pharmacy/board.html",
        part="infusions/pharmacy/_lanes.html",
        context=context,
        at=at,
    )


@route(Permission.ASK_OFF_HOURS)
def off_hours(request, uuid):
    """The bags of a site that have to be made before it closes, or while it is closed."""
    at = now()
    sites = off_hours_of(board_of(request.user, at)["to_make"], at)
    mine = next((one for one in sites if one.site.uuid == uuid), None)
    if mine is None and uuid not in [site.uuid for site in my_sites(request.user)]:
        raise Http404
    form = CommandForm(request.POST or None)

    def page(*, form, stops=(), status=200):
        context = {"form": form, "stops": stops, "asked": mine}
        return render(request, "infusions/pharmacy/off_hours.html", context, status=status)

    if request.method != "POST" or mine is None:
        return page(form=form)

    def effect(version):
        planned = [one.card.planned for one in mine.unasked]
        ask_off_hours(planned=planned, before=mine.closure.from_at, by=request.user, at=now())
        return reverse("infusions:prep_board")

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="asked_off_hours",
        subject=mine.site,
        said=_("The pharmacists are asked."),
    )
