"""Why work in the hood must stop. Asked before every step, and every few seconds while a step is on
a screen: what is found replaces the screen."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import plain as as_json
from display.formats import when
from infusions import queries, values
from infusions.actions.bag_rules import need_order, need_planned, recipe_columns
from infusions.models import MakeSession
from infusions.pharmacy.holds import held_stops
from infusions.pharmacy.make_steps import steps_done, vial_limit
from infusions.pharmacy.recalls import lots_in, recall_stops
from protocol import making
from protocol.stops import HardStop, Stop

Check = Callable[[MakeSession, datetime], Iterator[Stop]]


def stops_of(session: MakeSession, by, at: datetime) -> list[Stop]:
    """Every reason, the plainest first; none while the work may go on in this person's hands."""
    if session.state == MakeSession.State.GIVEN_UP:
        return [_given_up(session)]
    found = [stop for check in CHECKS for stop in check(session, at)]
    return found + ([_other_hands(session)] if session.maker_id != by.pk else [])


def _order(session: MakeSession, at: datetime) -> Iterator[Stop]:
    yield from _refusal(lambda: need_order(session.cycle))
    order = queries.signed_order_of(session.cycle)
    if order is not None and order.pk != session.order_id:
        words = _("The order was changed: %(who)s signed another one at %(when)s.")
        signed = order.signature
        at_site = when(signed.at, _zone(session), at)
        told = {"who": signed.printed_name, "when": at_site}
        yield Stop("make.order_changed", words % told)


def _plan(session: MakeSession, at: datetime) -> Iterator[Stop]:
    if not session.planned.plan.is_current:
        words = _("The plan was changed: this bag is no longer part of it.")
        yield Stop("make.plan_changed", words)
        return
    yield from _refusal(lambda: need_planned(session.cycle, session.planned.n))


def _recipe(session: MakeSession, at: datetime) -> Iterator[Stop]:
    try:
        recipe = values.recipe_for(session.cycle, session.planned)
    except HardStop as refusal:
        yield from refusal.stops
        return
    if as_json(recipe_columns(recipe)) != session.recipe:
        yield Stop("make.recipe_changed", _("The recipe of this bag was changed."))


def _opened_vial(session: MakeSession, at: datetime) -> Iterator[Stop]:
    """Until the drug is in the bag the limit of the opened vial counts; then that of the bag."""
    done = steps_done(session)
    if making.RECONSTITUTE not in done or making.INJECT in done:
        return
    limit = vial_limit(session, done[making.RECONSTITUTE].at)
    if limit is not None and at >= limit:
        words = _("The opened vial may be used until %(when)s. That is over.")
        yield Stop("make.vial_over", words % {"when": when(limit, _zone(session), at)})


def _disputed(session: MakeSession, at: datetime) -> Iterator[Stop]:
    if session.disputes.filter(decided_at=None).exists():
        words = _("The second person read it differently twice. A third pharmacist decides.")
        link = reverse("infusions:make_dispute", args=[session.uuid])
        yield Stop("make.disputed", words, link=link)


def _refusal(check: Callable[[], object]) -> Iterator[Stop]:
    try:
        check()
    except HardStop as refusal:
        yield from refusal.stops


def _given_up(session: MakeSession) -> Stop:
    words = _("%(who)s gave this work up: %(why)s")
    told = {"who": session.closed_by, "why": session.closed_because}
    return Stop("make.given_up", words % told)


def _other_hands(session: MakeSession) -> Stop:
    words = _("%(who)s took this work over.")
    return Stop("make.other_hands", words % {"who": session.maker})


def _zone(session: MakeSession) -> str:
    return session.cycle.patient.care_team.site.zone


def _held(session: MakeSession, at: datetime) -> Iterator[Stop]:
    """A hold, or a side effect that waits for the prescriber."""
    yield from held_stops(session.cycle)


def _recalled(session: MakeSession, at: datetime) -> Iterator[Stop]:
    """Something that lies in the hood was recalled meanwhile."""
    yield from recall_stops(session.cycle.patient.organisation_id, lots_in(session))


# Whoever adds a reason to stop adds its check here: the action and the live screen both ask.
CHECKS: tuple[Check, ...] = (_held, _recalled, _order, _plan, _recipe, _opened_vial, _disputed)
