"""People of the organisation: invited, changed, disabled."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from clock.now import now
from commands.perform import perform
from protocol.stops import Stop
from teams import queries
from teams.actions import people as actions
from teams.forms import AccountStepForm, InviteForm, PersonForm
from teams.permissions import Permission
from teams.routes import route

STEPS = {
    "disable": (actions.disable, "disabled_person"),
    "enable": (actions.enable, "enabled_person"),
    "link": (actions.mail_password_link, "sent_password_link"),
}


@route(Permission.MANAGE_PEOPLE, methods=("GET", "HEAD"))
def people(request):
    text = request.GET.get("q", "").strip()[:80]
    found = queries.people_of(request.user)
    for word in text.split():
        named = Q(first_name__icontains=word) | Q(last_name__icontains=word)
        found = found.filter(named | Q(username__icontains=word) | Q(email__icontains=word))
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "teams/people.html", {"page": page, "q": text})


@route(Permission.MANAGE_PEOPLE)
def invite(request):
    form = InviteForm(request.POST or None)

    def page(*, form, stops=(), status=200):
        return render(request, "teams/invite.html", {"form": form, "stops": stops}, status=status)

    def effect(version, **typed):
        return address_of(actions.invite(by=request.user, at=now(), **typed))

    if request.method != "POST":
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="invited_person",
        subject="teams.user:new",
        said=_("Invited. The link to set a password is on its way."),
    )


@route(Permission.MANAGE_PEOPLE)
def person(request, uuid):
    someone = queries.get_person_for(request.user, uuid)
    if request.method == "POST" and "do" in request.POST:
        return step(request, someone)
    names = actions.EDITED
    form = PersonForm(
        request.POST or None, initial={name: getattr(someone, name) for name in names}
    )

    def effect(version, **typed):
        return address_of(actions.edit_person(person=someone, by=request.user, at=now(), **typed))

    page = page_of(request, someone)
    if request.method != "POST":
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="edited_person",
        subject=someone,
        said=_("Saved."),
    )


def step(request, someone):
    """A button beside the form: disable, enable, or mail a link."""
    form = AccountStepForm(request.POST)
    action, verb = STEPS.get(request.POST["do"], (None, "edited_person"))
    return perform(
        request,
        form=form,
        effect=lambda **typed: address_of(action(person=someone, by=request.user, at=now())),
        page=page_of(request, someone),
        verb=verb,
        subject=someone,
        said=_("Done."),
    )


def page_of(request, someone):
    def page(*, form, stops=(), status=200):
        if isinstance(form, AccountStepForm):  # the other form as it is stored
            stops = (*stops, *(Stop("account.step", text) for text in form.errors.get("do", [])))
            form = PersonForm(initial={name: getattr(someone, name) for name in actions.EDITED})
        context = {
            "form": form,
            "stops": stops,
            "person": someone,
            "step": AccountStepForm(auto_id=False),
            "memberships": someone.memberships.select_related("care_team__site"),
            "is_self": someone.pk == request.user.pk,
        }
        return render(request, "teams/person.html", context, status=status)

    return page


def address_of(someone) -> str:
    return reverse("teams:person", args=[someone.uuid])
