"""Correcting what was logged of a bag: vials, work at the hood, scans, a release."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from infusions import check_turns, queries
from infusions.actions import bag_corrections as actions
from infusions.forms import corrections as forms
from infusions.models import BagMove, BagVial
from infusions.views.bags import simple
from teams.permissions import Permission
from teams.routes import route

PAGE = "infusions/correct_bag.html"


def zone_of(bag) -> str:
    return bag.cycle.patient.care_team.site.zone


def correction(request, bag, *, form, effect, title: str, note: str = "", original: str = ""):
    return simple(
        request,
        row=bag,
        form=form,
        template=PAGE,
        effect=effect,
        verb="corrected",
        said=_("Corrected. The first entry stays visible."),
        title=title,
        note=note,
        original=original,
    )


@route(Permission.COMPOUND)
def correct_vial(request, uuid):
    vial = get_object_or_404(BagVial.objects.select_related("bag"), uuid=uuid)
    bag = visible_work(request.user, vial.bag.uuid)
    given = {"lot": vial.lot, "expires_on": vial.expires_on, "count": vial.count}
    return correction(
        request,
        bag,
        form=forms.CorrectVialForm(request.POST or None, version=bag.version, initial=given),
        effect=lambda **values: actions.correct_vial(vial=vial, **values),
        title=_("Correct a vial"),
        note=_("With another lot, a released bag is set apart until it was checked again."),
    )


def visible_work(user, uuid):
    """A bag whose log this person may see; whoever is to check it blind may not."""
    bag = queries.get_bag_for(user, uuid)
    if not check_turns.shows_work(bag, user):
        raise Http404
    return bag


@route(Permission.COMPOUND)
def correct_work(request, uuid):
    bag = visible_work(request.user, uuid)
    given = {name: getattr(bag, name) for name in ("drawn_ml", "stabiliser_lot", "prepared_at")}
    form = forms.CorrectWorkForm(
        request.POST or None, version=bag.version, zone=zone_of(bag), initial=given
    )
    return correction(
        request,
        bag,
        form=form,
        effect=lambda **values: actions.correct_work(bag=bag, **values),
        title=_("Correct what was logged"),
        note=_(
            "With another volume, a released bag is set apart until it was checked again; for a "
            "bag that ran, the prescriber is asked. How long it keeps is counted again."
        ),
    )


@route(Permission.MOVE_BAG)
def correct_move(request, uuid):
    move = get_object_or_404(
        BagMove.objects.select_related("bag", "recorded_by"), uuid=uuid, corrected_by=None
    )
    bag = queries.get_bag_for(request.user, move.bag.uuid)
    given = {name: getattr(move, name) for name in ("place", "storage", "moved_at")}
    form = forms.CorrectMoveForm(
        request.POST or None, version=bag.version, zone=zone_of(bag), initial=given
    )
    return correction(
        request,
        bag,
        form=form,
        effect=lambda **values: actions.correct_move(move=move, **values),
        title=_("Correct a scan"),
        note=_("How long the bag keeps is counted again from the corrected scans."),
        original=f"{move.get_place_display()}, {move.get_storage_display()}, {move.recorded_by}",
    )


@route(Permission.CHECK_BAG)
def take_release_back(request, uuid):
    bag = queries.get_bag_for(request.user, uuid)
    return correction(
        request,
        bag,
        form=forms.TakeBackForm(request.POST or None, version=bag.version),
        effect=lambda **values: actions.take_release_back(bag=bag, **values),
        title=_("Take the release back"),
        note=_("The bag is set apart until another person has checked it again, blind."),
    )
