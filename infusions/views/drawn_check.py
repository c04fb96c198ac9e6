"""The second person's page: reads the syringe, blind, before it is emptied into the bag."""

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions.actions.drawn_check import check_drawn as act
from infusions.forms.making import DrawnCheckForm
from infusions.pharmacy import make_page
from infusions.pharmacy.make_steps import hands_of
from teams.permissions import Permission
from teams.routes import route


@route(Permission.CHECK_BAG)
def check_drawn(request, uuid):
    session = make_page.get_session_for(request.user, uuid)
    form = DrawnCheckForm(request.POST or None, version=session.version)
    own = request.user.pk in hands_of(session)

    def page(*, form, stops=(), status=200):
        context = {
            **make_page.about(session),
            **make_page.progress_of(session),
            "own": own,
            "form": form,
            "stops": stops,
            "statement": _("I read this syringe myself, without seeing what the maker typed."),
        }
        return render(request, "infusions/make/check.html", context, status=status)

    if request.method != "POST":
        record_look(patient=session.cycle.patient, by=request.user, what="infusions:check_drawn")
        return page(form=form)

    def effect(**given):
        agreed = act(session=session, by=request.user, at=now(), **given)
        tell(request, agreed)
        name = "infusions:prep_board" if agreed else "infusions:check_drawn"
        return reverse(name, args=[] if agreed else [session.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="checked_drawn",
        subject=session,
        patient=session.cycle.patient,
    )


def tell(request, agreed: bool) -> None:
    """Never what the other one read."""
    if agreed:
        messages.success(request, _("The readings agree. The drug may go into the bag."))
    else:
        messages.error(
            request,
            _("The readings do not agree. Both of you read the syringe and enter it again."),
        )
