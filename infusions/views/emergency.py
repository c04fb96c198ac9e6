"""Emergency release: one of prescriber and pharmacist asks, the other one confirms."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions import check_turns, queries
from infusions.actions import emergency as actions
from infusions.forms.checks import AskReleaseForm, ConfirmReleaseForm
from infusions.models import Bag
from infusions.pharmacy import check_page, make_page
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.RELEASE_ALONE)
def bag_emergency(request, uuid):
    bag = queries.get_bag_for(request.user, uuid)
    here = reverse("infusions:bag_emergency", args=[bag.uuid])
    return emergency_page(request, bag, here, waits=bag.state == Bag.State.MADE)


@route(Permission.RELEASE_ALONE)
def make_emergency(request, uuid):
    session = make_page.get_session_for(request.user, uuid)
    here = reverse("infusions:make_emergency", args=[session.uuid])
    waits = check_turns.is_at_the_check(session)
    return emergency_page(request, session, here, waits=waits)


def emergency_page(request, subject, here: str, *, waits: bool):
    asked = actions.request_of(subject)
    confirms = asked is not None
    form = (ConfirmReleaseForm if confirms else AskReleaseForm)(
        request.POST or None, version=subject.version
    )
    statement = _("Nobody else can check this bag in time. I answer for its release on a single "
                  "check.")  # fmt: skip
    more = {
        "asked": asked,
        "waits": waits,
        "is_mine": confirms and asked.asked_by_id == request.user.pk,
        "may_check": can(request.user, Permission.CHECK_BAG)
        and not check_turns.made(subject, request.user),
        "statement": statement,
    }

    def page(*, form, stops=(), status=200):
        context = {**check_page.about(subject), **check_page.ordered(subject, now()), **more}
        context |= {"form": form, "stops": stops}
        return render(request, "infusions/check/emergency.html", context, status=status)

    if request.method != "POST":
        record_look(patient=subject.cycle.patient, by=request.user, what="infusions:emergency")
        return page(form=form)

    def effect(**given):
        act = actions.confirm_emergency_release if confirms else actions.ask_for_emergency_release
        act(subject=subject, by=request.user, at=now(), statement=statement, **given)
        return check_page.home_of(subject) if confirms else here

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="released_alone",
        subject=subject,
        patient=subject.cycle.patient,
        said=_("Signed.") if confirms else _("Signed. Now the other one confirms it."),
    )
