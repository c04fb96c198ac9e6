"""Custody: signed evidence, a fridge that failed, and the compounding limits of the site."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions import queries
from infusions.actions import custody as actions
from infusions.forms.pharmacy import BeyondUseForm, ProveCustodyForm, StorageFailureForm
from infusions.pharmacy.custody import bags_lying_at, custody_context, gaps_of_bag
from infusions.pharmacy.site import fridges_of, get_site_for, limits_of
from infusions.views.bags import about
from teams.permissions import Permission
from teams.routes import route


@route(Permission.PROVE_CUSTODY)
def prove_custody(request, uuid):
    bag = queries.get_bag_for(request.user, uuid)
    patient = bag.cycle.patient
    zone = patient.care_team.site.zone
    gaps = gaps_of_bag(bag)
    first = {"from_at": gaps[0].from_at, "to_at": gaps[0].to_at or now()} if gaps else {}
    form = ProveCustodyForm(request.POST or None, version=bag.version, zone=zone, initial=first)
    statement = _("I have seen the record named here and vouch for how the bag was kept.")

    def page(*, form, stops=(), status=200):
        found = {**about(bag), **custody_context(bag, now()), "form": form, "stops": stops}
        found["statement"] = statement
        return render(request, "infusions/pharmacy/prove_custody.html", found, status=status)

    if request.method != "POST":
        record_look(patient=patient, by=request.user, what="infusions:prove_custody")
        return page(form=form)

    def effect(**given):
        facts = {"by": request.user, "statement": statement, "at": now()}
        actions.prove_custody(bag=bag, **facts, **given)
        return reverse("infusions:bag", args=[bag.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="proved_custody",
        subject=bag,
        patient=patient,
        said=_("Signed. How long the bag keeps was counted again."),
    )


@route(Permission.MOVE_BAG)
def storage_failure(request, uuid):
    """A fridge of the site: which bags lie in each is said before anything is sent."""
    site = get_site_for(request.user, uuid)
    return _failure_page(
        request,
        site=site,
        fridges=fridges_of(site),
        back=reverse("infusions:prep_board"),
    )


@route(Permission.MOVE_BAG)
def home_storage_failure(request, uuid):
    """The fridge at one patient's home."""
    cycle = queries.get_cycle_for(request.user, uuid)
    site = cycle.patient.care_team.site
    return _failure_page(
        request,
        site=site,
        cycle=cycle,
        fridges=[(_("Home"), bags_lying_at(site, "home", cycle))],
        back=reverse("dashboards:chart", args=[cycle.patient.uuid]),
    )


def _failure_page(request, *, site, fridges, back: str, cycle=None):
    form = StorageFailureForm(request.POST or None, zone=site.zone, is_home=cycle is not None)
    patient = cycle.patient if cycle else None

    def page(*, form, stops=(), status=200):
        found = {"form": form, "stops": stops, "site": site, "fridges": fridges, "back": back}
        found |= {"patient": patient, "cycle": cycle, "zone": site.zone}
        return render(request, "infusions/pharmacy/storage_failure.html", found, status=status)

    if request.method != "POST":
        if patient:
            record_look(patient=patient, by=request.user, what="infusions:storage_failure")
        return page(form=form)

    def effect(version, **given):
        facts = {"by": request.user, "at": now(), "cycle": cycle}
        actions.report_storage_failure(site=site, **facts, **given)
        return back

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="reported_storage_failure",
        subject=site,
        patient=patient,
        said=_("Recorded. Every bag that lay there is quarantined."),
    )


@route(Permission.PROVE_CUSTODY)
def beyond_use(request, uuid):
    site = get_site_for(request.user, uuid)
    known = limits_of(site)
    form = BeyondUseForm(request.POST or None)

    def page(*, form, stops=(), status=200):
        found = {"form": form, "stops": stops, "site": site, "known": known, "zone": site.zone}
        return render(request, "infusions/pharmacy/beyond_use.html", found, status=status)

    if request.method != "POST":
        return page(form=form)

    def effect(**given):
        actions.set_beyond_use(site=site, by=request.user, at=now(), **given)
        return reverse("infusions:beyond_use", args=[site.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="set_beyond_use",
        subject=site,
        said=_("In force for bags made from now on."),
    )
