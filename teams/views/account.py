"""A person's own account and API tokens."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_refusal
from clock.now import now
from commands.perform import perform, put_on_fields
from protocol.stops import HardStop
from teams.actions import own_account as actions
from teams.forms import OwnAccountForm, RevokeForm, TokenForm
from teams.permissions import Permission
from teams.routes import route


@route(Permission.SIGNED_IN)
def account(request):
    initial = {name: getattr(request.user, name) for name in actions.OWN}
    form = OwnAccountForm(request.POST or None, initial=initial)

    def page(*, form, stops=(), status=200):
        teams = request.user.memberships.filter(to_at=None).select_related("care_team__site")
        context = {"form": form, "stops": stops, "memberships": teams}
        return render(request, "teams/account.html", context, status=status)

    def effect(version, **typed):
        actions.edit_account(by=request.user, at=now(), **typed)
        return reverse("teams:account")

    if request.method != "POST":
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="edited_account",
        subject=request.user,
        said=_("Saved."),
    )


@route(Permission.SIGNED_IN)
def tokens(request):
    """A new token is shown once, in the answer to the form; nothing stores it."""
    form = TokenForm(request.POST or None)
    if request.method != "POST":
        return token_page(request, form=form)
    if not form.is_valid():
        return token_page(request, form=form, status=422)
    try:
        _row, token = actions.make_token(
            by=request.user, at=now(), password=form.cleaned_data["password"]
        )
    except HardStop as refusal:
        record_refusal(
            verb="made_token",
            subject=request.user,
            by=request.user,
            patient=None,
            stops=refusal.stops,
        )
        stops = put_on_fields(form, refusal.stops)
        return token_page(request, form=form, stops=stops, status=422)
    return token_page(request, form=TokenForm(), token=token)


@route(Permission.SIGNED_IN, methods=("POST",))
def revoke_token(request):
    form = RevokeForm(request.POST)

    def page(*, form, stops=(), status=200):
        return token_page(request, form=TokenForm(), stops=stops, status=status)

    def effect(version, token_key):
        actions.revoke_token(by=request.user, at=now(), token_key=token_key)
        return reverse("teams:tokens")

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="revoked_token",
        subject=request.user,
        said=_("Revoked."),
    )


def token_page(request, *, form, stops=(), status=200, token=""):
    rows = [
        {"row": row, "revoke": RevokeForm(initial={"token_key": row.token_key}, auto_id=False)}
        for row in request.user.auth_token_set.order_by("-created")
    ]
    context = {"form": form, "stops": stops, "tokens": rows, "token": token}
    return render(request, "teams/tokens.html", context, status=status)
