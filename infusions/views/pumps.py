from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look, subject_of
from checklists.actions import open_checklist
from checklists.queries import lists_of
from checklists.standing import standing_of
from clock.now import now
from commands.forms import CommandForm
from commands.perform import perform
from display.formats import when
from infusions.actions import pumps
from infusions.bedside import HANG, hang_url
from infusions.forms.pumps import ProgramForm, ReadBackForm
from infusions.models import PumpProgram
from infusions.pharmacy.holds import quarantine_stop
from infusions.pump_state import programs_of
from infusions.queries import get_bag_for
from infusions.readiness import CHECKLIST, facts_for
from protocol.pump import ml_per_day
from protocol.stops import HardStop
from protocol.units import plain
from teams.permissions import Permission
from teams.routes import route


@route(Permission.ANSWER_CHECKLIST)
def pre_infusion(request, uuid):
    """The lists of this bag; sending the page opens one and goes to it."""
    bag = get_bag_for(request.user, uuid)
    form = CommandForm(request.POST or None)

    def page(*, form, stops=(), status=200):
        context = page_of(bag) | {
            "form": form,
            "stops": stops,
            "lists": lists_of(subject_of(bag), CHECKLIST),
            "standing": standing_of(kind=CHECKLIST, subject=subject_of(bag), at=now()),
        }
        return render(request, "infusions/pre_infusion.html", context, status=status)

    if request.method != "POST":
        record_look(patient=bag.cycle.patient, by=request.user, what="pre-infusion checklist")
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=lambda version: open_for(bag, by=request.user),
        page=page,
        verb="opened_checklist",
        subject=bag,
        patient=bag.cycle.patient,
    )


def next_of(bag) -> str:
    """Where signing leads: to the page on which this bag is hung, if one is to follow now."""
    cycle = bag.cycle
    if cycle.state in HANG and bag.pk != cycle.current_bag_id:
        return hang_url(cycle)
    return reverse("dashboards:chart", args=[cycle.patient.uuid])


def open_for(bag, *, by) -> str:
    at = now()
    if stop := quarantine_stop(bag):
        raise HardStop(stop)
    checklist = open_checklist(
        kind="pre_infusion",
        subject=subject_of(bag),
        patient=bag.cycle.patient,
        about=words_of(bag),
        # The code must be scanned from the bag, so the page does not show it.
        facts=facts_for(bag, at),
        next_path=next_of(bag),
        by=by,
        at=at,
    )
    return reverse("checklists:run", args=[checklist.uuid])


def words_of(bag) -> str:
    return _("%(dose)s mcg/day · %(rate)s mL/h · %(hours)s h · discard after %(until)s") % {
        "dose": plain(bag.dose_mcg_per_day),
        "rate": plain(bag.rate_ml_per_h),
        "hours": bag.bag_hours,
        "until": when(bag.discard_after, zone=zone_of(bag), now=now()),
    }


def zone_of(bag) -> str:
    return bag.cycle.patient.care_team.site.zone


def page_of(bag) -> dict:
    patient = bag.cycle.patient
    return {"bag": bag, "cycle": bag.cycle, "patient": patient, "zone": zone_of(bag)}


@route(Permission.PROGRAM_PUMP)
def program_pump(request, uuid):
    bag = get_bag_for(request.user, uuid)
    form = ProgramForm(request.POST or None)

    def page(*, form, stops=(), status=200):
        shown = [entry_of(program, request.user) for program in programs_of(bag)]
        context = page_of(bag) | {"form": form, "stops": stops, "programs": shown}
        return render(request, "infusions/program_pump.html", context, status=status)

    if request.method != "POST":
        record_look(patient=bag.cycle.patient, by=request.user, what="pump")
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=lambda *, version, **typed: (
            pumps.enter_program(bag=bag, by=request.user, at=now(), **typed)
            and reverse("infusions:program_pump", args=[bag.uuid])
        ),
        page=page,
        verb="entered_pump_program",
        subject=bag,
        patient=bag.cycle.patient,
        said=_("Entered. Now a second person reads the pump back."),
    )


def entry_of(program: PumpProgram, user) -> dict:
    """Figures are shown to who entered them, and to all once two people agree on them."""
    may_see = program.agreed or program.entered_by_id == user.pk
    return {
        "program": program,
        "may_see": may_see,
        "ml_per_day": ml_per_day(program.rate_ml_per_h) if may_see else None,
        "is_mine": program.entered_by_id == user.pk,
    }


@route(Permission.READ_PUMP_BACK)
def read_pump_back(request, uuid):
    """Blind: the page holds nothing of what was entered."""
    found = PumpProgram.objects.filter(uuid=uuid).select_related("bag", "entered_by").first()
    if found is None:
        raise Http404
    bag = get_bag_for(request.user, found.bag.uuid)
    form = ReadBackForm(request.POST or None)

    def page(*, form, stops=(), status=200):
        context = page_of(bag) | {
            "form": form,
            "stops": stops,
            "entered_by": found.entered_by,
            "entered_at": found.entered_at,
            "pump_serial": found.pump_serial,
            "is_mine": found.entered_by_id == request.user.pk,
            "is_read": found.read_by_id is not None,
            "figures": figures_of(form),
            "statement": _(pumps.STATEMENT),
        }
        return render(request, "infusions/read_pump_back.html", context, status=status)

    if request.method != "POST":
        record_look(patient=bag.cycle.patient, by=request.user, what="pump")
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=lambda *, version, **typed: read_and_say(request, found, bag, typed),
        page=page,
        verb="read_pump_back",
        subject=found,
        patient=bag.cycle.patient,
    )


def read_and_say(request, program, bag, typed: dict) -> str:
    read = pumps.read_back(program=program, by=request.user, at=now(), **typed)
    if not read.agreed:
        messages.error(
            request,
            _("The two readings differ. Do not start. Both enter and read the pump again."),
        )
        return reverse("infusions:bag", args=[bag.uuid])
    messages.success(request, _("Both readings agree."))
    return reverse("dashboards:chart", args=[bag.cycle.patient.uuid])


def figures_of(form) -> list[dict]:
    units = {"rate_ml_per_h": "mL/h", "volume_ml": "mL", "duration_h": "h"}
    return [{"field": form[name], "unit": unit} for name, unit in units.items()]
