"""The third person: reads blind as well, then sees both sets and decides."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions import check_turns, queries
from infusions.actions import disputes as actions
from infusions.check_turns import Stage
from infusions.forms.checks import DecideForm, ThirdDrawnForm, ThirdLabelForm
from infusions.pharmacy import check_page, make_page
from infusions.views.checks import blind_page, too_fast
from teams.permissions import Permission
from teams.routes import route


@route(Permission.COMPOUND)
def bag_dispute(request, uuid):
    bag = queries.get_bag_for(request.user, uuid)
    return dispute_page(request, bag, here=reverse("infusions:bag_dispute", args=[bag.uuid]))


@route(Permission.COMPOUND)
def make_dispute(request, uuid):
    session = make_page.get_session_for(request.user, uuid)
    here = reverse("infusions:make_dispute", args=[session.uuid])
    return dispute_page(request, session, here=here)


def dispute_page(request, subject, *, here: str):
    dispute = check_turns.open_dispute(subject)
    if dispute is None:
        messages.info(request, _("Nothing is to be decided about this bag any more."))
        return redirect(check_page.home_of(subject))
    if not check_turns.shows_dispute(subject, request.user):
        return read_as_third(request, subject, dispute, here)
    return decide(request, subject, dispute, here)


def read_as_third(request, subject, dispute, here: str):
    on_label = dispute.stage == Stage.LABEL
    kind = ThirdLabelForm if on_label else ThirdDrawnForm
    act = actions.read_label_as_third if on_label else actions.read_drawn_as_third
    form = kind(request.POST or None, version=subject.version, subject=subject, user=request.user)

    def effect(**given):
        check = act(subject=subject, by=request.user, at=now(), **given)
        if check.too_fast:
            messages.error(request, too_fast())
        return here

    template = "infusions/check/third.html"
    return blind_page(request, subject, form, effect, template, on_label=on_label)


def decide(request, subject, dispute, here: str):
    """Both sets, for whoever made or read the bag; the decision for the third person alone."""
    third = check_turns.third_reading(subject, dispute, request.user)
    choices = check_page.decisions(third) if third else []
    form = DecideForm(request.POST or None, version=subject.version, choices=choices)
    statement = _("I read this bag myself and have seen both sets. I decide and answer for it.")

    def page(*, form, stops=(), status=200):
        context = {
            **check_page.about(subject),
            **check_page.ordered(subject, now()),
            "dispute": dispute,
            "on_label": dispute.stage == Stage.LABEL,
            "heads": check_page.heads(subject, dispute),
            "sides": check_page.sides(subject, dispute),
            "third": third,
            "form": form,
            "stops": stops,
            "statement": statement,
        }
        return render(request, "infusions/check/dispute.html", context, status=status)

    if request.method != "POST" or third is None:
        record_look(patient=subject.cycle.patient, by=request.user, what="infusions:dispute")
        return page(form=form)

    def effect(**given):
        actions.decide_dispute(
            subject=subject, by=request.user, at=now(), statement=statement, **given
        )
        return check_page.home_of(subject)

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="decided_dispute",
        subject=subject,
        patient=subject.cycle.patient,
        said=_("Your decision is signed."),
    )
