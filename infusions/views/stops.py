"""Stops: saved with a bad time, a bad key, an old page or an expired login."""

from functools import wraps
from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.authentication import CSRFCheck

from audit.actions import record_look, record_refusal
from clock.now import now
from commands.models import Command
from commands.once import digest_of, once
from infusions import queries
from infusions.actions import reports
from infusions.forms.runs import CAUSES, InterruptForm, ReportForm, read_key
from patients.queries import get_patient_for, zone_at
from protocol.stops import HardStop
from teams.actions.signatures import prove
from teams.models import User
from teams.permissions import Permission
from teams.routes import route

SIGN_IN = ("csrfmiddlewaretoken", "username", "password")


def kept_when_signed_out(view):
    """A POST of an expired login, or without the token of its form, keeps what was typed, asks who
    it is, and then goes on. The password takes the place of both."""
    guarded = route(view.permission)(view)

    @csrf_exempt
    @wraps(guarded)
    def outer(request, uuid):
        if request.method != "POST" or (request.user.is_authenticated and _has_token(request)):
            return guarded(request, uuid)
        stops = ()
        if request.POST.get("username"):
            try:
                request.user = _proven(request)
                return guarded(request, uuid)
            except HardStop as refusal:
                stops = refusal.stops
        request.zone = zone_at(uuid)
        context = {
            "kept": [(name, text) for name, text in request.POST.items() if name not in SIGN_IN],
            "typed": _typed(request.POST),
            "stops": stops,
            "username": request.POST.get("username", ""),
            "zone": request.zone,
            "now": now(),
        }
        return render(request, "infusions/interrupt_sign_in.html", context, status=401)

    outer.permission = view.permission
    return outer


def _typed(data) -> list[tuple[str, str]]:
    """(label, words) of what waits to be saved, for whoever signs in to save it."""
    causes = dict(CAUSES)
    return [
        (field.label, causes.get(text, text))
        for name, field in InterruptForm.base_fields.items()
        if not field.widget.is_hidden and (text := data.get(name, "").strip())
    ]


def _has_token(request) -> bool:
    """Whether this form came from a page of ours."""
    return CSRFCheck(lambda _request: None).process_view(request, None, (), {}) is None


def _proven(request) -> User:
    """Who this is, by password; wrong tries are counted as for any signature."""
    person = User.objects.filter(username=request.POST["username"]).first()
    try:
        prove(user=person or User(is_active=False), password=request.POST.get("password", ""))
    except HardStop as refusal:
        if person is not None:
            record_refusal(
                verb="signed_in_to_stop",
                subject=person,
                by=person,
                patient=None,
                stops=refusal.stops,
            )
        raise
    return person


def asks(permission):
    def mark(view):
        view.permission = permission
        return view

    return mark


@kept_when_signed_out
@asks(Permission.STOP_INFUSION)
def interrupt(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    patient = cycle.patient
    zone = patient.care_team.site.zone
    if request.method != "POST":
        form = InterruptForm(initial={"idempotency_key": uuid4(), "version": cycle.version})
        return _page(request, "interrupt", form, patient, cycle, zone)
    facts = InterruptForm(request.POST).stop_facts(zone)
    version = request.POST.get("version", "")
    facts["version"] = int(version) if version.isdecimal() else None

    def effect():
        reports.interrupt_infusion(cycle=cycle, by=request.user, at=now(), **facts)
        return 303, reverse("dashboards:chart", args=[patient.uuid])

    answer = _saved(request, effect)
    messages.success(request, _("The stop is saved. The clock of the gap runs."))
    return redirect(answer)


@kept_when_signed_out
@asks(Permission.REPORT_STOP)
def report_stop(request, uuid):
    patient = get_patient_for(request.user, uuid)
    zone = patient.care_team.site.zone
    if request.method != "POST":
        form = ReportForm(initial={"idempotency_key": uuid4()})
        return _page(request, "report_stop", form, patient, queries.open_cycle_of(patient), zone)
    facts = ReportForm(request.POST).stop_facts(zone)
    told_at, _cause = facts.pop("occurred_at"), facts.pop("cause")
    facts["flags"] = []

    def effect():
        reports.report_stop(patient=patient, by=request.user, at=now(), told_at=told_at, **facts)
        own = request.user.role in ("patient", "caregiver")
        return 303, (
            reverse("education:today") if own else reverse("dashboards:chart", args=[patient.uuid])
        )

    answer = _saved(request, effect)
    messages.success(request, _("Your report is saved. The nurse is called now."))
    return redirect(answer)


def _page(request, template, form, patient, cycle, zone):
    record_look(patient=patient, by=request.user, what=template)
    form.fields["occurred_text"].widget.attrs["data-when"] = zone  # buttons beside the box
    context = {"form": form, "patient": patient, "cycle": cycle, "zone": zone, "now": now()}
    return render(request, f"infusions/{template}.html", context)


def _saved(request, effect) -> str:
    """At most once per key; without a usable key, or with one used up, it is still saved."""
    key = read_key(request.POST.get("idempotency_key", "")) or uuid4()
    body = digest_of({k: v for k, v in request.POST.lists() if k != "username"})
    used = Command.objects.filter(principal=str(request.user.pk), key=key).first()
    if used and (used.body_sha256, used.route) != (body, request.path):
        key = uuid4()
    return once(
        principal=request.user.pk, key=key, route=request.path, body=body, effect=effect
    ).answer
