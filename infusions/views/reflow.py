"""A change that waits: the plan in force beside what the facts make of it, and accepting a way."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from commands.refusals import refuse
from infusions import queries
from infusions.actions.reflow import accept_change as accept_change_action
from infusions.forms.reflow import AcceptChangeForm, ResumeAtForm
from infusions.plans.wishes import as_typed, moment_in
from infusions.reflows import words as reflow_words
from infusions.reflows.diff import reflow_of
from infusions.reflows.page import facts_of
from protocol.stops import HardStop
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def reflow(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    record_look(patient=cycle.patient, by=request.user, what="infusions:reflow")
    kind, data = request.GET.get("way", ""), request.GET
    try:
        resume = resume_in(cycle, data, now())
    except HardStop as refusal:
        return page(request, cycle, kind, stops=refusal.stops, status=422)
    return page(request, cycle, kind, resume=resume)


def resume_in(cycle, data, at):
    """The restart that is asked for, by the clock of the site."""
    resume = moment_in(data, "resume", cycle.patient.care_team.site.zone)
    if resume is not None and resume < at.replace(second=0, microsecond=0):
        words = _("That time is past. Ask for now or later.")
        refuse("what_if.resume_past", words, field="resume")
    return resume


def query_of(cycle, resume) -> str:
    zone = ZoneInfo(cycle.patient.care_team.site.zone)
    return urlencode({"resume": as_typed(resume.astimezone(zone))})


def page(request, cycle, name: str, *, resume=None, form=None, stops=(), status=200):
    at, user = now(), request.user
    shown = reflow_of(cycle, at, resume=resume)
    option = (shown.option(name) or shown.option("")) if shown else None
    context = {
        "cycle": cycle,
        "patient": cycle.patient,
        "zone": cycle.patient.care_team.site.zone,
        "stops": stops,
        "causes": reflow_words.causes(cycle.change_waiting),
        "role": user.get_role_display(),
        "at": at,
        "resume_form": ResumeAtForm(initial={"resume": request.GET.get("resume", "")}),
        "resume_query": query_of(cycle, resume) if resume else "",
    }
    if shown is not None:
        context |= facts_of(cycle, shown, option)
    if option is not None and not shown.is_preview:
        initial = {"digest": shown.digest(option), "kind": name_of(shown, option)}
        needed = Permission.SIGN_ORDER if option.needs_prescriber else Permission.PLAN_CYCLE
        context |= {
            "form": form or AcceptChangeForm(version=cycle.version, initial=initial),
            "may_accept": can(user, needed),
            "statement": statement_of(cycle, option),
        }
    return render(request, "infusions/reflow.html", context, status=status)


def name_of(shown, option) -> str:
    return next(name for name, one in shown.ways.items() if one is option)


def statement_of(cycle, option) -> str:
    words = _("I have looked at this change for %(patient)s, cycle %(n)s, and accept: %(way)s.")
    way = reflow_words.way_of(option)
    return words % {"patient": cycle.patient, "n": cycle.number, "way": way}


@route(Permission.PLAN_CYCLE, methods=("POST",))
def accept_change(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    form = AcceptChangeForm(request.POST, version=cycle.version)
    kind = request.POST.get("kind", "")

    def again(*, form, stops=(), status=200):
        return page(request, cycle, kind, form=form, stops=stops, status=status)

    def effect(**values):
        shown = reflow_of(cycle, now())
        option = shown.option(kind) if shown else None
        statement = statement_of(cycle, option) if option else ""
        accept_change_action(cycle=cycle, by=request.user, at=now(), statement=statement, **values)
        return reverse("infusions:plan", args=[cycle.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=again,
        verb="accepted_change",
        subject=cycle,
        patient=cycle.patient,
        said=_("Accepted. The old plan stays, marked superseded."),
    )
