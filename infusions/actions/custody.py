"""How a bag was kept: signed evidence, a fridge that failed, and the limits of a site."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from commands.refusals import refuse
from infusions import values
from infusions.actions.announce import announce
from infusions.actions.bag_rules import AHEAD, check_time
from infusions.actions.bags import ask_for_evidence, lock_bag, lock_cycle, put_away, recount
from infusions.actions.quarantines import quarantine_for
from infusions.actions.refresh import refresh
from infusions.models import (
    Bag,
    BagMove,
    BeyondUseLimits,
    CustodyEvidence,
    Quarantine,
    StorageFailure,
)
from infusions.pharmacy.custody import bags_lying_at
from infusions.pharmacy.holds import WAITING
from protocol.custody import gaps_of
from teams.actions.signatures import sign
from teams.models import Meaning
from teams.permissions import Permission, require

PROVABLE = (*WAITING, Bag.State.HUNG)


@transaction.atomic
def prove_custody(
    *,
    bag,
    from_at: datetime,
    to_at: datetime,
    kept: str,
    kind: str,
    text: str,
    by,
    password: str,
    statement: str,
    at: datetime,
    version: int | None = None,
) -> CustodyEvidence:
    """A pharmacist vouches for how the bag was kept while nobody scanned it. Both clocks are
    counted again; evidence that it was warm before a fridge means discard."""
    require(by, Permission.PROVE_CUSTODY)
    bag = lock_bag(bag.pk, version)
    _check_provable(bag, from_at, to_at, text, at)
    content = {"bag": bag.code, "from": from_at, "to": to_at, "kept": kept, "kind": kind}
    evidence = CustodyEvidence.objects.create(
        bag=bag,
        kind=kind,
        kept=kept,
        from_at=from_at,
        to_at=to_at,
        text=text.strip(),
        signed_by=by,
        signed_at=at,
        signature=sign(
            by=by,
            password=password,
            meaning=Meaning.PROVED_CUSTODY,
            statement=statement,
            subject=bag,
            content={**content, "text": text.strip()},
            at=at,
        ),
    )
    _count_again(bag, by=by, at=at)
    after = {**content, "discard_after": bag.discard_after}
    _record("proved_custody", bag, by=by, at=at, after=after, reason=text.strip())
    return evidence


@transaction.atomic
def report_storage_failure(
    *, site, place: str, from_at: datetime, text: str, by, at: datetime, cycle=None
) -> StorageFailure:
    """A fridge failed: every bag in it is quarantined and counts as warm since then, until its
    logger proves another thing. `cycle`: whose fridge at home; None at the site."""
    require(by, Permission.MOVE_BAG)
    check_time(from_at, at, field="from_at")
    if not text.strip():
        refuse("storage.no_text", _("Say what happened."), field="text")
    if (place == Bag.Place.HOME) != (cycle is not None):
        refuse("storage.place", _("A fridge at home is that of one patient."), field="place")
    failure = StorageFailure.objects.create(
        site=site,
        place=place,
        cycle=cycle,
        from_at=from_at,
        text=text.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    cause, bags = Quarantine.Cause.STORAGE_FAILURE, bags_lying_at(site, place, cycle)
    for found in sorted(bags, key=lambda one: (one.cycle_id, one.pk)):
        bag = lock_bag(found.pk, None)
        if (bag.place, bag.storage) == (place, Bag.Storage.COLD) and bag.state in WAITING:
            _lay_unknown(bag, from_at, by=by, at=at)
            quarantine_for(bags=[bag], cause=cause, because=text.strip(), by=by, at=at)
    return failure


@transaction.atomic
def set_beyond_use(
    *, site, room_hours: int | None, cold_hours: int | None, source: str, by, at: datetime
) -> BeyondUseLimits:
    """The compounding limits for bags made from now on. A bag keeps those it was made under."""
    require(by, Permission.PROVE_CUSTODY)
    if not source.strip():
        refuse("beyond_use.no_source", _("Say which document says so."), field="source")
    facts = {"room_hours": room_hours, "cold_hours": cold_hours, "source": source.strip()}
    limits = BeyondUseLimits.objects.create(site=site, set_by=by, set_at=at, **facts)
    record(verb="set_beyond_use", subject=site, by=by, at=at, after=facts)
    return limits


def _check_provable(bag: Bag, from_at, to_at, text: str, at: datetime) -> None:
    if bag.state not in PROVABLE:
        refuse("custody.over", _("This bag is out of use; nothing is left to prove."))
    if not text.strip():
        refuse("custody.no_text", _("Say what was read, and where it lies."), field="text")
    if to_at <= from_at:
        refuse("custody.span", _("The end lies after the beginning."), field="to_at")
    if to_at > at + AHEAD:
        refuse("custody.future", _("Nobody can vouch for the future."), field="to_at")
    gaps = gaps_of(values.custody_of(bag))
    if not any(from_at < (gap.to_at or to_at) and to_at > gap.from_at for gap in gaps):
        refuse(
            "custody.no_gap",
            _("No unscanned time lies between these two. A scan is corrected, not proven."),
            field="from_at",
        )


def _count_again(bag: Bag, *, by, at: datetime) -> None:
    stop = recount(bag)
    if stop is not None and bag.state in WAITING:
        put_away(bag, reason=stop.message, by=by, at=at)
        return
    ask_for_evidence(bag, at=at)
    if bag.state == Bag.State.HUNG:
        cycle = lock_cycle(bag.cycle_id)
        cycle.version += 1
        refresh(cycle)
        announce(cycle, by=by, at=at)


def _lay_unknown(bag: Bag, from_at: datetime, *, by, at: datetime) -> None:
    """It lay there since its last scan, so no earlier than that."""
    last = bag.moves.filter(corrected_by=None, is_withdrawn=False).order_by("-moved_at").first()
    BagMove.objects.create(
        bag=bag,
        place=bag.place,
        storage=Bag.Storage.UNKNOWN,
        moved_at=max(from_at, last.moved_at),
        recorded_by=by,
        recorded_at=at,
    )
    bag.storage = Bag.Storage.UNKNOWN
    recount(bag)
    ask_for_evidence(bag, at=at)


def _record(verb: str, bag: Bag, *, by, at: datetime, after: dict, reason: str) -> None:
    patient = bag.cycle.patient
    record(verb=verb, subject=bag, by=by, patient=patient, at=at, after=after, reason=reason)
