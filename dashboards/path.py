"""The path of the next bag: what is done, what is next, and whose it is. Links only; the actions
themselves decide what is allowed."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from infusions.bedside import (
    DONE,
    HANG,
    PROBLEM,
    TODO,
    WAITING,
    by_whom,
    hang_url,
    step,
    steps_before,
)
from infusions.pharmacy.holds import hold_words, open_holds
from protocol import stability
from teams.permissions import Permission

P = Permission


def path_of_next_bag(cycle, user, planned, bag, at: datetime) -> list[dict]:
    """Steps for `_steps.html`: label, state, text, url. The first one to do is current,
    unless something before it has to be put right first."""
    if planned is None:
        return []
    steps = [
        *[hold_step(hold, cycle, user) for hold in open_holds(cycle)],
        order_step(cycle, user, at),
        made_step(cycle, planned, bag, user, at),
        checked_step(cycle, bag, user, at),
        label_step(cycle, bag, user, at),
        *steps_before(cycle, planned, bag, user, at),
        hang_step(cycle, user),
    ]
    first = next((one for one in steps if one["state"] not in (DONE, WAITING)), None)
    if first is not None and first["state"] == TODO:
        first["state"] = "current"
    return steps


def hold_step(hold, cycle, user) -> dict:
    """What has to be over before anything else of this path goes on."""
    url = reverse("infusions:hold", args=[cycle.uuid])
    words = hold_words(hold, cycle)
    may = {"user": user, "permission": P.PLACE_HOLD, "whose": ""}
    return step(hold.get_kind_display(), PROBLEM, words, url, **may)


def order_step(cycle, user, at) -> dict:
    order = cycle.orders.select_related("signature").order_by("-pk").first()
    signature = order.signature if order else None
    text = by_whom(cycle, signature.printed_name, signature.at, at) if signature else ""
    return step(
        _("Order signed"),
        DONE if signature else TODO,
        text,
        reverse("infusions:order", args=[cycle.uuid]),
        user=user,
        permission=P.SEE_CHART if signature else P.SIGN_ORDER,
        whose=_("Oncologist"),
    )


def made_step(cycle, planned, bag, user, at) -> dict:
    label = _("Bag %(n)s made") % {"n": planned.n}
    if bag is None:
        url = reverse("infusions:make", args=[cycle.uuid, planned.n])
        whose = {"user": user, "permission": P.COMPOUND, "whose": _("Pharmacy")}
        return step(label, TODO, "", url, **whose)
    text = by_whom(cycle, bag.compounded_by, bag.prepared_at, at)
    url = reverse("infusions:bag", args=[bag.uuid])
    return step(label, DONE, text, url, user=user, permission=P.SEE_CHART, whose="")


def checked_step(cycle, bag, user, at) -> dict:
    label, state, text, url = _("Checked by a second pharmacist"), TODO, "", ""
    permission, whose = P.CHECK_BAG, _("Pharmacist")
    if bag is not None and bag.state == "released":
        state, permission = DONE, P.SEE_CHART
        text = by_whom(cycle, bag.checked_by or _("SINGLE-CHECKED"), bag.released_at, at)
        url = reverse("infusions:bag", args=[bag.uuid])
        if stop := stability.hangable(bag.discard_after, at):
            state, text = PROBLEM, stop.message
    elif bag is not None:
        url = reverse("infusions:check_bag", args=[bag.uuid])
    return step(label, state, text, url, user=user, permission=permission, whose=whose)


def label_step(cycle, bag, user, at) -> dict:
    label = _("Label read by another person")
    if bag is None or not bag.label_checked_how:
        may = {"user": user, "permission": P.CHECK_BAG, "whose": _("Pharmacist")}
        url = reverse("infusions:check_label", args=[bag.uuid]) if bag else ""
        return step(label, TODO, "", url, **may)
    text = bag.get_label_checked_how_display()
    if bag.label_checked_by:
        text = by_whom(cycle, bag.label_checked_by, bag.label_checked_at, at)
    url = reverse("infusions:bag", args=[bag.uuid])
    return step(label, DONE, text, url, user=user, permission=P.SEE_CHART, whose="")


def hang_step(cycle, user) -> dict:
    labels = {
        "start": _("Start the infusion"),
        "change_bag": _("Change the bag"),
        "resume": _("Restart with this bag"),
    }
    whose = {"user": user, "permission": P.RUN_INFUSION, "whose": _("Nurse")}
    return step(labels[HANG[cycle.state]], TODO, "", hang_url(cycle), **whose)
