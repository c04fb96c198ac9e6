"""Adopting a label set, and reading its rows in the document: two people, blind, or a third."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import plain, record
from commands.refusals import check_version, refuse
from display.formats import date_short
from infusions import values
from infusions.models import LabelAdoption, RowPassport, RowReading, SiteRow
from infusions.passports.rows import Place, row_of
from protocol import label
from protocol.label_adopted import OWN_KINDS
from protocol.label_balance import check_balance
from protocol.label_facts import ROW_OF_KIND, TITLES, as_text, digest_of, digest_of_set, values_of
from protocol.label_rows import BagRow, Row, Status
from teams.actions.signatures import sign
from teams.models import Meaning, Organisation, Site
from teams.permissions import Permission, require

State = RowPassport.State
FIRST, SECOND, THIRD = 1, 2, 3


@transaction.atomic
def adopt_label(*, site, label_id: str, by, password: str, statement: str, at: datetime):
    """The site plans with this set from now on; running cycles keep theirs."""
    require(by, Permission.ADOPT_LABEL)
    site = Site.objects.select_for_update().get(pk=site.pk, organisation=by.organisation_id)
    rules = label.load(label_id)
    if rules.is_training and not by.organisation.is_training:
        refuse("label.training_only", _("This label set is for training only."))
    if rules.effective_from > at.date():
        message = _("This label set is in force from %(day)s. Adopt it then.")
        refuse("label.not_in_force_yet", message % {"day": date_short(rules.effective_from)})
    before = site.label_adoptions.filter(ended_at=None, is_training=rules.is_training).first()
    if before is not None and before.label_id == label_id and not before.is_from_before:
        refuse("label.adopted_already", _("This site works with this label set already."))
    if before is not None:
        before.ended_at = at
        before.save(update_fields=["ended_at"])
    digest = digest_of_set(rules)
    signature = sign(
        by=by,
        password=password,
        meaning=Meaning.ADOPTED_LABEL,
        statement=statement,
        subject=site,
        content={"site": str(site.uuid), "label": label_id, "digest": digest},
        at=at,
    )
    adopted = LabelAdoption.objects.create(
        site=site,
        label_id=label_id,
        label_digest=digest,
        is_training=rules.is_training,
        adopted_by=by,
        adopted_at=at,
        signature=signature,
    )
    record(
        verb="adopted_label",
        subject=adopted,
        by=by,
        at=at,
        before={"label": before.label_id if before else ""},
        after={"label": label_id, "site": str(site)},
    )
    return adopted


@transaction.atomic
def read_row(
    *, label_id: str, row_id: str, typed: dict, by, password: str, statement: str, at: datetime,
    document: str, page: str, section: str = "",
) -> RowPassport:  # fmt: skip
    """One blind reading. The first waits for another pharmacist's; the second settles the row or
    shows both readings to a third. Nobody is told before whether a reading agrees."""
    require(by, Permission.VERIFY_LABEL)
    _lock(by.organisation_id)
    place = row_of(by.organisation_id, label_id, row_id)
    _check_readable(place, by)
    number = FIRST if place.passport is None else SECOND
    passport = place.passport or _new_passport(place, by=by, at=at)
    source = {"document": document, "page": page, "section": section}
    facts = {"by": by, "password": password, "statement": statement, "at": at}
    reading = _write_reading(passport, place.row, number, typed, source, **facts)
    if number == SECOND:
        _settle(passport, place.row, reading)
    _record("read_row", passport, by=by, at=at)
    return passport


@transaction.atomic
def decide_row(
    *, passport, choice: str, reason: str, by, password: str, statement: str, at: datetime,
    document: str, page: str, section: str = "", version: int | None = None,
) -> RowPassport:  # fmt: skip
    """The third reader, who sees both readings: the first, the second, or neither is right. Right
    is what the row says; otherwise it stays unverified."""
    require(by, Permission.VERIFY_LABEL)
    passport = _locked(passport, by, version)
    _check_decidable(passport, by)
    _need_reason(reason)
    row = row_of(by.organisation_id, passport.label_id, passport.row_id).row
    both = {str(one.n): one for one in passport.readings.all()}
    chosen = both.get(choice)
    found = chosen.values if chosen else {}
    source = {"document": document, "page": page, "section": section}
    facts = {"by": by, "password": password, "statement": statement, "at": at}
    _write_reading(passport, row, THIRD, found, source, **facts)
    passport.decided_by, passport.decided_at, passport.reason = by, at, reason.strip()[:300]
    agrees = found == values_of(row) and digest_of(row) == passport.row_digest
    _save(passport, State.VERIFIED if agrees else State.LEFT, at)
    _record("decided_row", passport, by=by, at=at, reason=reason)
    return passport


@transaction.atomic
def withdraw_row(
    *, passport, reason: str, by, password: str, statement: str, at: datetime,
    version: int | None = None,
) -> RowPassport:  # fmt: skip
    """The row was read wrongly or the document changed: no bag is made from it any more."""
    require(by, Permission.VERIFY_LABEL)
    passport = _locked(passport, by, version)
    if passport.state not in RowPassport.LIVE:
        refuse("label.not_live", _("There is nothing to withdraw: this row is not verified."))
    _need_reason(reason)
    content = {"label": passport.label_id, "row": passport.row_id, "digest": passport.row_digest}
    sign(
        by=by,
        password=password,
        meaning=Meaning.WITHDREW_ROW,
        statement=statement,
        subject=passport,
        content=content,
        at=at,
    )
    passport.withdrawn_by, passport.withdrawn_at, passport.reason = by, at, reason.strip()[:300]
    _save(passport, State.WITHDRAWN, at)
    _record("withdrew_row", passport, by=by, at=at, reason=reason)
    return passport


@transaction.atomic
def add_site_row(
    *, label_id: str, kind: str, typed: dict, by, password: str, statement: str, at: datetime,
    document: str, page: str, section: str = "",
) -> RowPassport:  # fmt: skip
    """A row of the site's own protocol. Whoever types it has read it first; another pharmacist
    reads it blind before it counts."""
    require(by, Permission.VERIFY_LABEL)
    _lock(by.organisation_id)
    rules = label.load(label_id)
    if rules.is_training or kind not in OWN_KINDS:
        refuse("label.no_own_row", _("A site adds bags, lengths and storage limits to real sets."))
    content = _content(kind, typed)
    source = f"Site protocol: {document.strip()}, p. {page.strip()}"
    kept = SiteRow(
        organisation_id=by.organisation_id,
        label_id=label_id,
        kind=kind,
        row_id=content["row_id"],
        content=content,
        source=source[:300],
        added_by=by,
        added_at=at,
    )
    row = values.own_row_of(kept)
    if isinstance(row, BagRow):
        check_balance(values.label_for(by.organisation_id, label_id), row)
    live = RowPassport.objects.filter(
        organisation=by.organisation_id,
        label_id=label_id,
        row_id=row.row_id,
        state__in=RowPassport.LIVE,
    )
    if live.exists():
        refuse(
            "label.own_row_there",
            _("This row of your site is there already. Withdraw it first."),
        )
    kept.save()
    passport = _new_passport(Place(label_id, row, None, kept), by=by, at=at)
    where = {"document": document, "page": page, "section": section}
    facts = {"by": by, "password": password, "statement": statement, "at": at}
    _write_reading(passport, row, FIRST, values_of(row), where, **facts)
    _record("added_site_row", passport, by=by, at=at)
    return passport


def _content(kind: str, typed: dict) -> dict:
    """As JSON that reads back the same: amounts keep their digits. The row is named after what it
    speaks of."""
    given = {name: value for name, value in typed.items() if value is not None}
    title = [as_text(given[n]) for n in TITLES[ROW_OF_KIND[kind]] if given.get(n) is not None]
    row_id = ".".join(["site", kind, *(part.replace(" ", "_") for part in title)])
    return {"row_id": row_id[:120]} | {name: _kept(value) for name, value in given.items()}


def _kept(value):
    return {"number": str(value)} if hasattr(value, "as_tuple") else value


def _lock(organisation: int) -> None:
    """Readings of one organisation happen one after the other: who is first is never in doubt."""
    Organisation.objects.select_for_update().get(pk=organisation)


def _locked(passport, by, version: int | None) -> RowPassport:
    _lock(by.organisation_id)
    rows = RowPassport.objects.filter(organisation=by.organisation_id)
    row = rows.select_for_update(of=("self",)).get(pk=passport.pk)
    check_version(row, version)
    return row


def _check_readable(place: Place, by) -> None:
    status, passport = place.row.status, place.passport
    if status is Status.UNKNOWN:
        refuse(
            "label.row_unknown",
            _("This row is not known in the label set: there is nothing to compare with. Add it "
              "as a row of your site."),
        )  # fmt: skip
    if status is Status.TRAINING_COMPUTED:
        refuse("label.training_only", _("Rows of a training set are not read."))
    if passport is None:
        return
    if passport.state == State.VERIFIED:
        refuse("label.row_verified", _("This row is verified already."))
    if passport.state == State.DIFFER:
        refuse("label.row_differs", _("Two readings differ. A third pharmacist decides."))
    if passport.first_reader_id == by.pk:
        refuse("label.same_reader", _("You read this row. Another pharmacist reads it again."))


def _check_decidable(passport: RowPassport, by) -> None:
    if passport.state != State.DIFFER:
        refuse("label.nothing_to_decide", _("There are no two readings that differ."))
    if by.pk in (passport.first_reader_id, passport.second_reader_id):
        refuse("label.same_reader", _("You read this row. A third pharmacist decides."))


def _need_reason(reason: str) -> None:
    if not reason.strip():
        refuse("label.no_reason", _("Say why."), field="reason")


def _new_passport(place: Place, *, by, at: datetime) -> RowPassport:
    return RowPassport.objects.create(
        organisation_id=by.organisation_id,
        label_id=place.label_id,
        row_id=place.row.row_id,
        row_digest=digest_of(place.row),
        site_row=place.site_row,
        first_reader=by,
        first_at=at,
    )


def _write_reading(
    passport: RowPassport, row: Row, n: int, found: dict, source: dict, *, by, password, statement,
    at: datetime,
) -> RowReading:  # fmt: skip
    read = {name: as_text(value) for name, value in found.items()}
    content = {"label": passport.label_id, "row": row.row_id, "digest": digest_of(row)}
    signature = sign(
        by=by,
        password=password,
        meaning=Meaning.READ_ROW,
        statement=statement,
        subject=passport,
        content={**content, "read": read, **source},
        at=at,
    )
    return RowReading.objects.create(
        passport=passport,
        n=n,
        reader=by,
        read_at=at,
        values=plain(read),
        signature=signature,
        **{name: text.strip() for name, text in source.items()},
    )


def _settle(passport: RowPassport, row: Row, second: RowReading) -> None:
    """Both read the same, and the row says so; both read the same, and it says otherwise; or
    they differ."""
    first = passport.readings.get(n=FIRST)
    passport.second_reader, passport.second_at = second.reader, second.read_at
    if first.values != second.values:
        state = State.DIFFER
    else:
        state = State.VERIFIED if second.values == values_of(row) else State.OTHERWISE
    _save(passport, state, second.read_at)


def _save(passport: RowPassport, state: str, at: datetime) -> None:
    passport.state = state
    passport.version += 1
    if state == State.VERIFIED:
        passport.verified_at = at
    passport.save()


def _record(verb: str, passport: RowPassport, *, by, at: datetime, reason: str = "") -> None:
    """Never what was read: whoever reads next may look at the record."""
    row = {"label": passport.label_id, "row": passport.row_id, "state": passport.state}
    record(verb=verb, subject=passport, by=by, at=at, after=row, reason=reason.strip())
