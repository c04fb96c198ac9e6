"""Making a bag: one step a screen, in one person's hands; taking over, giving up, the record."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from display.live import page_or_part
from infusions import check_turns, queries, values
from infusions.actions import making as actions
from infusions.forms.making import GiveUpForm, StartMakeForm, StepForm, TakeOverForm
from infusions.models import MakeSession
from infusions.pharmacy import bag_page, make_page, make_words
from infusions.pharmacy.make_steps import hands_of, steps_done, steps_of
from infusions.pharmacy.make_stops import stops_of
from infusions.plans.planner import made_of
from protocol import making
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.COMPOUND)
def make(request, uuid, n):
    """The next step of the bag, for whoever makes it; for others who that is."""
    cycle = queries.get_cycle_for(request.user, uuid)
    session = make_page.open_session(cycle, n)
    if session is None:
        return begin(request, cycle, n)
    if session.maker_id != request.user.pk:
        return in_other_hands(request, session)
    if stops_of(session, request.user, now()) and request.method != "POST":
        return stopped(request, session)
    steps = steps_of(session)
    coming = making.next_step(steps, steps_done(session))
    sent = [step for step in steps if step.key == request.POST.get("key")]
    return step_page(request, session, coming, sent=sent[0] if sent else coming)


@route(Permission.COMPOUND)
def redo_make(request, uuid, key):
    """A step that may be done again, on the same screen as the first time."""
    session = make_page.get_session_for(request.user, uuid)
    steps = {step.key: step for step in steps_of(session)}
    again = making.redoable(tuple(steps.values()), steps_done(session))
    if session.maker_id != request.user.pk or (key not in again and request.method != "POST"):
        return redirect(url_of(session))
    if key not in steps:
        raise Http404
    return step_page(request, session, steps[key], sent=steps[key])


def begin(request, cycle, n: int):
    """The order is read before anything is touched: reading it is the first step."""
    planned = bag_page.planned_bag(cycle, n)
    if planned is None:
        raise Http404
    form = StartMakeForm(request.POST or None, version=cycle.version)
    found = made_of((cycle, planned))
    made = bag_page.made_bag(planned)
    if made is not None and request.method != "POST":
        return redirect("infusions:bag", uuid=made.uuid)

    def page(*, form, stops=(), status=200):
        context = {
            "patient": cycle.patient,
            "cycle": cycle,
            "zone": cycle.patient.care_team.site.zone,
            "planned": planned,
            "bags": planned.plan.bags.count(),
            "rules": values.label_of(cycle),
            "signed": queries.signed_order_of(cycle),
            **found,
            "form": form,
            "stops": stops,
        }
        if found["recipe"]:
            steps = making.make_steps(found["recipe"])
            context |= {
                "step": steps[0],
                "words": make_words.words_of(steps[0], found["recipe"]),
                "number": 1,
                "of": len(steps),
                "rail": make_page.rail_of(steps, {}, steps[0]),
            }
        return render(request, "infusions/make/begin.html", context, status=status)

    if request.method != "POST":
        record_look(patient=cycle.patient, by=request.user, what="infusions:make")
        return page(form=form)

    def effect(**given):
        actions.start_make(cycle=cycle, planned_n=n, by=request.user, at=now(), **given)
        return reverse("infusions:make", args=[cycle.uuid, n])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="started_make",
        subject=cycle,
        patient=cycle.patient,
    )


def step_page(request, session: MakeSession, step: making.MakeStep, *, sent: making.MakeStep):
    """`sent`: the step a form was sent for, which may be an earlier one sent again."""
    form = StepForm(request.POST or None, step=sent, version=session.version)

    def page(*, form, stops=(), status=200):
        if sent != step:
            form = StepForm(step=step, version=session.version)
        context = {
            **make_page.shown(session, step, now()),
            **make_page.state_of(session, request.user, now(), key=step.key),
            "form": form,
            "stops": stops,
        }
        return render(request, "infusions/make/step.html", context, status=status)

    if request.method != "POST":
        record_look(patient=session.cycle.patient, by=request.user, what="infusions:make")
        return page(form=form)

    def effect(**given):
        row = actions.do_step(session=session, by=request.user, at=now(), **given)
        return after(row)

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="did_make_step",
        subject=session,
        patient=session.cycle.patient,
        said=_("Bag made. Print its label; another person reads it.")
        if sent.key == making.FINISH
        else "",
    )


def after(row) -> str:
    if row.session.state == MakeSession.State.FINISHED:
        return reverse("infusions:bag", args=[row.session.bag.uuid])
    return url_of(row.session)


def url_of(session: MakeSession) -> str:
    return reverse("infusions:make", args=[session.cycle.uuid, session.planned.n])


@route(Permission.COMPOUND, methods=("GET", "HEAD"))
def make_state(request, uuid):
    """The live part of a screen of this session, also when it is over or in other hands."""
    session = make_page.get_session_for(request.user, uuid)
    context = make_page.state_of(session, request.user, now(), key=request.GET.get("step", ""))
    if "X-Live" not in request.headers:
        return redirect(url_of(session))
    part = "infusions/make/_state.html"
    return page_or_part(request, page=part, part=part, context=context, at=now())


def stopped(request, session: MakeSession):
    """The same words as replace a screen that was open."""
    context = {
        **make_page.about(session),
        **make_page.state_of(session, request.user, now()),
    }
    return render(request, "infusions/make/stopped.html", context)


def in_other_hands(request, session: MakeSession):
    context = {
        **make_page.about(session),
        **make_page.progress_of(session),
        "may_read": can(request.user, Permission.CHECK_BAG)
        and request.user.pk not in hands_of(session),
        "form": TakeOverForm(version=session.version),
    }
    if "X-Live" not in request.headers:
        record_look(patient=session.cycle.patient, by=request.user, what="infusions:make")
    return page_or_part(
        request,
        page="infusions/make/others.html",
        part="infusions/make/_others.html",
        context=context,
        at=now(),
    )


@route(Permission.COMPOUND, methods=("POST",))
def take_over_make(request, uuid):
    session = make_page.get_session_for(request.user, uuid)
    form = TakeOverForm(request.POST, version=session.version)

    def page(*, form, stops=(), status=200):
        context = {
            **make_page.about(session),
            **make_page.progress_of(session),
            "form": form,
            "stops": stops,
        }
        return render(request, "infusions/make/others.html", context, status=status)

    def effect(**given):
        return url_of(actions.take_over_make(session=session, by=request.user, at=now(), **given))

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="took_over_make",
        subject=session,
        patient=session.cycle.patient,
    )


@route(Permission.COMPOUND)
def give_up_make(request, uuid):
    session = make_page.get_session_for(request.user, uuid)
    form = GiveUpForm(request.POST or None, version=session.version)

    def page(*, form, stops=(), status=200):
        context = {**make_page.about(session), "form": form, "stops": stops}
        return render(request, "infusions/make/give_up.html", context, status=status)

    if request.method != "POST":
        return page(form=form)

    def effect(**given):
        actions.give_up_make(session=session, by=request.user, at=now(), **given)
        return reverse("infusions:prep_board")

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="gave_up_make",
        subject=session,
        patient=session.cycle.patient,
        said=_("The work is given up. Throw away what is in the hood."),
    )


@route(Permission.SEE_CHART, methods=("GET", "HEAD"))
def make_record(request, uuid):
    """What was done, step by step: for its maker, and for others once nobody reads it blind."""
    session = make_page.get_session_for(request.user, uuid)
    if not may_read_record(session, request.user):
        raise Http404
    record_look(patient=session.cycle.patient, by=request.user, what="infusions:make_record")
    names = names_of(session)
    context = {
        **make_page.about(session),
        "rows": [
            {"row": row, "name": names.get(row.key, row.key)}
            for row in make_page.record_of(session)
        ],
        "photos": make_page.photos_of(session, names),
    }
    return render(request, "infusions/make/record.html", context)


def may_read_record(session: MakeSession, user) -> bool:
    if session.state == MakeSession.State.OPEN:
        return session.maker_id == user.pk
    if session.bag_id is None:
        return True
    return check_turns.shows_work(session.bag, user)


def names_of(session: MakeSession) -> dict[str, str]:
    return {step.key: make_words.name_of(step) for step in steps_of(session)}
