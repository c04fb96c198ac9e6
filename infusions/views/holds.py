"""Holds and the reviews of the pharmacy."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions import queries
from infusions.actions import holds as actions
from infusions.actions.pharmacy_reviews import close_review
from infusions.forms.pharmacy import HoldForm, ReviewForm
from infusions.models import Hold
from infusions.pharmacy import holds
from infusions.pharmacy.reading import get_hold_for, get_review_for
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.SEE_CHART)
def hold(request, uuid):
    """What is on hold and why; whoever may, places a hold here."""
    cycle = queries.get_cycle_for(request.user, uuid)
    kind = actions.KIND_OF_ROLE.get(request.user.role)
    open_ones = holds.open_holds(cycle)
    may_place = kind is not None and all(one.kind != kind for one in open_ones)
    form = HoldForm(request.POST or None, version=cycle.version)
    statement = STATEMENTS.get(kind, lambda: "")()

    def page(*, form, stops=(), status=200):
        context = {
            **about(cycle),
            "form": form,
            "stops": stops,
            "statement": statement,
            "kind": kind,
            "may_place": may_place and cycle.state in cycle.OPEN,
            "open_holds": [(one, actions.may_release(one, request.user)) for one in open_ones],
            "past_holds": cycle.holds.exclude(released_at=None).order_by("-placed_at"),
            "waiting": holds.waiting_bags(cycle),
            "decision_is_open": holds.decision_is_open(cycle),
        }
        return render(request, "infusions/pharmacy/hold.html", context, status=status)

    if request.method != "POST":
        record_look(patient=cycle.patient, by=request.user, what="infusions:hold")
        return page(form=form)

    def effect(**given):
        facts = {"by": request.user, "statement": statement, "at": now()}
        actions.place_hold(cycle=cycle, **facts, **given)
        return reverse("infusions:hold", args=[cycle.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="placed_hold",
        subject=cycle,
        patient=cycle.patient,
        said=_("On hold. The bags that wait are quarantined; nothing is made."),
    )


STATEMENTS = {
    Hold.Kind.TREATMENT: lambda: _(
        "I hold this treatment. Nothing is made or hung until I or a colleague release it."
    ),
    Hold.Kind.MAKING: lambda: _(
        "I stop the making of bags for this patient. The prescriber decides on the treatment."
    ),
}


@route(Permission.PLACE_HOLD)
def release_hold(request, uuid):
    row = get_hold_for(request.user, uuid)
    cycle = row.cycle
    form = HoldForm(request.POST or None, version=cycle.version)
    statement = _("The reason for this hold is over. Each quarantined bag is checked again.")

    def page(*, form, stops=(), status=200):
        found = {**about(cycle), "form": form, "stops": stops, "statement": statement, "hold": row}
        found["waiting"] = holds.waiting_bags(cycle)
        return render(request, "infusions/pharmacy/release_hold.html", found, status=status)

    if request.method != "POST":
        record_look(patient=cycle.patient, by=request.user, what="infusions:release_hold")
        return page(form=form)

    def effect(**given):
        facts = {"by": request.user, "statement": statement, "at": now()}
        actions.release_hold(hold=row, **facts, **given)
        return reverse("infusions:hold", args=[cycle.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="released_hold",
        subject=row,
        patient=cycle.patient,
        said=_("Released. Quarantined bags are checked again before they are hung."),
    )


@route(Permission.SEE_CHART)
def pharmacy_review(request, uuid):
    row = get_review_for(request.user, uuid)
    cycle = row.cycle
    form = ReviewForm(request.POST or None)

    def page(*, form, stops=(), status=200):
        found = {**about(cycle), "form": form, "stops": stops, "review": row}
        found["waiting"] = holds.waiting_bags(cycle)
        found["may_close"] = can(request.user, Permission.CHECK_BAG) and row.closed_at is None
        return render(request, "infusions/pharmacy/review.html", found, status=status)

    if request.method != "POST":
        record_look(patient=cycle.patient, by=request.user, what="infusions:pharmacy_review")
        return page(form=form)

    def effect(**given):
        close_review(review=row, by=request.user, at=now(), **given)
        return reverse("infusions:pharmacy_review", args=[row.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="closed_pharmacy_review",
        subject=row,
        patient=cycle.patient,
        said=_("Noted."),
    )


def about(cycle) -> dict:
    patient = cycle.patient
    return {"patient": patient, "cycle": cycle, "zone": patient.care_team.site.zone}
