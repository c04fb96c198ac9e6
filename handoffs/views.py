"""List, offer, and the page of one handoff with its answers."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from display.live import page_or_part
from handoffs import actions, queries
from handoffs.corrections import correct_handoff
from handoffs.facts import as_offered, prefilled, rows_of
from handoffs.forms import (
    AcceptForm,
    CorrectHandoffForm,
    DeclineForm,
    OfferForm,
    WithdrawForm,
)
from handoffs.warnings import warnings_of
from infusions import queries as infusions
from infusions.run_lists import HOME, context_of
from monitoring.findings import KINDS
from teams.models import User
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.SEE_BOARD, methods=("GET", "HEAD"))
def handoff_list(request):
    context = {"handoffs": queries.for_user(request.user)}
    return page_or_part(
        request,
        page="handoffs/list.html",
        part="handoffs/_rows.html",
        context=context,
        at=now(),
    )


@route(Permission.HAND_OVER)
def offer(request, uuid):
    cycle = infusions.get_cycle_for(request.user, uuid)
    form = OfferForm(
        request.POST or None,
        version=cycle.version,
        nurses=_nurses(cycle),
        zone=cycle.patient.care_team.site.zone,
        warnings=(warnings := _warnings(cycle)),
        initial=prefilled(cycle, now()),
    )

    def page(*, form, stops=(), status=200):
        context = {
            "form": form,
            "stops": stops,
            "cycle": cycle,
            "patient": cycle.patient,
            "open_handoff": queries.open_handoff_of(cycle),
            "meaning": actions.OFFER_WORDS,
            "warnings": warnings,
            "zone": cycle.patient.care_team.site.zone,
            **going_home(request.user, cycle),
        }
        return render(request, "handoffs/offer.html", context, status=status)

    if request.method != "POST":
        record_look(patient=cycle.patient, by=request.user, what="handoff_offer")
        return page(form=form)

    def effect(**values):
        made = actions.offer_handoff(cycle=cycle, by=request.user, at=now(), **values)
        return reverse("handoffs:handoff", args=[made.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="offered_handoff",
        subject=cycle,
        patient=cycle.patient,
        said=_("Offered. You stay responsible until it is accepted."),
    )


def _warnings(cycle) -> list:
    """What speaks against going home now; nothing does for who is there already."""
    return [] if cycle.responsible_setting == "home" else warnings_of(cycle, now())


def going_home(user, cycle) -> dict:
    """The list before going home. One answered before the last stay at home does not count."""
    since = queries.last_back_from_home(cycle)
    return context_of(user, cycle, HOME, now(), since=since)


def _nurses(cycle):
    """Everybody who may take over somewhere; which setting fits is judged when sending."""
    at, team = now(), cycle.patient.care_team_id
    found = {one.pk for place in actions.RECEIVERS for one in actions.receivers(team, place, at)}
    return User.objects.filter(pk__in=found).order_by("last_name", "first_name")


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def handoff(request, uuid):
    row = queries.get_handoff_for(request.user, uuid)
    record_look(patient=row.patient, by=request.user, what="handoff")
    return handoff_page(request, row)


def new_warnings(row) -> list:
    """What came up after the offer was signed."""
    known = {one["kind"]: one["text"] for one in row.warnings}
    found = warnings_of(row.cycle, now(), row.planned_transfer_at)
    changed = [one for one in found if known.get(one.kind) != one.text]
    return [one for one in changed if one.kind not in known or one.kind in KINDS]


def handoff_page(request, row, *, stops=(), status=200, accept=None, decline=None, withdraw=None):
    is_open = row.is_open
    site = row.patient.care_team.site
    context = {
        "handoff": row,
        "patient": row.patient,
        "cycle": row.cycle,
        "zone": site.zone,
        "facts": rows_of(row.frozen, site.zone, now()),
        "stops": stops,
        "accept": accept or AcceptForm(),
        "decline": decline or DeclineForm(),
        "withdraw": withdraw or WithdrawForm(),
        "meaning": actions.ACCEPT_WORDS,
        "new_warnings": new_warnings(row) if is_open and row.to_setting == "home" else [],
        "may_answer": is_open and row.to_nurse_id == request.user.pk,
        **(going_home(request.user, row.cycle) if row.to_setting == "home" else {}),
        "may_withdraw": is_open
        and row.to_nurse_id != request.user.pk
        and can(request.user, Permission.HAND_OVER),
    }
    return render(request, "handoffs/handoff.html", context, status=status)


@route(Permission.HAND_OVER)
def correct(request, uuid):
    """The sending side puts an offer right before it is accepted."""
    row = queries.get_handoff_for(request.user, uuid)
    if not row.is_open or row.to_nurse_id == request.user.pk:
        raise Http404
    cycle, zone = row.cycle, row.patient.care_team.site.zone
    form = CorrectHandoffForm(
        request.POST or None,
        version=cycle.version,
        nurses=_nurses(cycle),
        zone=zone,
        warnings=(warnings := _warnings(cycle)),
        initial=as_offered(row, zone),
    )

    def page(*, form, stops=(), status=200):
        context = {"handoff": row, "patient": row.patient, "cycle": cycle}
        context |= {"form": form, "stops": stops, "meaning": actions.OFFER_WORDS}
        context |= {"warnings": warnings, **going_home(request.user, cycle)}
        return render(request, "handoffs/correct.html", context, status=status)

    if request.method != "POST":
        record_look(patient=row.patient, by=request.user, what="handoff")
        return page(form=form)

    def effect(**values):
        made = correct_handoff(handoff=row, by=request.user, at=now(), **values)
        return reverse("handoffs:handoff", args=[made.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="corrected",
        subject=row,
        patient=row.patient,
        said=_("Corrected and offered again. The first text stays visible."),
    )


@route(Permission.HAND_OVER, methods=("POST",))
def accept(request, uuid):
    return _answer(
        request,
        uuid,
        form=AcceptForm(request.POST),
        slot="accept",
        action=actions.accept_handoff,
        said=_("Accepted. You are responsible from now on."),
    )


@route(Permission.HAND_OVER, methods=("POST",))
def decline(request, uuid):
    return _answer(
        request,
        uuid,
        form=DeclineForm(request.POST),
        slot="decline",
        action=actions.decline_handoff,
        said=_("Declined. The sender stays responsible and was told."),
    )


@route(Permission.HAND_OVER, methods=("POST",))
def withdraw(request, uuid):
    return _answer(
        request,
        uuid,
        form=WithdrawForm(request.POST),
        slot="withdraw",
        action=actions.withdraw_handoff,
        said=_("Withdrawn."),
    )


def _answer(request, uuid, *, form, slot, action, said):
    row = queries.get_handoff_for(request.user, uuid)

    def effect(**values):
        action(handoff=row, by=request.user, at=now(), **values)
        return reverse("dashboards:chart", args=[row.patient.uuid])

    def page(*, form, stops=(), status=200):
        fresh = queries.get_handoff_for(request.user, uuid)
        return handoff_page(request, fresh, stops=stops, status=status, **{slot: form})

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb=f"{slot}_handoff",
        subject=row,
        patient=row.patient,
        said=said,
    )
