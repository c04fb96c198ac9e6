"""The rows of a label set as one organisation has read them."""

from dataclasses import dataclass

from django.http import Http404

from infusions import values
from infusions.models import RowPassport, SiteRow
from protocol import label
from protocol.label import Label
from protocol.label_facts import digest_of
from protocol.label_rows import Row, Status

State = RowPassport.State


@dataclass(frozen=True)
class Place:
    """One row, with the passport of what it says now, if anybody has read that.

    `lapsed`: it was verified with another content. `last`: the newest passport that is over."""

    label_id: str
    row: Row
    passport: RowPassport | None
    site_row: SiteRow | None = None
    lapsed: RowPassport | None = None
    last: RowPassport | None = None

    @property
    def state(self) -> str:
        """One word for the page: verified, read_once, differ, lapsed, otherwise, left, withdrawn,
        unread, unknown or training."""
        if self.row.status is Status.TRAINING_COMPUTED:
            return "training"
        if self.row.status is Status.UNKNOWN:
            return "unknown"
        if self.passport is not None:
            return self.passport.state
        if self.lapsed is not None:
            return "lapsed"
        return self.last.state if self.last is not None else "unread"


def known_label(user, label_id: str) -> Label:
    """The set as its file has it; 404 for one there is not, and for a training set outside
    training."""
    if label_id not in label.label_ids():
        raise Http404
    rules = label.load(label_id)
    if rules.is_training and not user.organisation.is_training:
        raise Http404
    return rules


def places_of(organisation_id: int, label_id: str) -> list[Place]:
    """Every row of the file and every row of the site that is not withdrawn; two queries."""
    of_row: dict[str, list[RowPassport]] = {}
    rows = RowPassport.objects.filter(organisation=organisation_id, label_id=label_id)
    parts = ("site_row", "first_reader", "second_reader", "decided_by", "withdrawn_by")
    for passport in rows.select_related(*parts).order_by("pk"):
        of_row.setdefault(passport.row_id, []).append(passport)
    found = [_place(label_id, row, of_row.get(row.row_id, [])) for row in label.load(label_id).rows]
    own = [one for many in of_row.values() for one in many if one.site_row and _counts(one)]
    return found + [_own_place(label_id, passport) for passport in own]


def row_of(organisation_id: int, label_id: str, row_id: str) -> Place:
    """One row; 404 when there is none of this name for this organisation."""
    for place in places_of(organisation_id, label_id):
        if place.row.row_id == row_id:
            return place
    raise Http404


def passport_of(user, uuid) -> RowPassport:
    """A passport of this person's organisation; 404 otherwise."""
    rows = RowPassport.objects.filter(organisation=user.organisation_id, uuid=uuid)
    row = rows.select_related("site_row", "first_reader", "second_reader").first()
    if row is None:
        raise Http404
    return row


def _counts(passport: RowPassport) -> bool:
    """A site's own row is shown until it is withdrawn: what was left or read otherwise is over."""
    return passport.state in RowPassport.LIVE


def _place(label_id: str, row: Row, passports: list[RowPassport]) -> Place:
    digest = digest_of(row)
    live = [one for one in passports if one.state in RowPassport.LIVE]
    now = next((one for one in live if one.row_digest == digest), None)
    lapsed = [one for one in live if one.row_digest != digest and one.state == State.VERIFIED]
    over = [one for one in passports if one.state not in RowPassport.LIVE]
    last = [one for one in over if one.row_digest == digest]
    return Place(
        label_id,
        row,
        now,
        lapsed=lapsed[-1] if lapsed and now is None else None,
        last=last[-1] if last else None,
    )


def _own_place(label_id: str, passport: RowPassport) -> Place:
    assert passport.site_row is not None
    return Place(label_id, values.own_row_of(passport.site_row), passport, passport.site_row)
