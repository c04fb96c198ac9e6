"""Sites and care teams."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from clock.now import now
from commands.perform import perform
from teams import queries
from teams.actions import members, places
from teams.forms import AddMemberForm, CareTeamForm, EndMembershipForm, SiteForm
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.SIGNED_IN, methods=("GET", "HEAD"))
def sites(request):
    """An administrator sees the sites; a case manager the teams they lead."""
    may_edit = can(request.user, Permission.MANAGE_PEOPLE)
    if not may_edit and not can(request.user, Permission.MANAGE_TEAM):
        raise PermissionDenied
    context = {
        "sites": queries.sites_of(request.user) if may_edit else [],
        "teams": queries.teams_managed_by(request.user),
        "may_edit": may_edit,
    }
    return render(request, "teams/sites.html", context)


@route(Permission.MANAGE_PEOPLE)
def add_site(request):
    return site_page(request, site=None, said=_("Site added."))


@route(Permission.MANAGE_PEOPLE)
def site(request, uuid):
    return site_page(request, site=queries.get_site_for(request.user, uuid), said=_("Saved."))


def site_page(request, *, site, said: str):
    form = SiteForm(request.POST or None, site=site)

    def page(*, form, stops=(), status=200):
        context = {"form": form, "stops": stops, "site": site}
        return render(request, "teams/site.html", context, status=status)

    def effect(**typed):
        saved = places.save_site(site=site, by=request.user, at=now(), **form.columns())
        return reverse("teams:site", args=[saved.uuid])

    if request.method != "POST":
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="edited_site" if site else "added_site",
        subject=site or "teams.site:new",
        said=said,
    )


@route(Permission.MANAGE_PEOPLE)
def add_care_team(request, uuid):
    place = queries.get_site_for(request.user, uuid)
    form = CareTeamForm(request.POST or None)

    def page(*, form, stops=(), status=200):
        context = {"form": form, "stops": stops, "site": place}
        return render(request, "teams/add_care_team.html", context, status=status)

    def effect(name, **typed):
        team = places.add_care_team(site=place, by=request.user, at=now(), name=name)
        return reverse("teams:care_team", args=[team.uuid])

    if request.method != "POST":
        return page(form=form)
    return perform(
        request, form=form, effect=effect, page=page, verb="added_care_team", subject=place
    )


@route(Permission.SIGNED_IN)
def care_team(request, uuid):
    """Its people. For an administrator, and for a case manager who is on it."""
    allowed = (Permission.MANAGE_PEOPLE, Permission.MANAGE_TEAM)
    if not any(can(request.user, permission) for permission in allowed):
        raise PermissionDenied
    team = queries.get_team_for(request.user, uuid)
    ending = "membership" in request.POST
    form = bound_form(request, team, ending)

    def page(*, form, stops=(), status=200):
        context = team_context(team, form=form, stops=stops)
        return render(request, "teams/care_team.html", context, status=status)

    def effect(version, **typed):
        act = members.end_membership if ending else members.add_member
        act(team=team, by=request.user, at=now(), **typed)
        return reverse("teams:care_team", args=[team.uuid])

    if request.method != "POST":
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="ended_membership" if ending else "added_member",
        subject=team,
        said=_("Saved."),
    )


def bound_form(request, team, ending: bool):
    data = request.POST or None
    if ending:
        return EndMembershipForm(data, zone=team.site.zone)
    return AddMemberForm(data, zone=team.site.zone, people=queries.people_to_add(team))


def team_context(team, *, form, stops) -> dict:
    """Each person on the team has a small form of their own; the one sent keeps what was typed."""
    sent = form if isinstance(form, EndMembershipForm) else None
    add = AddMemberForm(zone=team.site.zone, people=queries.people_to_add(team))
    rows = []
    for row in queries.memberships_of(team):
        is_sent = sent is not None and sent.data.get("membership") == str(row.pk)
        fresh = EndMembershipForm(
            zone=team.site.zone, initial={"membership": row.pk}, auto_id=f"end-{row.pk}-%s"
        )
        rows.append({"row": row, "end": sent if is_sent else fresh, "is_open": is_sent})
    return {"team": team, "rows": rows, "form": add if sent else form, "stops": stops}
