"""Bags: the preparation board, making, checking blind, moving and discarding."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions import queries, values
from infusions.actions import bags as actions
from infusions.check_turns import shows_work
from infusions.cover.slack import slack_of
from infusions.forms.bags import (
    CompoundForm,
    DiscardBagForm,
    MoveBagForm,
)
from infusions.models import Bag
from infusions.pharmacy import bag_page as pharmacy
from infusions.pharmacy import make_page
from infusions.pharmacy.check_page import marks_of
from infusions.pharmacy.custody import custody_context
from infusions.pharmacy.holds import (
    cause_words,
    open_quarantines,
    quarantine_stop,
    standing_causes,
)
from infusions.pharmacy.recalls import recalls_of
from infusions.plans import planner
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.COMPOUND)
def compound(request, uuid, n):
    cycle = queries.get_cycle_for(request.user, uuid)
    planned = pharmacy.planned_bag(cycle, n)
    if planned is None:
        raise Http404
    zone = cycle.patient.care_team.site.zone
    form = CompoundForm(
        request.POST or None, version=cycle.version, zone=zone, initial={"prepared_at": now()}
    )
    context = {
        "patient": cycle.patient,
        "cycle": cycle,
        "planned": planned,
        "rules": values.label_of(cycle),
        "signed": queries.signed_order_of(cycle),
        **planner.made_of((cycle, planned)),
    }

    def page(*, form, stops=(), status=200):
        if there := made_or_being_made(cycle, planned, request.user):
            return redirect(there)  # the recipe would tell a second person what to read
        found = {**context, "form": form, "stops": stops}
        return render(request, "infusions/compound.html", found, status=status)

    if request.method != "POST":
        record_look(patient=cycle.patient, by=request.user, what="infusions:compound")
        return page(form=form)

    def effect(**given):
        made = actions.compound_bag(cycle=cycle, planned_n=n, by=request.user, at=now(), **given)
        return reverse("infusions:bag", args=[made.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="compounded_bag",
        subject=cycle,
        patient=cycle.patient,
        said=_("Bag logged. Another pharmacist is asked to check it."),
    )


def made_or_being_made(cycle, planned, user) -> str:
    """Where this bag is to be found instead of its recipe; "" when it may be logged."""
    made = pharmacy.made_bag(planned)
    if made is not None:
        return reverse("infusions:bag", args=[made.uuid])
    session = make_page.open_session(cycle, planned.n)
    if session is not None and session.maker_id != user.pk:
        return reverse("infusions:make", args=[cycle.uuid, planned.n])
    return ""


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def bag(request, uuid):
    row = queries.get_bag_for(request.user, uuid)
    record_look(patient=row.cycle.patient, by=request.user, what="infusions:bag")
    context = {
        **about(row),
        "shows_work": shows_work(row, request.user),
        **slack_of(row, now()),
        "vials": pharmacy.vials_of(row),
        "work_before": pharmacy.work_before(row),
        **pharmacy.how_made(row),
        "history": pharmacy.history_of(row, may_correct=can(request.user, Permission.MOVE_BAG)),
        "recipe": planner.made_of((row.cycle, row.planned))["recipe"],
        **custody_context(row, now()),
        "quarantines": [(one, cause_words(one)) for one in open_quarantines(row)],
        "standing": standing_causes(row) if row.state == Bag.State.QUARANTINED else (),
        "reviews": row.cycle.pharmacy_reviews.filter(closed_at=None),
        "recalls": recalls_of(row),
        "may_trace": can(request.user, Permission.SEE_STOCK),
        "may_prove": can(request.user, Permission.PROVE_CUSTODY),
        **marks_of(row, request.user),
        "may_take_back": row.state == Bag.State.RELEASED
        and can(request.user, Permission.CHECK_BAG),
        "may_move": can(request.user, Permission.MOVE_BAG),
        "may_correct": can(request.user, Permission.COMPOUND),
        "may_pump": can(request.user, Permission.PROGRAM_PUMP),
    }
    return render(request, "infusions/bag.html", context)


def about(row: Bag) -> dict:
    patient = row.cycle.patient
    return {
        "patient": patient,
        "cycle": row.cycle,
        "bag": row,
        "zone": patient.care_team.site.zone,
        "rules": values.label_of_bag(row),
    }


def simple(request, *, row, form, template, effect, verb, said, **more):
    """The shape of the short bag forms: fetch, bind, one action, back to the bag."""

    def page(*, form, stops=(), status=200):
        context = {**about(row), **more, "form": form, "stops": stops}
        return render(request, template, context, status=status)

    if request.method != "POST":
        record_look(patient=row.cycle.patient, by=request.user, what=template)
        return page(form=form)

    def run(**given):
        effect(by=request.user, at=now(), **given)
        return reverse("infusions:bag", args=[row.uuid])

    return perform(
        request,
        form=form,
        effect=run,
        page=page,
        verb=verb,
        subject=row,
        patient=row.cycle.patient,
        said=said,
    )


@route(Permission.MOVE_BAG)
def move_bag(request, uuid):
    row = queries.get_bag_for(request.user, uuid)
    form = MoveBagForm(
        request.POST or None,
        version=row.version,
        zone=row.cycle.patient.care_team.site.zone,
        asks_way=row.storage == Bag.Storage.COLD and row.place != Bag.Place.IN_TRANSIT,
        initial={"moved_at": now()},
    )

    def effect(**given):
        moved = actions.move_bag(bag=row, **given)
        if moved.state == Bag.State.DISCARDED:
            messages.error(request, moved.discarded_because)
        if stop := quarantine_stop(moved):
            messages.error(request, stop.message)
        return moved

    return simple(
        request,
        row=row,
        form=form,
        template="infusions/move_bag.html",
        effect=effect,
        verb="moved_bag",
        said=_("The place of the bag is recorded."),
    )


@route(Permission.MOVE_BAG)
def discard_bag(request, uuid):
    row = queries.get_bag_for(request.user, uuid)
    return simple(
        request,
        row=row,
        form=DiscardBagForm(request.POST or None, version=row.version),
        template="infusions/discard_bag.html",
        effect=lambda **given: actions.discard_bag(bag=row, **given),
        verb="discarded_bag",
        said=_("Discarded. The pharmacy is asked for another bag."),
    )
