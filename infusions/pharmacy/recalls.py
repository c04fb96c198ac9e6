"""Which lots are recalled, and every bag and patient that one lot touched."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext as _

from infusions.models import Bag, BagVial, MakeSession, MakeStep, Product, Recall
from infusions.scans import gs1
from patients.queries import visible_to
from protocol.stops import Stop

Kind, State = Product.Kind, Bag.State
LOOKS_LIKE_GS1 = re.compile(r"^\s*(\(|\]|<|\x1d|01\d{14})")
ORDER = (
    State.HUNG,
    State.RELEASED,
    State.MADE,
    State.DISPUTED,
    State.QUARANTINED,
    State.FINISHED,
    State.REJECTED,
    State.DISCARDED,
)


@dataclass(frozen=True)
class Found:
    """One bag with the lot. `patient` None: of a team this person is not on."""

    bag: Bag
    patient: object | None
    where: str  # "vial", "stabiliser", …
    is_sure: bool  # the product number was scanned, or every article with the lot is meant
    zone: str


@dataclass(frozen=True)
class Trace:
    """Every bag with a lot, running ones first, and the bags in the hood with it now."""

    lot: str
    product: Product | None
    bags: list[Found]
    makes: list[MakeSession]

    @property
    def hung(self) -> list[Found]:
        return [one for one in self.bags if one.bag.state == State.HUNG]

    @property
    def waiting(self) -> list[Found]:
        states = (State.RELEASED, State.MADE, State.QUARANTINED)
        return [one for one in self.bags if one.bag.state in states]

    @property
    def patients(self) -> int:
        return len({one.bag.cycle.patient_id for one in self.bags})

    @property
    def hidden(self) -> int:
        return sum(1 for one in self.bags if one.patient is None)


def lot_of(text: str) -> tuple[str, str]:
    """(lot, product number or "") of what was typed or scanned. Raises HardStop on a bad code."""
    if LOOKS_LIKE_GS1.match(text):
        scan = gs1.read(text, field="lot").needs("lot", field="lot")
        return tidy(scan.lot), scan.gtin
    return tidy(text), ""


def tidy(lot: str) -> str:
    return lot.strip().upper()


def recall_stops(organisation_id: int, lots: Iterable[tuple[str, str]], *, field: str = ""):
    """One refusal for each (product number or "", lot) that is recalled."""
    wanted = [(gtin, tidy(lot)) for gtin, lot in lots]
    rows = Recall.objects.filter(organisation=organisation_id, lot__in={lot for _g, lot in wanted})
    rows = list(rows.select_related("product").order_by("pk"))
    return [
        _stop(row, field)
        for row in rows
        if any(lot == row.lot and _is_meant(row, gtin) for gtin, lot in wanted)
    ]


def _is_meant(row: Recall, gtin: str) -> bool:
    return row.product is None or not gtin or gtin == row.product.gtin


def _stop(row: Recall, field: str) -> Stop:
    words = _("Lot %(lot)s is recalled: %(why)s. Set it aside; it goes into no bag.")
    return Stop("lot.recalled", words % {"lot": row.lot, "why": row.reason}, field=field)


def trace_of(user, lot: str, product: Product | None) -> Trace:
    """Every bag of the organisation, whoever's patient: a recall misses none. Names only of
    patients this person may see. The number of queries does not grow with the bags."""
    rows = bags_with(user.organisation_id, lot, product)
    mine = set(visible_to(user).values_list("pk", flat=True))
    found = [_found(bag, product, mine) for bag in rows]
    found.sort(key=lambda one: (ORDER.index(one.bag.state), -one.bag.prepared_at.timestamp()))
    return Trace(lot, product, found, _makes_with(user, lot, product))


def bags_with(organisation_id: int, lot: str, product: Product | None) -> list[Bag]:
    """Each with `has_vial`, and `vial_typed`: a vial of it whose product number nobody scanned."""
    vials = BagVial.objects.filter(bag=OuterRef("pk"), corrected_by=None, lot__iexact=lot)
    other = MakeStep.objects.filter(
        session__bag=OuterRef("pk"), corrected_by=None, value__lot__iexact=lot
    )
    kind = product.kind if product else None
    has_stabiliser = (
        Q(stabiliser_lot__iexact=lot) if kind in (None, Kind.STABILISER) else Q(pk=None)
    )
    if product is not None:
        vials = vials.filter(Q(gtin=product.gtin) | Q(gtin=None))
        other = other.filter(value__gtin=product.gtin)
        if kind != Kind.DRUG_VIAL:
            vials = vials.none()
    bags = Bag.objects.filter(cycle__patient__organisation=organisation_id)
    bags = bags.filter(Q(Exists(vials)) | has_stabiliser | Q(Exists(other)))
    return list(
        bags.annotate(
            has_vial=Exists(vials), vial_typed=Exists(vials.filter(gtin=None))
        ).select_related("planned__plan", "cycle__patient__care_team__site")
    )


def _found(bag: Bag, product: Product | None, mine: set[int]) -> Found:
    patient = bag.cycle.patient
    return Found(
        bag=bag,
        patient=patient if patient.pk in mine else None,
        where=_("vial") if bag.has_vial else _("other part"),
        is_sure=product is None or not bag.vial_typed,
        zone=patient.care_team.site.zone,
    )


def _makes_with(user, lot: str, product: Product | None) -> list[MakeSession]:
    steps = MakeStep.objects.filter(
        session=OuterRef("pk"), corrected_by=None, value__lot__iexact=lot
    )
    if product is not None:
        steps = steps.filter(value__gtin=product.gtin)
    rows = MakeSession.objects.filter(
        Exists(steps),
        state=MakeSession.State.OPEN,
        cycle__patient__organisation=user.organisation_id,
    )
    return list(rows.select_related("planned", "maker", "cycle__patient").order_by("pk"))


def lots_in(session: MakeSession) -> list[tuple[str, str]]:
    """(product number, lot) of everything scanned in the hood so far."""
    rows = session.steps.filter(corrected_by=None).values_list("value", flat=True)
    return [(one.get("gtin", ""), one["lot"]) for one in rows if one.get("lot")]


def recalls_of(bag: Bag) -> list[Recall]:
    """The recalls that this bag falls under, newest first."""
    lots = [(row.gtin or "", row.lot) for row in bag.vial_lots.filter(corrected_by=None)]
    lots.append(("", bag.stabiliser_lot))
    session = MakeSession.objects.filter(bag=bag).first()
    if session is not None:
        lots += lots_in(session)
    wanted = [(gtin, tidy(lot)) for gtin, lot in lots]
    rows = Recall.objects.filter(
        organisation=bag.cycle.patient.organisation_id, lot__in={lot for _g, lot in wanted}
    )
    rows = rows.select_related("product", "by").order_by("-pk")
    return [
        row for row in rows if any(lot == row.lot and _is_meant(row, gtin) for gtin, lot in wanted)
    ]


def recalled_stop(bag: Bag) -> Stop | None:
    """Such a bag is neither released nor hung, in whatever state the recall found it."""
    found = recalls_of(bag)
    if not found:
        return None
    words = _("Lot %(lot)s in this bag is recalled: %(why)s. Do not use the bag; call the "
              "pharmacy.")  # fmt: skip
    told = {"lot": found[0].lot, "why": found[0].reason.rstrip(".")}
    return Stop("bag.recalled", words % told, field="bag_code")


def recalls_for(user) -> list[Recall]:
    """Newest first."""
    rows = Recall.objects.filter(organisation=user.organisation_id)
    return list(rows.select_related("product", "by").order_by("-pk"))


def get_recall_for(user, uuid) -> Recall:
    rows = Recall.objects.filter(organisation=user.organisation_id, uuid=uuid)
    found = rows.select_related("product", "by", "signature", "organisation").first()
    if found is None:
        raise Http404
    return found


def product_with(organisation, gtin: str) -> Product | None:
    return Product.objects.filter(organisation=organisation, gtin=gtin).first() if gtin else None


def last_given(bags: Iterable[Bag]) -> list[Bag]:
    """Of each patient whose infusion is still open: the bag that runs, else the one given last."""
    newest: dict[int, Bag] = {}
    for bag in bags:
        if bag.state not in (State.HUNG, State.FINISHED) or bag.cycle.ended_at is not None:
            continue
        other = newest.get(bag.cycle_id)
        if other is None or _hung(bag) > _hung(other):
            newest[bag.cycle_id] = bag
    return list(newest.values())


def _hung(bag: Bag) -> datetime:
    return bag.hung_at or bag.prepared_at
