"""Inbox, acknowledging, and the training clock."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clock.now import now
from commands.perform import perform, put_on_fields
from display.live import page_or_part
from notifications import queries
from notifications.actions.inbox import mark_read
from notifications.actions.reminders import acknowledge as acknowledge_reminder
from notifications.actions.travel import travel as travel_to
from notifications.forms import AcknowledgeForm, TravelForm
from notifications.words import sentence_of
from protocol.stops import HardStop
from teams.permissions import Permission
from teams.routes import route


@route(Permission.SIGNED_IN, methods=("GET", "HEAD"))
def inbox(request):
    return inbox_page(request, form=AcknowledgeForm())


def inbox_page(request, *, form, stops=(), status=200):
    items = [(item, sentence_of(item.message)) for item in queries.inbox_of(request.user)]
    context = {
        "form": form,
        "stops": stops,
        "to_do": [pair for pair in items if pair[0].is_open],
        "taken": [pair for pair in items if pair[0].is_taken],
        "over": [pair for pair in items if not pair[0].is_open and not pair[0].is_taken],
    }
    page, part = "notifications/inbox.html", "notifications/_inbox.html"
    return page_or_part(request, page=page, part=part, context=context, at=now(), status=status)


@route(Permission.SIGNED_IN, methods=("POST",))
def acknowledge(request, uuid):
    reminder = queries.reminder_told_to(request.user, uuid)
    if reminder is None:
        raise Http404

    def effect(**_values):
        acknowledge_reminder(reminder=reminder, by=request.user, at=now())
        mark_read(by=request.user, reminder=reminder)
        return reverse("notifications:inbox")

    return perform(
        request,
        form=AcknowledgeForm(request.POST),
        effect=effect,
        page=lambda **page: inbox_page(request, **page),
        verb="acknowledged_reminder",
        subject=reminder,
        patient=reminder.patient,
        said=_("You have taken this on. Nobody else is reminded."),
    )


@route(Permission.SIGNED_IN, methods=("POST",))
def read(request):
    mark_read(by=request.user)
    return redirect("notifications:inbox")


@route(Permission.MOVE_TRAINING_CLOCK)
def travel(request):
    if not settings.TRAINING:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = TravelForm(data, zone=queries.zone_of(request.user))
    if request.method != "POST":
        return travel_page(request, form=form)
    if not form.is_valid() or (moment := _moment(request, form.cleaned_data)) is None:
        if form.is_valid():
            form.add_error("to", _("Say how far: choose a button or give a moment."))
        return travel_page(request, form=form, status=422)
    try:
        raised = travel_to(to=moment, by=request.user)
    except HardStop as refusal:
        return travel_page(request, form=form, stops=put_on_fields(form, refusal.stops), status=422)
    said = ngettext(
        "The clock was moved. %d reminder fell due on the way.",
        "The clock was moved. %d reminders fell due on the way.",
        raised,
    )
    messages.success(request, said % raised)
    return redirect(_safe_next(request, form.cleaned_data["next"]))


def travel_page(request, *, form, stops=(), status=200):
    context = {"form": form, "stops": stops, "next_change_at": queries.next_change_at(now())}
    return render(request, "notifications/travel.html", context, status=status)


def _moment(request, values):
    if "to_next_change" in request.POST:
        return queries.next_change_at(now())
    if values["minutes"]:
        return now() + timedelta(minutes=values["minutes"])
    return values["to"]


def _safe_next(request, address: str) -> str:
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if address and is_ours else reverse("notifications:travel")
